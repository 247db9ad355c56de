import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What stands between the exporter and the API, and may fail as a network does. */
export interface FrontDoor {
  readonly port: number;
  /** Bytes that have gone out to the exporter. */
  readonly bytesOut: number;
  /** Passes new connections on to another port of loopback, and cuts the present ones. */
  leadTo(port: number): void;
  /** Refuses connections, and cuts the present ones. */
  close(): Promise<void>;
  /** Lets connections in again, on the same port. */
  open(): Promise<void>;
}

/** Opens a door on a free port of loopback. */
export async function openFrontDoor(targetPort: number): Promise<FrontDoor> {
  const sockets = new Set<Socket>();
  let target = targetPort;
  let bytesOut = 0;
  const keep = (socket: Socket) => {
    sockets.add(socket);
    // Cut connections are what this door is for.
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((inside) => {
    const outside = connect(target, '127.0.0.1');
    keep(inside);
    keep(outside);
    outside.on('data', (chunk) => (bytesOut += chunk.length));
    inside.pipe(outside).pipe(inside);
    inside.on('close', () => outside.destroy());
    outside.on('close', () => inside.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    get bytesOut() {
      return bytesOut;
    },
    leadTo(next) {
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
