import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/**
 * What happens to connections. `lose`: they stay open, and no byte arrives, not even later. `cut`: a response is reset after its first
 * bytes. `drip`: a byte of each response arrives ten times in a second.
 */
export type Treatment = 'forward' | 'lose' | 'cut' | 'drip';

/** A proxy between the exporter and the API, which can fail like a network. */
export interface TcpProxy {
  readonly port: number;
  /** Bytes that were sent to the exporter. */
  readonly bytesOut: number;
  /** Treats new connections like this, and the present ones, too, except that a lost one stays lost. */
  treat(treatment: Treatment): void;
  /** Forwards new connections to another port of loopback, and cuts the present ones. */
  forwardTo(port: number): void;
  /** Refuses connections, and cuts the present ones. */
  close(): Promise<void>;
  /** Accepts connections again, on the same port. */
  open(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly upstream: Socket;
}

const firstBytes = 20;
const dripEveryMs = 100;

function treatLink({ client, upstream }: Link, treatment: Treatment): void {
  if (treatment === 'forward') return;
  upstream.unpipe(client).resume();
  if (treatment === 'lose') {
    client.unpipe(upstream).resume();
  } else if (treatment === 'cut') {
    upstream.once('data', (chunk) => client.write(chunk.subarray(0, firstBytes), () => client.resetAndDestroy()));
  } else {
    let waiting = Buffer.alloc(0);
    upstream.on('data', (chunk) => (waiting = Buffer.concat([waiting, chunk])));
    const timer = setInterval(() => {
      client.write(waiting.subarray(0, 1));
      waiting = waiting.subarray(1);
    }, dripEveryMs);
    client.on('close', () => clearInterval(timer));
  }
}

/** Starts a proxy on a free port of loopback. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  const links = new Set<Link>();
  let treatment: Treatment = 'forward';
  let target = targetPort;
  let bytesOut = 0;
  const track = (socket: Socket) => {
    sockets.add(socket);
    // Connections are cut on purpose.
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    const upstream = connect(target, '127.0.0.1');
    track(client);
    track(upstream);
    upstream.on('data', (chunk) => (bytesOut += chunk.length));
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    const link = { client, upstream };
    links.add(link);
    client.on('close', () => links.delete(link));
    client.pipe(upstream).pipe(client);
    treatLink(link, treatment);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    get bytesOut() {
      return bytesOut;
    },
    treat(next) {
      // What arrived in drips would be incomplete.
      if (treatment === 'drip') cutAll();
      treatment = next;
      for (const link of links) treatLink(link, next);
    },
    forwardTo(next) {
      target = next;
      cutAll();
    },
    async close() {
      if (!server.listening) return;
      server.close();
      cutAll();
      await once(server, 'close');
    },
    async open() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}
