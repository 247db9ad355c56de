import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { WebServerOptions } from '../../src/web/web-server.ts';
import { send, startTestServer, type TestServer } from '../support/web-server.ts';

const started: TestServer[] = [];
const clients: Socket[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function start(options: Partial<WebServerOptions> = {}): Promise<TestServer> {
  const server = await startTestServer({ listenAddress: { port: 0 }, ...options });
  started.push(server);
  return server;
}

/** A connection from an address of this machine, each of which counts as a client. */
function connectTo(server: TestServer, localAddress = '127.0.0.1'): Socket {
  const socket = connect({ port: server.port, host: '127.0.0.1', localAddress });
  clients.push(socket);
  socket.on('error', () => undefined);
  return socket;
}

const request = (path: string) => `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;

/** Resolves when the server has noted a refusal. */
async function refusal(server: TestServer): Promise<void> {
  while (server.refusals.length === 0) await new Promise((resolve) => setImmediate(resolve));
}

describe('A client that sends requests without reading the responses', () => {
  it('Only its first request is rendered, and its connection is closed', async () => {
    let rendered = 0;
    const server = await start({
      render: () => {
        rendered += 1;
        return new Promise(() => undefined);
      },
    });
    const flood = connectTo(server);
    flood.write(request('/metrics').repeat(1000));
    await once(flood.resume(), 'close');
    expect([rendered, server.refusals, server.logged]).toEqual([
      1,
      ['pipelining'],
      [expect.objectContaining({ level: 40, reason: 'pipelining', client: '127.0.0.1' })],
    ]);
  });

  it('A connection serves one request after the other', async () => {
    const server = await start();
    const scraper = connectTo(server);
    for (let scrape = 0; scrape < 3; scrape += 1) {
      scraper.write(request('/-/healthy'));
      const [response] = (await once(scraper, 'data')) as [Buffer];
      expect(response.toString()).toContain('200 OK');
    }
    expect(server.refusals).toEqual([]);
  });
});

describe('512 open connections of one client', () => {
  it('Another client gets in, and keeps its idle connection while the first one opens more', async () => {
    const server = await start();
    const flood = Array.from({ length: 512 }, () => connectTo(server));
    await Promise.all(flood.map((socket) => once(socket, 'connect')));
    const scraper = connectTo(server, '127.0.0.2');
    scraper.write(request('/-/healthy'));
    const [response] = (await once(scraper, 'data')) as [Buffer];
    expect(response.toString()).toContain('200 OK');
    await Promise.all(Array.from({ length: 5 }, () => once(connectTo(server), 'connect')));
    scraper.write(request('/metrics'));
    const [metrics] = (await once(scraper, 'data')) as [Buffer];
    expect(metrics.toString()).toContain('200 OK');
    expect(new Set(server.refusals)).toEqual(new Set(['connections']));
  });

  it('A new connection of the same client is served, and its oldest idle one is closed', async () => {
    const server = await start();
    const open = Array.from({ length: 512 }, () => connectTo(server));
    await Promise.all(open.map((socket) => once(socket, 'connect')));
    const oldest = once((open[0] as Socket).resume(), 'close');
    expect((await send(server, '/-/healthy')).status).toBe(200);
    await oldest;
  });
});

describe('Responses that a client does not read', () => {
  it('The 65th closes the oldest one of the same client', async () => {
    const server = await start({ render: () => new Promise(() => undefined) });
    const slow = Array.from({ length: 64 }, () => {
      const socket = connectTo(server, '127.0.0.3');
      socket.write(request('/metrics'));
      return socket;
    });
    const oldest = Promise.race(slow.map((socket) => once(socket.resume(), 'close')));
    const scraper = connectTo(server);
    scraper.write(request('/metrics'));
    await refusal(server);
    await oldest;
    expect([server.refusals, slow.filter(({ destroyed }) => destroyed).length]).toEqual([['responses'], 1]);
    expect((await send(server, '/-/healthy')).status).toBe(200);
  });
});
