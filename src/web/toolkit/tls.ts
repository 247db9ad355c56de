import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { createServer, type Server as TlsServer, type TlsOptions, type TLSSocket } from 'node:tls';
import type { TlsConfig } from './load.ts';
import { cipherSuites, type ClientAuthType } from './schema.ts';

/** TLS in front of an HTTP server. It can be switched on, changed and switched off while the server listens. */
export interface TlsTerminator {
  /** Takes effect with the next connection; undefined for plain HTTP. */
  use(tls: TlsConfig | undefined): void;
  /** Closes all TLS connections, including those in their handshake, which the HTTP server does not know of. */
  destroyAll(): void;
}

/**
 * An `https.Server` cannot change its requirements for client certificates while it listens, nor become an
 * `http.Server`: both would need a new server on the same port, and a gap between the two. So the port belongs to one
 * `http.Server` for good, and this function takes its `connection` listeners over. A new connection goes to them
 * directly for plain HTTP; with TLS it goes to a `tls.Server` first, which listens on no port of its own, and then to
 * them as the decrypted socket. A reload only replaces that `tls.Server`.
 */
export function createTlsTerminator(server: Server): TlsTerminator {
  const httpListeners = server.listeners('connection');
  const sockets = new Set<Socket>();
  let tlsServer: TlsServer | undefined;
  const serveHttp = (socket: Socket | TLSSocket) =>
    httpListeners.forEach((listener) => void Reflect.apply(listener, server, [socket]));
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    if (tlsServer === undefined) {
      serveHttp(socket);
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    // Without a listener, a client that resets the connection would end the process.
    socket.on('error', () => socket.destroy());
    tlsServer.emit('connection', socket);
  });
  return {
    use: (tls) => {
      tlsServer = tls === undefined ? undefined : createServer(tlsOptions(tls));
      tlsServer?.on('tlsClientError', (_error, socket) => socket.destroy());
      tlsServer?.on('secureConnection', (socket) => {
        if (tls !== undefined && isClientAllowed(socket, tls.clientAuthType)) serveHttp(socket);
        else socket.destroy();
      });
    },
    destroyAll: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A client that takes longer for its handshake is disconnected. */
const handshakeTimeoutMs = 10_000;

/** Node's own default has suites with CBC, which has been broken before. Go does not offer them by default either. */
const tls12Suites = Object.values(cipherSuites);

/** As in Go, the cipher suites of TLS 1.3 cannot be configured. */
const tls13Suites = ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'];

function tlsOptions(tls: TlsConfig): TlsOptions {
  return {
    cert: tls.cert,
    key: tls.key,
    ...(tls.clientCa === undefined ? {} : { ca: tls.clientCa }),
    requestCert: tls.clientAuthType !== 'NoClientCert',
    // The other types allow some clients that OpenSSL would refuse: `isClientAllowed` decides after the handshake.
    rejectUnauthorized: tls.clientAuthType === 'RequireAndVerifyClientCert',
    minVersion: tls.minVersion,
    maxVersion: tls.maxVersion,
    ciphers: [...tls13Suites, ...(tls.cipherSuites.length === 0 ? tls12Suites : tls.cipherSuites)].join(':'),
    honorCipherOrder: tls.preferServerCipherSuites,
    ALPNProtocols: ['http/1.1'],
    handshakeTimeout: handshakeTimeoutMs,
  };
}

/** Whether a client may send requests after its handshake. */
function isClientAllowed(socket: TLSSocket, clientAuthType: ClientAuthType): boolean {
  switch (clientAuthType) {
    case 'NoClientCert':
    case 'RequestClientCert':
      return true;
    case 'RequireAnyClientCert':
      return hasCertificate(socket);
    case 'VerifyClientCertIfGiven':
      return socket.authorized || !hasCertificate(socket);
    case 'RequireAndVerifyClientCert':
      return socket.authorized;
  }
}

/** Without a certificate, Node returns an empty object, contrary to its type. */
function hasCertificate(socket: TLSSocket): boolean {
  return Object.keys(socket.getPeerCertificate()).length > 0;
}
