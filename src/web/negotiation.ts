import type { IncomingHttpHeaders } from 'node:http';
import Negotiator from 'negotiator';
import type { ExpositionRequest } from '../metrics/exposition.ts';

interface NegotiatedFormat {
  readonly format: ExpositionRequest['format'];
  readonly contentType: string;
}

const textFormat: NegotiatedFormat = {
  format: 'text',
  contentType: 'text/plain; version=0.0.4; charset=utf-8',
};

/** In order of preference if a client accepts several formats equally: every client can read the first one. */
const formats: ReadonlyMap<string, NegotiatedFormat> = new Map([
  ['text/plain;version=0.0.4', textFormat],
  [
    'application/openmetrics-text;version=1.0.0',
    { format: 'openmetrics', contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8' },
  ],
  [
    'application/openmetrics-text;version=0.0.1',
    // The exposition is the same in both versions.
    { format: 'openmetrics', contentType: 'application/openmetrics-text; version=0.0.1; charset=utf-8' },
  ],
]);

/**
 * The format that the `Accept` header of a scraper prefers. If it accepts no known format, the result is text 0.0.4, as
 * in the client libraries of Prometheus. Parameters other than version and q are ignored: charset is always UTF-8, and
 * the escaping parameter of Prometheus 3 concerns metric names that this exporter does not have.
 */
export function negotiateFormat(accept: string | undefined): NegotiatedFormat {
  if (accept === undefined) return textFormat;
  const known = accept.replaceAll(/;\s*(?!version\s*=|q\s*=)[^\s;,="]+\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^;,"]*)/gi, '');
  const best = new Negotiator({ headers: { accept: known } }).mediaType([...formats.keys()]);
  return (best === undefined ? undefined : formats.get(best)) ?? textFormat;
}

/** gzip unless the client prefers identity; identity if the client refuses both. */
export function negotiateEncoding(
  headers: Pick<IncomingHttpHeaders, 'accept-encoding'>,
): ExpositionRequest['encoding'] {
  const accepted = headers['accept-encoding'];
  const best = new Negotiator({ headers: { 'accept-encoding': accepted } }).encoding(['gzip', 'identity']);
  return best === 'gzip' ? 'gzip' : 'identity';
}
