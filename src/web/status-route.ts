import { createHash } from 'node:crypto';

import type { Route } from './reply.ts';
import { statusStyle } from './status/style.ts';

/** `/`: the status page, which may load nothing, run nothing and stand in no frame. */
export function statusRoute(statusPage: () => string): Route {
  const styleHash = createHash('sha256').update(statusStyle).digest('base64');
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    'Cache-Control': 'no-store',
  };
  return { path: '/', method: 'GET', reply: () => ({ status: 200, headers, body: statusPage() }) };
}
