import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request as sendRequest, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TlsOptions } from '../../../src/simulator/server.ts';
import type { Recorder } from './recorder.ts';

export interface RecordingApiOptions {
  /** Origin of the API to which calls are forwarded, over plain HTTP. */
  readonly target: string;
  readonly recorder: Pick<Recorder, 'record'>;
  /** The clock of the recorder, in milliseconds. Default: the monotonic clock of this process. */
  readonly now?: () => number;
  /** Serves HTTPS with this certificate. Default: HTTP. */
  readonly tls?: TlsOptions;
}

export interface RecordingApi {
  /** The value for `base_url`. */
  readonly origin: string;
  readonly port: number;
  /** Closes connections that were idle for long enough that no call is about to use them. */
  closeIdleConnections(): void;
  stop(): Promise<void>;
}

/** A longer response is passed on unread: nothing accepts it. */
const longestBody = 4_000_000;

/** Longer than a client takes from choosing a connection until its request arrives. */
const idleForMs = 200;

/** Stands between the exporter and an API, and records each whole response before it is passed on. Failed responses fail the same way. */
export async function startRecordingApi({
  target,
  recorder,
  now = () => performance.now(),
  tls,
}: RecordingApiOptions): Promise<RecordingApi> {
  const agent = new Agent({ keepAlive: true });
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request);
    const { method, headers, url = '/' } = request;
    const upstream = sendRequest(`${target}${url}`, { method, headers, agent });
    response.on('close', () => upstream.destroy());
    upstream.on('error', () => response.socket?.destroy());
    upstream.on('response', (incoming) => {
      void passOn(incoming, response, (given) => {
        const { pathname, searchParams } = new URL(url, target);
        recorder.record({
          sdkAppId: Number(searchParams.get('sdkappid')),
          command: pathname.split('/').at(-1) ?? '',
          request: body,
          status: incoming.statusCode ?? 0,
          body: given,
          atMs: now(),
        });
      });
    });
    upstream.end(body);
  };
  const idleSince = new Map<Socket, number>();
  const handle = (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    idleSince.delete(socket);
    response.once('close', () => {
      if (!socket.destroyed) idleSince.set(socket, performance.now());
    });
    serve(request, response).catch(() => response.destroy());
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer({ ...tls }, handle);
  // Longer than any client keeps an idle connection.
  server.keepAliveTimeout = 75_000;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    origin: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    port,
    closeIdleConnections: () => {
      for (const [socket, sinceMs] of idleSince) {
        if (performance.now() - sinceMs < idleForMs) continue;
        idleSince.delete(socket);
        socket.destroy();
      }
    },
    stop: async () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
      await once(server, 'close');
    },
  };
}

/** Passes a response on, cut off where it is. What is whole is recorded first, unless the client has gone. */
async function passOn(
  incoming: IncomingMessage,
  response: ServerResponse,
  record: (body: string) => void,
): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const writeHead = () => response.writeHead(incoming.statusCode ?? 502, incoming.headers);
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > longestBody) break;
    }
  } catch {
    writeHead();
    response.write(Buffer.concat(chunks), () => response.destroy());
    return;
  }
  if (response.destroyed) return;
  if (bytes <= longestBody) record(Buffer.concat(chunks).toString());
  writeHead();
  if (bytes <= longestBody) response.end(Buffer.concat(chunks));
  // Reading on from what was read in part is not possible, and nobody waits for the rest.
  else response.write(Buffer.concat(chunks), () => response.destroy());
}
