import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';
import type { ListenAddress } from '../config-file/formats.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { createRefusalNotes, limitClients, type RefusalReason } from './clients.ts';
import { refuseForeignSite } from './foreign-site.ts';
import { formatAddress, listen } from './listen.ts';
import { createRouter, type Reply, type RoutedRequest, textReply } from './router.ts';
import { createRoutes, type RouteSources } from './routes.ts';
import { sendChunks } from './send-chunks.ts';
import { createAuthMiddleware } from './toolkit/auth-middleware.ts';
import { noSecurity, type WebSecurity } from './toolkit/load.ts';
import { createTlsTerminator, type TlsTerminator } from './toolkit/tls.ts';

/** What can change while the server listens. */
interface WebSettings {
  /** The path of the metrics; if it is also the path of another page, the metrics win. */
  readonly telemetryPath: string;
  /** Default: neither TLS nor passwords. */
  readonly security?: WebSecurity;
  /** Public names of the exporter, by which it may be asked for pages that a foreign web site must not read. Default: none. */
  readonly allowedHosts?: readonly string[];
}

export interface WebServerOptions extends RouteSources, WebSettings {
  readonly listenAddress: ListenAddress;
  readonly logger: Pick<Logger, 'error' | 'warn'>;
  /** Called when a client was refused or disconnected because of a limit. */
  readonly onRefusal: (reason: RefusalReason) => void;
  /** Called after each response with the path of the route or `other`, and the status code. */
  readonly onRequest: (request: { readonly handler: string; readonly code: number }) => void;
  /** For the timeouts of responses and of `stop`; default: the system clock. */
  readonly clock?: Pick<Clock, 'after' | 'monotonic'>;
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
  const { logger, onRefusal, clock = systemClock } = options;
  const noteRefusal = createRefusalNotes({ logger, clock, onRefusal });
  let { security = noSecurity, allowedHosts = [] } = options;
  let route = routerFor(options.telemetryPath);
  const auth = createAuthMiddleware(security, noteRefusal);
  const inFlight = new Set<ServerResponse>();
  let stopping: Promise<void> | undefined;

  const server = createServer(serverOptions, (request, response) => {
    if (!clients.admit(request, response)) return;
    const routed = route(request);
    inFlight.add(response);
    response.once('close', () => {
      inFlight.delete(response);
      const code = response.headersSent ? response.statusCode : clientClosedRequest;
      options.onRequest({ handler: routed.handler, code });
      if (stopping !== undefined && inFlight.size === 0) closeAll();
    });
    if (stopping !== undefined) response.setHeader('Connection', 'close');
    const refuse = async () =>
      refuseForeignSite(request, { handler: routed.handler, security, allowedHosts, noteRefusal }) ??
      (await auth.refuse(request, routed.handler));
    void respond({ request, response, routed, refuse, headers: auth.headers, logger, clock });
  });
  const tlsTerminator = createTlsTerminator(server);
  tlsTerminator.use(security.tls);
  const clients = limitClients(server, noteRefusal);
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
    configure: (settings) => {
      const before = security;
      ({ security = noSecurity, allowedHosts = [] } = settings);
      route = routerFor(settings.telemetryPath);
      if (isDeepStrictEqual(before, security)) return;
      auth.configure(security);
      tlsTerminator.use(security.tls);
      server.closeIdleConnections();
    },
    stop: () => {
      auth.stop();
      stopping ??= close({ server, inFlight, closeAll, clock });
      return stopping;
    },
  };
}

async function respond(exchange: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly routed: RoutedRequest;
  /** The response that refuses the request; undefined if it may proceed. */
  readonly refuse: () => Promise<Reply | undefined>;
  /** Headers of every response. */
  readonly headers: Readonly<Record<string, string>>;
  readonly logger: Pick<Logger, 'error'>;
  readonly clock: Pick<Clock, 'after'>;
}): Promise<void> {
  const { request, response, routed, refuse, headers, logger, clock } = exchange;
  let reply: Reply;
  try {
    reply = (await refuse()) ?? (await routed.reply(request));
  } catch (err) {
    logger.error({ err, handler: routed.handler }, 'request failed');
    reply = textReply(500, 'the request failed: see the log of the exporter');
  }
  if (response.destroyed) return;
  const chunks = typeof reply.body === 'string' ? [Buffer.from(reply.body)] : reply.body;
  response.statusCode = reply.status;
  response.setHeaders(new Map(Object.entries({ 'X-Content-Type-Options': 'nosniff', ...headers, ...reply.headers })));
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
