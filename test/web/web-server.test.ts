import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ListenError } from '../../src/web/listen.ts';
import type { WebServerOptions } from '../../src/web/web-server.ts';
import { send, startTestServer, type TestServer } from '../support/web-server.ts';

const started: TestServer[] = [];

async function start(options: Partial<WebServerOptions> = {}): Promise<TestServer> {
  const server = await startTestServer(options);
  started.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

/** The status and the text of an answer. */
async function get(server: TestServer, path: string, method = 'GET'): Promise<readonly [number | undefined, string]> {
  const { status, body } = await send(server, path, { method });
  return [status, body.toString()];
}

/** A promise and what settles it. */
function gate<T>(): { readonly opened: Promise<T>; readonly open: (value: T) => void } {
  let open: (value: T) => void = () => undefined;
  const opened = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('the metrics', () => {
  it('are text 0.0.4 unless asked otherwise', async () => {
    const { status, headers, body } = await send(await start(), '/metrics');
    expect([status, body.toString()]).toEqual([200, 'exposition as text\n']);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'content-length': '19',
      vary: 'Accept, Accept-Encoding',
      'x-content-type-options': 'nosniff',
    });
  });

  it('are OpenMetrics, gzipped, for who asks so', async () => {
    const asked = { accept: 'application/openmetrics-text;version=1.0.0', 'accept-encoding': 'gzip' };
    const { headers, body } = await send(await start(), '/metrics?ignored', { headers: asked });
    expect((await promisify(gunzip)(body)).toString()).toBe('exposition as openmetrics\n');
    expect(headers).toMatchObject({
      'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8',
      'content-encoding': 'gzip',
    });
  });

  it('give a HEAD their headers and are not rendered for it', async () => {
    const render = () => Promise.reject(new Error('rendered'));
    const { status, headers, body } = await send(await start({ render }), '/metrics', { method: 'HEAD' });
    expect([status, headers['content-type'], headers['content-length'], body.length]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      undefined,
      0,
    ]);
  });

  it('answer a failure with a short 500, and the log has the reason', async () => {
    const server = await start({ render: () => Promise.reject(new Error('the reason')) });
    expect(await get(server, '/metrics')).toEqual([500, 'the request failed: the log says why\n']);
    expect(server.logged).toEqual([{ level: 50, err: 'the reason', handler: '/metrics', msg: 'request failed' }]);
  });

  it('are at the path of the configuration, and win it', async () => {
    const server = await start({ telemetryPath: '/' });
    expect([await get(server, '/'), await get(server, '/metrics')]).toEqual([
      [200, 'exposition as text\n'],
      [404, 'not found\n'],
    ]);
  });
});

describe('the other pages', () => {
  it('are the landing page, under a policy that lets nothing in but its style', async () => {
    const { status, headers, body } = await send(await start(), '/');
    expect([status, body.toString(), headers['content-type']]).toEqual([
      200,
      '<!doctype html>',
      'text/html; charset=utf-8',
    ]);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
  });

  it('are health, readiness and the configuration', async () => {
    const server = await start();
    expect([await get(server, '/-/healthy'), await get(server, '/-/ready'), await get(server, '/config')]).toEqual([
      [200, 'healthy\n'],
      [200, 'ready\n'],
      [200, 'apps: []\n'],
    ]);
  });

  it('say why the exporter is not ready', async () => {
    const server = await start({ readiness: () => 'app 1: the first walk of the room list is under way' });
    expect(await get(server, '/-/ready')).toEqual([
      503,
      'not ready: app 1: the first walk of the room list is under way\n',
    ]);
  });

  it('reload the configuration, and give the fault of a bad one', async () => {
    const faults = [undefined, 'exporter.yml:3:5: unknown key "ap"'];
    const server = await start({ reload: () => Promise.resolve(faults.shift()) });
    expect([await get(server, '/-/reload', 'POST'), await get(server, '/-/reload', 'POST')]).toEqual([
      [200, 'reloaded\n'],
      [500, 'exporter.yml:3:5: unknown key "ap"\n'],
    ]);
  });

  it('say so where there is no reload', async () => {
    expect(await get(await start(), '/-/reload', 'POST')).toEqual([
      501,
      'cannot reload: restart the exporter to apply a new configuration\n',
    ]);
  });

  it('are not found at any other path', async () => {
    const server = await start();
    const paths = ['/metrics/', '/Metrics', '//metrics', '/%6detrics', '/-/healthy/..', '*'];
    expect(await Promise.all(paths.map((path) => get(server, path)))).toEqual(paths.map(() => [404, 'not found\n']));
  });

  it('are found by an absolute target, as a proxy is asked', async () => {
    expect(await get(await start(), 'http://exporter.example:19123/-/healthy?x')).toEqual([200, 'healthy\n']);
  });

  it.each([
    ['POST', '/metrics', 'GET, HEAD'],
    ['DELETE', '/', 'GET, HEAD'],
    ['OPTIONS', '/-/ready', 'GET, HEAD'],
    ['GET', '/-/reload', 'POST'],
    ['PUT', '/-/reload', 'POST'],
  ])('refuse %s %s and name what they allow', async (method, path, allow) => {
    const { status, headers, body } = await send(await start(), path, { method });
    expect([status, headers.allow, body.toString()]).toEqual([405, allow, `method not allowed: use ${allow}\n`]);
  });
});

describe('startWebServer', () => {
  it('tells of each request by its route and its code', async () => {
    const server = await start({ readiness: () => 'not yet' });
    for (const path of ['/metrics?x=1', '/-/ready', '/any/path']) await send(server, path);
    await send(server, '/config', { method: 'POST' });
    await server.stop();
    expect(server.requests).toEqual([
      { handler: '/metrics', code: 200 },
      { handler: '/-/ready', code: 503 },
      { handler: 'other', code: 404 },
      { handler: '/config', code: 405 },
    ]);
  });

  it('counts a client that left before its answer as 499', async () => {
    const asked = gate<void>();
    const rendered = gate<readonly Buffer[]>();
    const told = gate<unknown>();
    const server = await start({
      render: () => {
        asked.open();
        return rendered.opened;
      },
      onRequest: told.open,
    });
    const client = connect(server.port, '127.0.0.1');
    client.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    await asked.opened;
    client.destroy();
    expect(await told.opened).toEqual({ handler: '/metrics', code: 499 });
    rendered.open([Buffer.from('late')]);
  });

  it('tells its address with the port that it was given', async () => {
    const server = await start();
    expect([server.address, server.port > 0]).toEqual([`127.0.0.1:${server.port}`, true]);
  });

  it('listens on all interfaces without a host', async () => {
    const server = await start({ listenAddress: ':0' });
    expect(await get(server, '/-/healthy')).toEqual([200, 'healthy\n']);
  });

  it.each(['[::1]:0', '[::]:0'])(
    'listens on the IPv6 address %s, and tells it as a URL has it',
    async (listenAddress) => {
      const server = await start({ listenAddress });
      const { port } = server;
      expect(server.address).toBe(listenAddress.replace(/0$/, String(port)));
      const answer = await fetch(`http://[::1]:${port}/-/healthy`);
      expect(await answer.text()).toBe('healthy\n');
    },
  );

  it('says in one line that its address is taken', async () => {
    const { port } = await start({ listenAddress: ':0' });
    await expect(startTestServer({ listenAddress: `:${port}` })).rejects.toEqual(
      new ListenError(`cannot listen on :${port}: address already in use`),
    );
  });

  it('says in one line that its address is not of this machine', async () => {
    await expect(startTestServer({ listenAddress: '192.0.2.1:0' })).rejects.toEqual(
      new ListenError('cannot listen on 192.0.2.1:0: address not available'),
    );
  });
});

describe('stop', () => {
  it('lets a scrape in flight finish, to its last byte, and refuses new ones', async () => {
    const asked = gate<void>();
    const rendered = gate<readonly Buffer[]>();
    const server = await start({
      render: () => {
        asked.open();
        return rendered.opened;
      },
    });
    const scrape = send(server, '/metrics');
    await asked.opened;
    const stopped = server.stop();
    await expect(send(server, '/-/healthy')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const chunks = Array.from({ length: 200 }, () => Buffer.alloc(100_000, 'x'));
    rendered.open(chunks);
    const { body, headers } = await scrape;
    expect([body.length, headers.connection]).toEqual([20_000_000, 'close']);
    await stopped;
  });

  it('cuts a scrape that takes too long', async () => {
    const asked = gate<void>();
    const server = await start({
      render: () => {
        asked.open();
        return gate<readonly Buffer[]>().opened;
      },
      stopTimeoutMs: 10,
    });
    const scrape = Promise.allSettled([send(server, '/metrics')]);
    await asked.opened;
    await server.stop();
    expect(await scrape).toMatchObject([{ status: 'rejected', reason: { code: 'ECONNRESET' } }]);
  });

  it('closes idle connections, those that never sent a byte included', async () => {
    const server = await start();
    const silent = connect(server.port, '127.0.0.1');
    const kept = connect(server.port, '127.0.0.1');
    kept.write('GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(kept, 'data');
    silent.resume();
    const closed = Promise.all([once(silent, 'close'), once(kept, 'close')]);
    await server.stop();
    expect((await closed).length).toBe(2);
  });

  it('may be called again', async () => {
    const server = await start();
    expect(await Promise.all([server.stop(), server.stop()])).toEqual([undefined, undefined]);
    expect(await server.stop()).toBeUndefined();
  });
});
