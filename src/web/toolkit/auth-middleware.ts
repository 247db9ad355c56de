import type { IncomingMessage } from 'node:http';
import { type Reply, textReply } from '../router.ts';
import { BasicAuth } from './basic-auth.ts';
import type { WebSecurity } from './load.ts';

/** Paths that never need a password, because orchestrators call them without one. */
const publicHandlers: ReadonlySet<string> = new Set(['/-/healthy', '/-/ready']);

/** No route reads a request body. A client may send a small one, which is read and discarded. */
const maxBodyBytes = 16_384;

/** Decides before any route whether a request is served. */
export interface AuthMiddleware {
  /** Headers of every response. */
  readonly headers: Readonly<Record<string, string>>;
  /** The response that refuses the request; undefined if it may proceed. `handler` is its route's path or `other`. */
  refuse(request: IncomingMessage, handler: string): Promise<Reply | undefined>;
}

export function createAuthMiddleware({ users, headers }: WebSecurity): AuthMiddleware {
  const auth = new BasicAuth(users);
  return {
    headers,
    refuse: async (request, handler) => {
      if (publicHandlers.has(handler)) return refuseBody(request);
      switch (await auth.check(request.headers.authorization)) {
        case 'granted':
          return refuseBody(request);
        case 'refused':
          return textReply(401, 'unauthorized: a user name and a password are required', {
            'WWW-Authenticate': 'Basic realm="tencent-live-exporter", charset="UTF-8"',
          });
        case 'busy':
          return textReply(503, 'too many passwords are being checked: try again later', { 'Retry-After': '5' });
      }
    },
  };
}

function refuseBody({ headers }: IncomingMessage): Reply | undefined {
  const length = Number(headers['content-length'] ?? 0);
  if (headers['transfer-encoding'] === undefined && length <= maxBodyBytes) return undefined;
  const text = `request body too large: at most ${maxBodyBytes} bytes are accepted, and no path needs a body`;
  return textReply(413, text, { Connection: 'close' });
}
