import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { RenderExposition } from '../exposition/exposition.ts';
import { negotiateEncoding, negotiateFormat } from './negotiation.ts';
import type { Reply, Route } from './reply.ts';

const compress = promisify(gzip);

/** `/metrics`: the exposition in the format and the encoding that the scraper asks for. */
export function scrapeRoute(path: string, render: RenderExposition): Route {
  return {
    path,
    method: 'GET',
    reply: async (request): Promise<Reply> => {
      const { format, contentType } = negotiateFormat(request.headers.accept);
      const encoding = negotiateEncoding(request.headers);
      const headers = {
        'Content-Type': contentType,
        Vary: 'Accept, Accept-Encoding',
        ...(encoding === 'gzip' ? { 'Content-Encoding': 'gzip' } : {}),
      };
      // Nothing obliges a HEAD to know the length, and making the body only to drop it costs a whole scrape.
      if (request.method === 'HEAD') return { status: 200, headers, body: '' };
      const body = Buffer.from(await render(format));
      // zlib's own threads do it; the fastest level already takes nine tenths off, and the network is near.
      return {
        status: 200,
        headers,
        body: encoding === 'gzip' ? await compress(body, { level: constants.Z_BEST_SPEED }) : body,
      };
    },
  };
}
