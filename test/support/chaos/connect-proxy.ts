import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

export interface ConnectProxy {
  readonly url: string;
  /** Whether new tunnels are never established. Connections that exist are cut. */
  setSilent(isSilent: boolean): void;
  /** Requests for a tunnel that have arrived. */
  readonly requests: number;
  /** Connections that are open. */
  readonly connections: number;
  stop(): Promise<void>;
}

/** An HTTP proxy that makes tunnels to loopback, or accepts the request for one and is silent. */
export async function startConnectProxy(): Promise<ConnectProxy> {
  const sockets = new Set<Duplex>();
  let isSilent = false;
  let requests = 0;
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer();
  server.on('connection', (socket) => {
    sockets.add(socket);
    // Connections are cut on purpose.
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('connect', ({ url = '' }, client) => {
    requests += 1;
    if (isSilent) return;
    const api = connect(Number(url.split(':')[1]), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      client.pipe(api).pipe(client);
    });
    api.on('error', () => client.destroy());
    api.on('close', () => client.destroy());
    client.on('close', () => api.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setSilent(silent) {
      isSilent = silent;
      cutAll();
    },
    get requests() {
      return requests;
    },
    get connections() {
      return sockets.size;
    },
    async stop() {
      server.close();
      cutAll();
      await once(server, 'close');
    },
  };
}
