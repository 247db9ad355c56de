import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Gateway } from './api/gateway.ts';
import { sendReply } from './api/reply.ts';
import { type Control, controlPath } from './control.ts';

/** A certificate and its private key, as PEM texts. */
export interface TlsOptions {
  readonly cert: string;
  readonly key: string;
}

export interface ServerOptions {
  readonly gateway: Gateway;
  readonly control: Control;
  readonly host: string;
  /** 0 selects a free port. */
  readonly port: number;
  readonly latencyMs: number;
  /** A monotonic clock in milliseconds, with fractions. */
  readonly monotonicNow: () => number;
  /** Serves HTTPS; without it, HTTP. */
  readonly tls: TlsOptions | undefined;
}

/** A longer request body is an error; the connection is closed. */
const maxBodyBytes = 1_000_000;

/** Longer than any client keeps an idle connection, so that no client reuses a connection that the server has closed. */
const keepAliveMs = 75_000;

/** Serves the API and the control API. Resolves when it listens, rejects if it cannot. */
export async function listen(options: ServerOptions): Promise<{ readonly origin: string; stop(): Promise<void> }> {
  const delayed = new Set<NodeJS.Timeout>();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const exchange = { request, response, options };
    const served =
      request.url?.startsWith(controlPath) === true ? serveControl(exchange) : serveApi({ ...exchange, delayed });
    served.catch(() => response.destroy());
  };
  const server = options.tls === undefined ? createServer(handle) : createTlsServer({ ...options.tls }, handle);
  server.keepAliveTimeout = keepAliveMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { address, family, port } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  let stopped: Promise<void> | undefined;
  return {
    origin: `${options.tls === undefined ? 'http' : 'https'}://${host}:${port}`,
    stop: () =>
      (stopped ??= new Promise((resolve) => {
        for (const timer of delayed) clearTimeout(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      })),
  };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly options: ServerOptions;
}

/** Adds the timers of delayed replies to `delayed`. */
async function serveApi(exchange: Exchange & { readonly delayed: Set<NodeJS.Timeout> }): Promise<void> {
  const { request, response, options, delayed } = exchange;
  const arrivedMs = options.monotonicNow();
  const target = request.url ?? '/';
  options.gateway.countArrival(target, arrivedMs);
  const body = await readBody(request);
  const { reply, delayMs } = options.gateway.respond({ method: request.method ?? '', target, body, arrivedMs });
  const latencyMs = options.latencyMs + delayMs;
  if (latencyMs === 0) {
    sendReply(response, reply);
    return;
  }
  const timer = setTimeout(() => {
    delayed.delete(timer);
    sendReply(response, reply);
  }, latencyMs);
  delayed.add(timer);
}

async function serveControl({ request, response, options }: Exchange): Promise<void> {
  const { status, body } = options.control.respond({
    method: request.method ?? '',
    target: request.url ?? '/',
    remoteAddress: request.socket.remoteAddress,
    host: request.headers.host,
    origin: request.headers.origin,
    body: await readBody(request),
  });
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Error(`request body is longer than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
