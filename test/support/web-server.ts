import { type IncomingHttpHeaders, request as sendRequest, type RequestOptions } from 'node:http';
import { gzipSync } from 'node:zlib';
import pino, { type Logger } from 'pino';
import type { RefusalReason } from '../../src/web/clients.ts';
import { startWebServer, type WebServer, type WebServerOptions } from '../../src/web/web-server.ts';
import { emptyStatus } from './status-worlds.ts';

export interface TestServer extends WebServer {
  /** Requests that the server reported. */
  readonly requests: readonly { readonly handler: string; readonly code: number }[];
  /** Reasons for which clients were refused. */
  readonly refusals: readonly RefusalReason[];
  /** Lines that the server logged. */
  readonly logged: readonly Readonly<Record<string, unknown>>[];
}

/** A real server on a free port; options override the defaults. */
export async function startTestServer(options: Partial<WebServerOptions> = {}): Promise<TestServer> {
  const refusals: RefusalReason[] = [];
  const requests: { handler: string; code: number }[] = [];
  const logged: Record<string, unknown>[] = [];
  const server = await startWebServer({
    listenAddress: { host: '127.0.0.1', port: 0 },
    telemetryPath: '/metrics',
    render: ({ format, encoding }) => {
      const exposition = Buffer.from(`exposition as ${format}\n`);
      return Promise.resolve([encoding === 'gzip' ? gzipSync(exposition) : exposition]);
    },
    readiness: () => undefined,
    refusals: () => [],
    configText: () => 'apps: []\n',
    status: () => emptyStatus,
    logger: memoryLogger(logged),
    onRequest: (request) => requests.push(request),
    onRefusal: (reason) => refusals.push(reason),
    ...options,
  });
  return { ...server, requests, refusals, logged };
}

export interface TestResponse {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Sends one request over its own connection; the body is not decoded. */
export function send(
  { port }: { readonly port: number },
  path: string,
  options: RequestOptions = {},
): Promise<TestResponse> {
  return new Promise((resolve, reject) => {
    const sent = sendRequest({ host: '127.0.0.1', port, path, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

function memoryLogger(lines: Record<string, unknown>[]): Logger {
  return pino(
    { base: null, timestamp: false, serializers: { err: (error: Error) => error.message } },
    { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) },
  );
}
