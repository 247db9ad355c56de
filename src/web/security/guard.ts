import type { IncomingMessage } from 'node:http';
import type { WebSecurity } from '../../config/web/web-security.ts';
import { textReply, type Reply } from '../reply.ts';
import { BasicAuth } from './basic-auth.ts';

/** Paths that never ask for a password: who restarts a container has none. */
const openHandlers: ReadonlySet<string> = new Set(['/-/healthy', '/-/ready']);

/** No route reads a body; a client may send one all the same, and then it is read and thrown away. */
const largestBodyBytes = 16_384;

/** Decides before any route which requests are answered. */
export interface Guard {
  /** Headers of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** The refusal of a request; undefined for one that may go on. `handler` is its route's path or `other`. */
  refuse(request: IncomingMessage, handler: string): Promise<Reply | undefined>;
}

export function createGuard({ users, headers }: WebSecurity): Guard {
  const auth = new BasicAuth(users);
  return {
    headers,
    refuse: async (request, handler) => {
      if (openHandlers.has(handler)) return refuseBody(request);
      switch (await auth.check(request.headers.authorization)) {
        case 'granted':
          return refuseBody(request);
        case 'refused':
          return textReply(401, 'unauthorized: this needs a user name and a password', {
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
  if (headers['transfer-encoding'] === undefined && length <= largestBodyBytes) return undefined;
  return textReply(
    413,
    `the request's body is too large: no path needs one, and ${largestBodyBytes} bytes are let in`,
    {
      Connection: 'close',
    },
  );
}
