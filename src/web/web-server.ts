import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from '../logging/logger.ts';
import type { RenderExposition } from '../exposition/exposition.ts';
import { landingRoute } from './landing-route.ts';
import { formatAddress, parseListenAddress } from './listen-address.ts';
import { listen } from './listen.ts';
import { operationsRoutes, type Operations } from './operations-routes.ts';
import { textReply, type Reply } from './reply.ts';
import { createRouter, type Routed } from './router.ts';
import { scrapeRoute } from './scrape-route.ts';

export interface WebServerOptions extends Operations {
  /** `host:port`, `:port` (all interfaces) or `[ipv6]:port`; port 0 picks one. */
  readonly listenAddress: string;
  /** Path of the metrics; where it is that of another page, the metrics win. */
  readonly telemetryPath: string;
  readonly render: RenderExposition;
  /** The HTML of `/`. */
  readonly landingPage: () => string;
  readonly logger: Pick<Logger, 'error'>;
  /** Told of each request when its answer has ended: the route's path or `other`, and the status code. */
  readonly onRequest: (request: { readonly handler: string; readonly code: number }) => void;
  /** How long `stop` lets answers in flight finish; 4000 by default. */
  readonly stopTimeoutMs?: number;
}

export interface WebServer {
  /** Where it listens, as `host:port` with the real port. */
  readonly address: string;
  readonly port: number;
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
};

/** The code, as nginx has it, of a request whose client left before the answer. */
const clientClosedRequest = 499;

/** A client that takes no byte of its answer for so long is cut off. */
const stalledClientTimeoutMs = 60_000;

/**
 * Starts the HTTP server.
 * @throws {Error} where the address is malformed, and `ListenError` where it cannot be had.
 */
export async function startWebServer(options: WebServerOptions): Promise<WebServer> {
  const route = createRouter([
    landingRoute(options.landingPage),
    ...operationsRoutes(options),
    scrapeRoute(options.telemetryPath, options.render),
  ]);
  const listenAddress = parseListenAddress(options.listenAddress);
  const inFlight = new Set<ServerResponse>();
  let stopping: Promise<void> | undefined;

  const server = createServer(serverOptions, (request, response) => {
    const routed = route(request);
    inFlight.add(response);
    response.once('close', () => {
      inFlight.delete(response);
      const code = response.headersSent ? response.statusCode : clientClosedRequest;
      options.onRequest({ handler: routed.handler, code });
      if (stopping !== undefined && inFlight.size === 0) server.closeAllConnections();
    });
    if (stopping !== undefined) response.setHeader('Connection', 'close');
    void answer({ request, response, routed, logger: options.logger });
  });
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
    stop: () => {
      stopping ??= close(server, inFlight, options.stopTimeoutMs ?? 4000);
      return stopping;
    },
  };
}

async function answer(exchange: {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly routed: Routed;
  readonly logger: Pick<Logger, 'error'>;
}): Promise<void> {
  const { request, response, routed, logger } = exchange;
  let reply: Reply;
  try {
    reply = await routed.reply(request);
  } catch (err) {
    logger.error({ err, handler: routed.handler }, 'request failed');
    reply = textReply(500, 'the request failed: the log says why');
  }
  const body = Buffer.from(reply.body);
  response.statusCode = reply.status;
  response.setHeaders(new Map(Object.entries({ 'X-Content-Type-Options': 'nosniff', ...reply.headers })));
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  response.setHeader('Content-Length', body.length);
  response.end(body);
}

function close(server: Server, inFlight: ReadonlySet<ServerResponse>, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const deadline = setTimeout(() => {
      server.closeAllConnections();
    }, timeoutMs);
    server.close(() => {
      clearTimeout(deadline);
      resolve();
    });
    // A connection that has sent nothing yet counts as busy with the server, and would hold it till the deadline.
    if (inFlight.size === 0) server.closeAllConnections();
  });
}
