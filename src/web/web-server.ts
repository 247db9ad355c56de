import type { IncomingMessage, ServerResponse } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { ListenAddress } from '../config-file/formats.ts';
import { type Clock, systemClock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { createRefusalNotes, type RefusalReason } from './clients.ts';
import { refuseForeignSite } from './foreign-site.ts';
import { type HttpPort, openHttpPort } from './http-port.ts';
import { createRouter, type Reply, type RoutedRequest, textReply } from './router.ts';
import { createRoutes, type RouteSources } from './routes.ts';
import { sendChunks } from './send-chunks.ts';
import { createAuthMiddleware } from './toolkit/auth-middleware.ts';
import { noSecurity, type WebSecurity } from './toolkit/load.ts';

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

export interface WebServer extends Omit<HttpPort, 'useTls'> {
  /** Takes effect with the next request; TLS settings take effect with the next connection. Never fails. */
  configure(settings: WebSettings): void;
}

/** Scrapers and people need a few connections each. More would use up the file descriptors that calls need. */
const maxConnections = 512;

/** A response that a slow client does not read keeps chunks in memory that have long been replaced. */
const maxResponses = 64;

/** The status code of nginx for a client that disconnected before the response. */
const clientClosedRequest = 499;

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
  const { stop, useTls, ...address } = await openHttpPort({
    listenAddress: options.listenAddress,
    tls: security.tls,
    limits: { maxConnections, maxResponses },
    noteRefusal,
    stopTimeoutMs,
    logger,
    clock,
    onRequest: (request, response) => {
      const routed = route(request);
      response.once('close', () => {
        const code = response.headersSent ? response.statusCode : clientClosedRequest;
        options.onRequest({ handler: routed.handler, code });
      });
      const refuse = async () =>
        refuseForeignSite(request, { handler: routed.handler, security, allowedHosts, noteRefusal }) ??
        (await auth.refuse(request, routed.handler));
      void respond({ request, response, routed, refuse, headers: auth.headers, logger, clock });
    },
  });
  return {
    ...address,
    configure: (settings) => {
      const before = security;
      ({ security = noSecurity, allowedHosts = [] } = settings);
      route = routerFor(settings.telemetryPath);
      if (isDeepStrictEqual(before, security)) return;
      auth.configure(security);
      useTls(security.tls);
    },
    stop: () => {
      auth.stop();
      return stop();
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
