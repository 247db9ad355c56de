import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { Duplex } from 'node:stream';

/** What the proxy does with CONNECT: it makes a tunnel, is silent, or responds with 503. */
export type ProxyState = 'well' | 'silent' | 'refusing';

export interface TunnelProxy {
  readonly port: number;
  /** Tunnels that were requested so far. */
  readonly requests: number;
  set(state: ProxyState): void;
  /** Closes all tunnels. */
  cut(): void;
  close(): void;
}

/** Starts an HTTP proxy on a free port of loopback. All its tunnels lead to one port of this machine. */
export async function startTunnelProxy(targetPort: number): Promise<TunnelProxy> {
  let state: ProxyState = 'well';
  let requests = 0;
  const sockets = new Set<Duplex>();
  const track = (socket: Duplex) => {
    sockets.add(socket);
    // Connections are cut on purpose.
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const cutAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer();
  server.on('connect', (_request, client) => {
    requests += 1;
    track(client);
    if (state === 'silent') return;
    if (state === 'refusing') {
      client.end('HTTP/1.1 503 Service Unavailable\r\n\r\n');
      return;
    }
    const api = connect(targetPort, '127.0.0.1', () => client.write('HTTP/1.1 200 OK\r\n\r\n'));
    track(api);
    client.pipe(api).pipe(client);
    client.on('close', () => api.destroy());
    api.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get requests() {
      return requests;
    },
    set: (next) => (state = next),
    cut: cutAll,
    close: () => {
      server.close();
      cutAll();
    },
  };
}
