import type { IncomingMessage } from 'node:http';
import type { NoteRefusal } from '../clients.ts';
import { clientOf } from '../fair-limit.ts';
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
  /** Whoever has authenticated as a user that stays unchanged needs no new check. */
  configure(security: WebSecurity): void;
  /** Refuses the requests whose passwords wait for a check, so that the process can exit. */
  stop(): void;
}

export function createAuthMiddleware(initial: WebSecurity, noteRefusal: NoteRefusal): AuthMiddleware {
  const auth = new BasicAuth(initial.users);
  let { headers } = initial;
  return {
    get headers() {
      return headers;
    },
    configure: (security) => {
      ({ headers } = security);
      auth.configure(security.users);
    },
    stop: () => auth.stop(),
    refuse: async (request, handler) => {
      if (publicHandlers.has(handler)) return refuseBody(request);
      const client = clientOf(request.socket.remoteAddress);
      switch (await auth.check(request.headers.authorization, client)) {
        case 'granted':
          return refuseBody(request);
        case 'refused':
          return textReply(401, 'unauthorized: a user name and a password are required', {
            'WWW-Authenticate': 'Basic realm="tencent-live-exporter", charset="UTF-8"',
          });
        case 'busy':
          noteRefusal('passwords', client);
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
