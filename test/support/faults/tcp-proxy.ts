import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A proxy between the exporter and the API, which can fail like a network. */
export interface TcpProxy {
  readonly port: number;
  /** Bytes that were sent to the exporter. */
  readonly bytesOut: number;
  /** Forwards new connections to another port of loopback, and cuts the present ones. */
  forwardTo(port: number): void;
  /** Refuses connections, and cuts the present ones. */
  close(): Promise<void>;
  /** Accepts connections again, on the same port. */
  open(): Promise<void>;
}

/** Starts a proxy on a free port of loopback. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
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
    client.pipe(upstream).pipe(client);
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    get bytesOut() {
      return bytesOut;
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
