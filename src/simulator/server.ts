import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import type { Gateway } from './api/gateway.ts';
import { CONTROL_PATH, type Control } from './control.ts';
import { sendReply } from './reply.ts';
import type { KeyPair } from './tls.ts';

export interface ServerOptions {
  readonly gateway: Gateway;
  readonly control: Control;
  readonly host: string;
  /** 0 picks a free one. */
  readonly port: number;
  readonly latencyMs: number;
  /** A monotonic clock in milliseconds, finer than one. */
  readonly monotonicNow: () => number;
  /** Serves HTTPS; absent: HTTP. */
  readonly tls?: KeyPair | undefined;
}

/** Longest request body that is read; a longer one is cut off. */
const MAX_BODY_BYTES = 1_000_000;

/** Idle connections stay open for longer than any client's pool waits, so that no reuse meets a reset. */
const KEEP_ALIVE_MS = 75_000;

/** Serves the API and the control endpoint; resolves once it listens. */
export async function listen(options: ServerOptions): Promise<{ readonly origin: string; stop(): Promise<void> }> {
  const waiting = new Set<NodeJS.Timeout>();
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const served = request.url?.startsWith(CONTROL_PATH) === true ? serveControl : serveApi;
    served(request, response, options, waiting).catch(() => response.destroy());
  };
  const server = options.tls === undefined ? createServer(handle) : createTlsServer({ ...options.tls }, handle);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { address, family, port } = server.address() as AddressInfo;
  const host = family === 'IPv6' ? `[${address}]` : address;
  let stopped: Promise<void> | undefined;
  return {
    origin: `${options.tls === undefined ? 'http' : 'https'}://${host}:${String(port)}`,
    stop: () =>
      (stopped ??= new Promise((resolve) => {
        for (const timer of waiting) clearTimeout(timer);
        server.close(() => resolve());
        server.closeAllConnections();
      })),
  };
}

async function serveApi(
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
  waiting: Set<NodeJS.Timeout>,
): Promise<void> {
  const arrivedMs = options.monotonicNow();
  const target = request.url ?? '/';
  options.gateway.countArrival(target, arrivedMs);
  const body = await read(request);
  const { reply, delayMs } = options.gateway.answer({ method: request.method ?? '', target, body, arrivedMs });
  const latencyMs = options.latencyMs + delayMs;
  if (latencyMs === 0) {
    sendReply(response, reply);
    return;
  }
  const timer = setTimeout(() => {
    waiting.delete(timer);
    sendReply(response, reply);
  }, latencyMs);
  waiting.add(timer);
}

async function serveControl(request: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> {
  const { status, body } = options.control.answer({
    method: request.method ?? '',
    target: request.url ?? '/',
    remoteAddress: request.socket.remoteAddress,
    host: request.headers.host,
    origin: request.headers.origin,
    body: await read(request),
  });
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify(body, null, 2)}\n`);
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error(`request body is longer than ${String(MAX_BODY_BYTES)} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
