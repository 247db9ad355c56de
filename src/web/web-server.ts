import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { Logger } from '../platform/logging/logger.ts';
import type { RenderExposition } from '../metrics/exposition.ts';
import { formatAddress } from './listen-address.ts';
import { listen, readListenAddress } from './listen.ts';
import { operationsRoutes, type Operations } from './operations-routes.ts';
import { textReply, type Reply } from './reply.ts';
import { createRouter, type Routed } from './router.ts';
import { statusRoute } from './status-route.ts';
import { scrapeRoute } from './scrape-route.ts';
import { sendChunks } from './send-chunks.ts';
import { createAuthMiddleware, type AuthMiddleware } from './toolkit/auth-middleware.ts';
import { noSecurity, type WebSecurity } from './toolkit/load.ts';
import { createTlsTerminator, type TlsTerminator } from './toolkit/tls.ts';

/** What can change while the server listens. */
export interface WebSettings {
  /** Path of the metrics; where it is that of another page, the metrics win. */
  readonly telemetryPath: string;
  /** Default: neither TLS nor passwords. */
  readonly security?: WebSecurity;
}

export interface WebServerOptions extends Operations, WebSettings {
  /** `host:port`, `:port` (all interfaces) or `[ipv6]:port`; port 0 picks one. */
  readonly listenAddress: string;
  readonly render: RenderExposition;
  /** The HTML of `/`. */
  readonly statusPage: () => string;
  readonly logger: Pick<Logger, 'error'>;
  /** Told of each request when its answer has ended: the route's path or `other`, and the status code. */
  readonly onRequest: (request: { readonly handler: string; readonly code: number }) => void;
  /** How long `stop` lets answers in flight finish; 4000 by default. */
  readonly stopTimeoutMs?: number;
  /** How long a client may take to read its answer before it is cut off; 60000 by default. */
  readonly sendTimeoutMs?: number;
}

export interface WebServer {
  /** Where it listens, as `host:port` with the real port. */
  readonly address: string;
  readonly port: number;
  /** Serves so from the next request on and, as to TLS, from the next connection on. Never fails. */
  configure(settings: WebSettings): void;
  /** Accepts nothing more, lets answers in flight finish for a while, closes all connections. */
  stop(): Promise<void>;
}

const serverOptions = {
  // A scrape's request is one small packet; who takes longer holds a connection for nothing.
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 5000,
  // Longer than usual scrape intervals, so that a scraper finds its connection again.
  keepAliveTimeout: 120_000,
  maxHeaderSize: 16_384,
};

/** A handful of scrapers and people have a few each; more than this is a flood, and files for calls must be left. */
const mostConnections = 512;

/** The code, as nginx has it, of a request whose client left before the answer. */
const clientClosedRequest = 499;

/** A client that takes no byte of its answer for so long is cut off. */
const stalledClientTimeoutMs = 60_000;

/** A client that is slower keeps what it has not read in memory, although newer bytes have long replaced it. */
const defaultSendTimeoutMs = 60_000;

/**
 * Starts the HTTP server.
 * @throws {Error} where the address is malformed, and `ListenError` where it cannot be had.
 */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const routesAt = (telemetryPath: string) =>
    createRouter([
      statusRoute(options.statusPage),
      ...operationsRoutes(options),
      scrapeRoute(telemetryPath, options.render),
    ]);
  let { telemetryPath, security = noSecurity } = options;
  let route = routesAt(telemetryPath);
  let auth = createAuthMiddleware(security);
  const listenAddress = readListenAddress(options.listenAddress);
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
    const { logger, sendTimeoutMs = defaultSendTimeoutMs } = options;
    void answer({ request, response, routed, auth, logger, sendTimeoutMs });
  });
  const tlsTerminator = createTlsTerminator(server);
  tlsTerminator.use(security.tls);
  const closeAll = () => closeConnections(server, tlsTerminator);
  server.maxConnections = mostConnections;
  server.timeout = stalledClientTimeoutMs;
  await listen(server, listenAddress, options.listenAddress);
  server.on('error', (err) => {
    options.logger.error({ err }, 'the web server has a fault');
  });

  // A server that listens on a port has an address, and not the name of a pipe.
  const address = server.address() as AddressInfo;
  return {
    address: formatAddress(address),
    port: address.port,
    configure: (settings) => {
      const before = security;
      ({ telemetryPath, security = noSecurity } = settings);
      route = routesAt(telemetryPath);
      // The middleware remembers the passwords that it has checked, so it stays if nothing has changed.
      if (isDeepStrictEqual(before, security)) return;
      auth = createAuthMiddleware(security);
      tlsTerminator.use(security.tls);
      server.closeIdleConnections();
    },
    stop: () => {
      stopping ??= close({ server, inFlight, closeAll, timeoutMs: options.stopTimeoutMs ?? 4000 });
      return stopping;
    },
  };
}

async function answer(exchange: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly routed: Routed;
  readonly auth: AuthMiddleware;
  readonly logger: Pick<Logger, 'error'>;
  readonly sendTimeoutMs: number;
}): Promise<void> {
  const { request, response, routed, auth, logger, sendTimeoutMs } = exchange;
  let reply: Reply;
  try {
    reply = (await auth.refuse(request, routed.handler)) ?? (await routed.reply(request));
  } catch (err) {
    logger.error({ err, handler: routed.handler }, 'request failed');
    reply = textReply(500, 'the request failed: the log says why');
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
  const cut = setTimeout(() => response.destroy(), sendTimeoutMs);
  response.once('close', () => clearTimeout(cut));
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
  readonly timeoutMs: number;
}): Promise<void> {
  const { server, inFlight, closeAll, timeoutMs } = closing;
  return new Promise((resolve) => {
    const deadline = setTimeout(closeAll, timeoutMs);
    server.close(() => {
      clearTimeout(deadline);
      resolve();
    });
    // A connection that has sent nothing yet counts as busy with the server, and would hold it till the deadline.
    if (inFlight.size === 0) closeAll();
  });
}
