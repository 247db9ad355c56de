import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { onceAMinute } from '../platform/logging/once-a-minute.ts';
import { clientOf, FairLimit } from './fair-limit.ts';

/** What a client was refused or disconnected for: the bounded `reason` label of `http_clients_refused_total`. */
export const refusalReasons = ['connections', 'pipelining', 'responses', 'passwords', 'foreign_site'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

/** Notes that a client was refused or disconnected. */
export type NoteRefusal = (reason: RefusalReason, client: string) => void;

const messages: Readonly<Record<RefusalReason, string>> = {
  connections: 'too many connections: closed one of the client with the most',
  pipelining: 'disconnected a client that sent a request before it had read the response to the previous one',
  responses: 'too many responses are being sent: closed the oldest one of the client with the most',
  passwords: 'too many passwords are being checked: refused one of the client with the most',
  foreign_site: 'refused a request that a foreign web site may have made in a browser',
};

/** Counts each refusal, and logs the first one of a minute for each reason. */
export function createRefusalNotes(options: {
  readonly logger: Pick<Logger, 'warn'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly onRefusal: (reason: RefusalReason) => void;
}): NoteRefusal {
  const { logger, clock, onRefusal } = options;
  const isDue = onceAMinute(clock);
  return (reason, client) => {
    onRefusal(reason);
    if (isDue(reason)) logger.warn({ reason, client }, messages[reason]);
  };
}

export interface ClientLimits {
  readonly maxConnections: number;
  /** Responses that are not complete. */
  readonly maxResponses: number;
}

/** Bounds what clients can take, so that none of them locks out scrapers and health checks. */
export interface Clients {
  /** Returns whether to serve the request. If not, its connection is closed. */
  admit(request: IncomingMessage, response: ServerResponse): boolean;
}

export function limitClients(
  server: Server,
  { limits, noteRefusal: note }: { readonly limits: ClientLimits; readonly noteRefusal: NoteRefusal },
): Clients {
  // Requests arrive on the decrypted socket of a connection; address and port are the same on both.
  const nameOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress ?? ''} ${remotePort ?? ''}`;
  /** Connections with a request that has no complete response yet. */
  const busy = new Set<string>();
  const connections = new FairLimit<Socket>(limits.maxConnections, (socket) => busy.has(nameOf(socket)));
  const responses = new FairLimit<ServerResponse>(limits.maxResponses);
  // Before all other listeners: the connection that gives way may be this one.
  server.prependListener('connection', (socket: Socket) => {
    const displaced = connections.add(socket, clientOf(socket.remoteAddress));
    socket.once('close', () => connections.delete(socket));
    if (displaced === undefined) return;
    note('connections', clientOf(displaced.remoteAddress));
    displaced.destroy();
  });
  return {
    admit: ({ socket }, response) => {
      const [name, client] = [nameOf(socket), clientOf(socket.remoteAddress)];
      // A chunk of data can hold thousands of requests, and Node parses it to its end.
      if (socket.destroyed) return false;
      if (busy.has(name)) {
        // No client of ours pipelines. Each response would wait in memory until the client reads those before it.
        note('pipelining', client);
        socket.destroy();
        return false;
      }
      busy.add(name);
      const displaced = responses.add(response, client);
      response.once('close', () => {
        busy.delete(name);
        responses.delete(response);
      });
      if (displaced === undefined) return true;
      note('responses', clientOf(displaced.socket?.remoteAddress));
      displaced.destroy();
      return displaced !== response;
    },
  };
}
