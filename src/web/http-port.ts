import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ListenAddress } from '../config-file/formats.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { type ClientLimits, limitClients, type NoteRefusal } from './clients.ts';
import { formatAddress, listen } from './listen.ts';
import type { TlsConfig } from './toolkit/load.ts';
import { createTlsTerminator, type TlsTerminator } from './toolkit/tls.ts';

interface HttpPortOptions {
  readonly listenAddress: ListenAddress;
  /** Undefined for plain HTTP. */
  readonly tls: TlsConfig | undefined;
  readonly limits: ClientLimits;
  /** Is called for each request that the limits admit. `Connection: close` is set while the port stops. */
  readonly onRequest: (request: IncomingMessage, response: ServerResponse) => void;
  readonly noteRefusal: NoteRefusal;
  /** How long responses in flight may take after `stop`. */
  readonly stopTimeoutMs: number;
  readonly logger: Pick<Logger, 'error'>;
  readonly clock: Pick<Clock, 'after'>;
}

/** A port that serves HTTP with or without TLS, and that one client can neither use up nor keep open. */
export interface HttpPort {
  /** The address as `host:port` with the actual port. */
  readonly address: string;
  readonly port: number;
  /** Takes effect with the next connection. */
  readonly useTls: (tls: TlsConfig | undefined) => void;
  /** Stops listening, lets responses in flight finish, and closes all connections. Idempotent. */
  readonly stop: () => Promise<void>;
}

const serverOptions = {
  // A request is small; a slower client only occupies a connection.
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 5000,
  // Longer than usual scrape intervals, so that a scraper can reuse its connection.
  keepAliveTimeout: 120_000,
  maxHeaderSize: 16_384,
};

/** The connection of a client that reads nothing of its response for this time is closed. */
const stalledClientTimeoutMs = 60_000;

/**
 * Starts to listen.
 * @throws {ListenError} if it cannot listen on the address.
 */
export async function openHttpPort(options: HttpPortOptions): Promise<HttpPort> {
  const { onRequest, logger, stopTimeoutMs, clock } = options;
  const inFlight = new Set<ServerResponse>();
  let stopping: Promise<void> | undefined;
  const server = createServer(serverOptions, (request, response) => {
    if (!clients.admit(request, response)) return;
    inFlight.add(response);
    response.once('close', () => {
      inFlight.delete(response);
      if (stopping !== undefined && inFlight.size === 0) closeAll();
    });
    if (stopping !== undefined) response.setHeader('Connection', 'close');
    onRequest(request, response);
  });
  const tlsTerminator = createTlsTerminator(server);
  tlsTerminator.use(options.tls);
  const clients = limitClients(server, options);
  const closeAll = () => closeConnections(server, tlsTerminator);
  server.timeout = stalledClientTimeoutMs;
  await listen(server, options.listenAddress);
  server.on('error', (err) => {
    logger.error({ err }, 'HTTP server error');
  });
  // A server that listens on a port has an address object.
  const { address: host, port } = server.address() as AddressInfo;
  return {
    address: formatAddress({ host, port }),
    port,
    useTls: (tls) => {
      tlsTerminator.use(tls);
      server.closeIdleConnections();
    },
    stop: () => {
      stopping ??= close({ server, inFlight, closeAll, stopTimeoutMs, clock });
      return stopping;
    },
  };
}

function closeConnections(server: Server, tlsTerminator: TlsTerminator): void {
  server.closeAllConnections();
  tlsTerminator.destroyAll();
}

function close(closing: {
  readonly server: Server;
  readonly inFlight: ReadonlySet<ServerResponse>;
  readonly closeAll: () => void;
  readonly stopTimeoutMs: number;
  readonly clock: Pick<Clock, 'after'>;
}): Promise<void> {
  const { server, inFlight, closeAll, stopTimeoutMs, clock } = closing;
  return new Promise((resolve) => {
    const cancelTimeout = clock.after(stopTimeoutMs, closeAll);
    server.close(() => {
      cancelTimeout();
      resolve();
    });
    // Node does not count a connection without a request as idle, so it would keep the server open until the deadline.
    if (inFlight.size === 0) closeAll();
  });
}
