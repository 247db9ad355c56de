import { once } from 'node:events';
import { Agent, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { Certificate } from '../../test/support/certificates.ts';
import type { SentResponse } from './given-values.ts';

export interface RecordingApi {
  readonly port: number;
  /** Closes the connections that are open, so that the exporter has to connect again. */
  cut(): void;
  close(): void;
}

/** By then it is known here whether the exporter still wanted a response, even on a machine that is busy for seconds. */
const givenUpMs = 10_000;

/** Longer than the exporter keeps an idle connection. */
const keepAliveMs = 75_000;

/** Serves a simulator over HTTPS, and records each response. */
export async function startRecordingApi(options: {
  readonly simulator: URL;
  readonly certificate: Certificate;
  /** Gets a response before it is sent. Returns what to call when the exporter has got it. */
  readonly record: (response: SentResponse) => () => void;
}): Promise<RecordingApi> {
  const { simulator, certificate, record } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const forward = async (request: IncomingMessage, response: ServerResponse) => {
    const arrivedMs = Date.now();
    const asked = await buffer(request);
    const { method, url = '', headers } = request;
    const upstream = httpRequest(new URL(url, simulator), { method, headers, agent });
    response.once('close', () => upstream.destroy());
    upstream.end(asked);
    const [reply] = (await once(upstream, 'response')) as [IncomingMessage];
    const body = await buffer(reply);
    const { pathname, searchParams } = new URL(url, simulator);
    if (reply.statusCode === 200) {
      const { RoomId, GroupId = RoomId } = JSON.parse(asked.toString()) as { RoomId?: string; GroupId?: string };
      const sent = record({
        command: pathname.slice(pathname.lastIndexOf('/') + 1),
        sdkAppId: searchParams.get('sdkappid') ?? '',
        roomId: GroupId,
        body: body.toString(),
        arrivedMs,
        atMs: Date.now(),
      });
      const { socket } = request;
      // The exporter closes the connection of a call that it has given up.
      response.once('finish', () => {
        // A timer can run before the event loop looks at sockets.
        setTimeout(() => setImmediate(() => setImmediate(() => socket.destroyed || sent())), givenUpMs);
      });
    }
    response.writeHead(reply.statusCode ?? 500, reply.headers);
    response.end(body);
  };
  const server = createServer({ ...certificate, keepAliveTimeout: keepAliveMs }, (request, response) => {
    // What the simulator cuts off, or the exporter gives up, ends here in the same way.
    forward(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => server.closeAllConnections(),
    close: () => {
      server.close();
      server.closeAllConnections();
      agent.destroy();
    },
  };
}
