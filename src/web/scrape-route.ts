import type { RenderExposition } from '../metrics/exposition.ts';
import { negotiateEncoding, negotiateFormat } from './negotiation.ts';
import type { Reply, Route } from './reply.ts';

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
      // Nothing obliges a HEAD to know the length, and the exporter's own metrics would be collected only to be dropped.
      if (request.method === 'HEAD') return { status: 200, headers, body: '' };
      return { status: 200, headers, body: await render({ format, encoding }) };
    },
  };
}
