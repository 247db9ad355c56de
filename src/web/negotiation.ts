import type { IncomingHttpHeaders } from 'node:http';
import Negotiator from 'negotiator';
import type { ExpositionFormat } from '../metrics/format/escape.ts';
import type { ContentEncoding } from '../metrics/exposition.ts';

export interface NegotiatedFormat {
  readonly format: ExpositionFormat;
  readonly contentType: string;
}

const textFormat: NegotiatedFormat = {
  format: 'text',
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
};

/** In order of preference where a client likes several alike: the one that every client reads is first. */
const formats: ReadonlyMap<string, NegotiatedFormat> = new Map([
  ['text/plain;version=0.0.4', textFormat],
  [
    'application/openmetrics-text;version=1.0.0',
    { format: 'openmetrics', contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8' },
  ],
  [
    'application/openmetrics-text;version=0.0.1',
    // What is exposed here is the same in both versions.
    { format: 'openmetrics', contentType: 'application/openmetrics-text; version=0.0.1; charset=utf-8' },
  ],
]);

/**
 * The format that a scraper's `Accept` asks for; text 0.0.4 where it asks for none that is known, as Prometheus' own
 * client libraries do. Parameters other than version and q make no other format: charset is always UTF-8, and
 * Prometheus 3's escaping concerns names outside the old alphabet, of which there are none.
 */
export function negotiateFormat(accept: string | undefined): NegotiatedFormat {
  if (accept === undefined) return textFormat;
  const known = accept.replaceAll(/;\s*(?!version\s*=|q\s*=)[^\s;,="]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^;,"]*)/gi, '');
  const best = new Negotiator({ headers: { accept: known } }).mediaType([...formats.keys()]);
  return (best === undefined ? undefined : formats.get(best)) ?? textFormat;
}

/** gzip where the client takes it at least as gladly as plain bytes; plain bytes also where it refuses both. */
export function negotiateEncoding(headers: Pick<IncomingHttpHeaders, 'accept-encoding'>): ContentEncoding {
  const accepted = headers['accept-encoding'];
  const best = new Negotiator({ headers: { 'accept-encoding': accepted } }).encoding(['gzip', 'identity']);
  return best === 'gzip' ? 'gzip' : 'identity';
}
