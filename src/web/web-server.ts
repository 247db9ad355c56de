import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { ListenAddress } from '../config-file/formats.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { formatAddress, listen } from './listen.ts';
import { createRouter, type Reply, type RoutedRequest, textReply } from './router.ts';
import { createRoutes, type RouteSources } from './routes.ts';
import { sendChunks } from './send-chunks.ts';
import { type AuthMiddleware, createAuthMiddleware } from './toolkit/auth-middleware.ts';
import { noSecurity, type WebSecurity } from './toolkit/load.ts';
import { createTlsTerminator, type TlsTerminator } from './toolkit/tls.ts';

/** What can change while the server listens. */
interface WebSettings {
  /** The path of the metrics; if it is also the path of another page, the metrics win. */
  readonly telemetryPath: string;
  /** Default: neither TLS nor passwords. */
  readonly security?: WebSecurity;
}

export interface WebServerOptions extends RouteSources, WebSettings {
  readonly listenAddress: ListenAddress;
  readonly logger: Pick<Logger, 'error'>;
  /** Called after each response with the path of the route or `other`, and the status code. */
  readonly onRequest: (request: { readonly handler: string; readonly code: number }) => void;
  /** For the timeouts of responses and of `stop`; default: the system clock. */
  readonly clock?: Pick<Clock, 'after'>;
}

export interface WebServer {
  /** The address as `host:port` with the actual port. */
  readonly address: string;
  readonly port: number;
  /** Takes effect with the next request; TLS settings take effect with the next connection. Never fails. */
  configure(settings: WebSettings): void;
  /** Stops listening, lets responses in flight finish for up to 4 s, and closes all connections. Idempotent. */
  stop(): Promise<void>;
}

const serverOptions = {
  // The request of a scraper is one small packet; a slower client only occupies a connection.
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 5000,
  // Longer than usual scrape intervals, so that a scraper can reuse its connection.
  keepAliveTimeout: 120_000,
  maxHeaderSize: 16_384,
};

/** Scrapers and people need a few connections each. More would use up the file descriptors that calls need. */
const maxConnections = 512;

/** The status code of nginx for a client that disconnected before the response. */
const clientClosedRequest = 499;

/** The connection of a client that reads nothing of its response for this time is closed. */
const stalledClientTimeoutMs = 60_000;

/** A client that takes longer to read its response would keep chunks in memory that have long been replaced. */
const sendTimeoutMs = 60_000;

/** Responses in flight may take this long after `stop`, so that the process exits within 5 s. */
const stopTimeoutMs = 4000;

/**
 * Starts the HTTP server.
 * @throws {ListenError} if it cannot listen on the address.
 */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const routerFor = (telemetryPath: string) => createRouter(createRoutes(telemetryPath, options));
  const { logger, clock = systemClock } = options;
  let { security = noSecurity } = options;
  let route = routerFor(options.telemetryPath);
  let auth = createAuthMiddleware(security);
  const inFlight = new Set<ServerResponse>();
  let stopping: Promise<void> | undefined;

  const server = createServer(serverOptions, (request, response) => {
    const routed = route(request);
    inFlight.add(response);
    response.once('close', () => {
      inFlight.delete(response);
      const code = response.headersSent ? response.statusCode : clientClosedRequest;
      options.onRequest({ handler: routed.handler, code });
      if (stopping !== undefined && inFlight.size === 0) closeAll();
    });
    if (stopping !== undefined) response.setHeader('Connection', 'close');
    void respond({ request, response, routed, auth, logger, clock });
  });
  const tlsTerminator = createTlsTerminator(server);
  tlsTerminator.use(security.tls);
  const closeAll = () => closeConnections(server, tlsTerminator);
  server.maxConnections = maxConnections;
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
    configure: (settings) => {
      const before = security;
      ({ security = noSecurity } = settings);
      route = routerFor(settings.telemetryPath);
      // Without a change the middleware is kept, because it remembers the passwords that it has checked.
      if (isDeepStrictEqual(before, security)) return;
      auth = createAuthMiddleware(security);
      tlsTerminator.use(security.tls);
      server.closeIdleConnections();
    },
    stop: () => {
      stopping ??= close({ server, inFlight, closeAll, clock });
      return stopping;
    },
  };
}

async function respond(exchange: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly routed: RoutedRequest;
  readonly auth: AuthMiddleware;
  readonly logger: Pick<Logger, 'error'>;
  readonly clock: Pick<Clock, 'after'>;
}): Promise<void> {
  const { request, response, routed, auth, logger, clock } = exchange;
  let reply: Reply;
  try {
    reply = (await auth.refuse(request, routed.handler)) ?? (await routed.reply(request));
  } catch (err) {
    logger.error({ err, handler: routed.handler }, 'request failed');
    reply = textReply(500, 'the request failed: see the log of the exporter');
  }
  if (response.destroyed) return;
  const chunks = typeof reply.body === 'string' ? [Buffer.from(reply.body)] : reply.body;
  response.statusCode = reply.status;
  response.setHeaders(
    new Map(Object.entries({ 'X-Content-Type-Options': 'nosniff', ...auth.headers, ...reply.headers })),
  );
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  response.setHeader(
    'Content-Length',
    chunks.reduce((length, chunk) => length + chunk.length, 0),
  );
  const cancelTimeout = clock.after(sendTimeoutMs, () => response.destroy());
  response.once('close', cancelTimeout);
  await sendChunks(response, chunks);
}

function closeConnections(server: Server, tlsTerminator: TlsTerminator): void {
  server.closeAllConnections();
  tlsTerminator.destroyAll();
}

function close(closing: {
  readonly server: Server;
  readonly inFlight: ReadonlySet<ServerResponse>;
  readonly closeAll: () => void;
  readonly clock: Pick<Clock, 'after'>;
}): Promise<void> {
  const { server, inFlight, closeAll, clock } = closing;
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
