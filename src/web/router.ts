import type { IncomingMessage } from 'node:http';
import { textReply, type Reply, type Route } from './reply.ts';

/** What a request comes to. */
export interface Routed {
  /** The route's path, or `other`: bounded, so fit for a label. */
  readonly handler: string;
  readonly reply: (request: IncomingMessage) => Reply | Promise<Reply>;
}

/** Finds the route of a request; of two routes with one path the later wins. */
export function createRouter(routes: readonly Route[]): (request: IncomingMessage) => Routed {
  const byPath = new Map(routes.map((route) => [route.path, route]));
  return ({ url = '', method = '' }) => {
    const route = byPath.get(requestPath(url));
    if (route === undefined) return { handler: 'other', reply: () => textReply(404, 'not found') };
    const allowed = route.method === 'GET' ? ['GET', 'HEAD'] : [route.method];
    if (!allowed.includes(method)) {
      const allow = allowed.join(', ');
      return { handler: route.path, reply: () => textReply(405, `method not allowed: use ${allow}`, { Allow: allow }) };
    }
    return { handler: route.path, reply: route.reply };
  };
}

/** The path as sent, undecoded, of a request target in origin form or (as to a proxy) absolute form. */
function requestPath(target: string): string {
  const path = target.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] ?? '';
  return path === '' ? '/' : path;
}
