import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createServer, type Server as TlsServer, type TLSSocket } from 'node:tls';
import type { TlsConfig } from '../../config/web/web-security.ts';
import { mayEnter, tlsOptions } from './tls-options.ts';

/** TLS before an HTTP server: it can be switched on, changed and switched off while the server listens. */
export interface TlsFront {
  /** Connections that begin from now on are served so; undefined for plain HTTP. */
  use(tls: TlsConfig | undefined): void;
  /** Cuts all connections with TLS, those in their handshake included, of which the HTTP server does not know. */
  destroyAll(): void;
}

/**
 * Stands between the server's connections and its HTTP: `https.Server` can't change who must show a certificate, nor
 * become an `http.Server`, without closing its port.
 */
export function createTlsFront(server: Server): TlsFront {
  const serve = server.listeners('connection');
  const sockets = new Set<Socket>();
  let present: TlsServer | undefined;
  const serveHttp = (socket: Socket | TLSSocket) =>
    serve.forEach((listener) => void Reflect.apply(listener, server, [socket]));
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    if (present === undefined) {
      serveHttp(socket);
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Without a listener, a client that resets the connection would end the process.
    socket.on('error', () => socket.destroy());
    present.emit('connection', socket);
  });
  return {
    use: (tls) => {
      present = tls === undefined ? undefined : createServer(tlsOptions(tls));
      present?.on('tlsClientError', (_error, socket) => socket.destroy());
      present?.on('secureConnection', (socket) => {
        if (tls !== undefined && mayEnter(socket, tls.clientAuthType)) serveHttp(socket);
        else socket.destroy();
      });
    },
    destroyAll: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}
