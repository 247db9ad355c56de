import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ListenError } from '../../src/web/listen.ts';
import type { WebServerOptions } from '../../src/web/web-server.ts';
import { FakeClock } from '../support/fake-clock.ts';
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

/** The status and the text of a response. */
async function get(server: TestServer, path: string, method = 'GET'): Promise<readonly [number | undefined, string]> {
  const { status, body } = await send(server, path, { method });
  return [status, body.toString()];
}

/** A promise and the function that resolves it. */
function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((resolvePromise) => {
    resolve = resolvePromise;
  });
  return { promise, resolve };
}

describe('The metrics page', () => {
  it('The metrics page returns text 0.0.4 by default', async () => {
    const { status, headers, body } = await send(await start(), '/metrics');
    expect([status, body.toString()]).toEqual([200, 'exposition as text\n']);
    expect(headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'content-length': '19',
      vary: 'Accept, Accept-Encoding',
      'x-content-type-options': 'nosniff',
    });
  });

  it('A client that accepts compressed OpenMetrics receives it', async () => {
    const accepted = { accept: 'application/openmetrics-text;version=1.0.0', 'accept-encoding': 'gzip' };
    const { headers, body } = await send(await start(), '/metrics?ignored', { headers: accepted });
    expect((await promisify(gunzip)(body)).toString()).toBe('exposition as openmetrics\n');
    expect(headers).toMatchObject({
      'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8',
      'content-encoding': 'gzip',
    });
  });

  it('The response to HEAD has only headers, and the metrics are not rendered', async () => {
    const render = () => Promise.reject(new Error('rendered'));
    const { status, headers, body } = await send(await start({ render }), '/metrics', { method: 'HEAD' });
    expect([status, headers['content-type'], headers['content-length'], body.length]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
      undefined,
      0,
    ]);
  });

  it('A short 500 is returned if rendering fails, and the reason is logged', async () => {
    const server = await start({ render: () => Promise.reject(new Error('the reason')) });
    expect(await get(server, '/metrics')).toEqual([500, 'the request failed: see the log of the exporter\n']);
    expect(server.logged).toEqual([{ level: 50, err: 'the reason', handler: '/metrics', msg: 'request failed' }]);
  });

  it('The metrics page has the configured path, which takes precedence over other pages', async () => {
    const server = await start({ telemetryPath: '/' });
    expect([await get(server, '/'), await get(server, '/metrics')]).toEqual([
      [200, 'exposition as text\n'],
      [404, 'not found\n'],
    ]);
  });
});

describe('The web server', () => {
  it('The status page is served with a policy that allows nothing but its style, its script, its updates and its search', async () => {
    const { status, headers, body } = await send(await start(), '/');
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(body.toString()).toMatch(/^<!doctype html>/);
    expect(headers['content-security-policy']).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/]{43}='; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
  });

  it('The script of the status page is JavaScript, and the page has no other', async () => {
    const server = await start();
    const [page, script] = [await send(server, '/'), await send(server, '/status.js')];
    expect(page.body.toString().match(/<script.*?>/g)).toEqual(['<script src="/status.js" defer>']);
    expect([script.status, script.headers['content-type']]).toEqual([200, 'text/javascript; charset=utf-8']);
  });

  it('Health, readiness and the configuration are served', async () => {
    const server = await start();
    expect([await get(server, '/-/healthy'), await get(server, '/-/ready'), await get(server, '/config')]).toEqual([
      [200, 'healthy\n'],
      [200, 'ready\n'],
      [200, 'apps: []\n'],
    ]);
  });

  it('The readiness check reports why the exporter is not ready', async () => {
    const server = await start({ readiness: () => 'app 1: the first listing has not ended' });
    expect(await get(server, '/-/ready')).toEqual([503, 'not ready: app 1: the first listing has not ended\n']);
  });

  it('The readiness check names each app that the API refuses, and stays ready, so that Prometheus scrapes', async () => {
    const server = await start({
      refusals: () => ['the API refuses app 1: error 70009', 'the API refuses app 2: error 60021'],
    });
    expect(await get(server, '/-/ready')).toEqual([
      200,
      'ready\nthe API refuses app 1: error 70009\nthe API refuses app 2: error 60021\n',
    ]);
  });

  it('A reload applies the configuration, or returns the error if it was rejected', async () => {
    const errors = [undefined, 'exporter.yml:3:5: unknown key "ap"'];
    const server = await start({ reload: () => Promise.resolve(errors.shift()) });
    expect([await get(server, '/-/reload', 'POST'), await get(server, '/-/reload', 'POST')]).toEqual([
      [200, 'reloaded\n'],
      [500, 'exporter.yml:3:5: unknown key "ap"\n'],
    ]);
  });

  it('A reload that is not possible returns 501', async () => {
    expect(await get(await start(), '/-/reload', 'POST')).toEqual([
      501,
      'cannot reload: restart the exporter to apply a new configuration\n',
    ]);
  });

  it('Any other path returns 404', async () => {
    const server = await start();
    const paths = ['/metrics/', '/Metrics', '//metrics', '/%6detrics', '/-/healthy/..', '*'];
    expect(await Promise.all(paths.map((path) => get(server, path)))).toEqual(paths.map(() => [404, 'not found\n']));
  });

  it.each([
    ['two hosts', 'GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n', 'expected one Host header'],
    ['no version of HTTP', 'GET /metrics\r\n\r\n', 'expected HTTP/1.0 or HTTP/1.1'],
  ])('A request with %s is refused', async (_, request, problem) => {
    const { port } = await start();
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    client.end(request);
    const response = await text(client);
    expect([response.split('\r\n')[0], response.split('\r\n\r\n')[1]]).toEqual([
      'HTTP/1.1 400 Bad Request',
      `bad request: ${problem}\n`,
    ]);
  });

  it('An absolute request target is accepted, as a proxy receives it', async () => {
    expect(await get(await start(), 'http://exporter.example:19123/-/healthy?x')).toEqual([200, 'healthy\n']);
  });

  it.each([
    ['POST', '/metrics', 'GET, HEAD'],
    ['DELETE', '/', 'GET, HEAD'],
    ['OPTIONS', '/-/ready', 'GET, HEAD'],
    ['GET', '/-/reload', 'POST'],
    ['PUT', '/-/reload', 'POST'],
  ])('The request %s %s is rejected, and the response contains the allowed methods', async (method, path, allow) => {
    const { status, headers, body } = await send(await start(), path, { method });
    expect([status, headers.allow, body.toString()]).toEqual([405, allow, `method not allowed: use ${allow}\n`]);
  });
});

describe('startWebServer', () => {
  it('The route and the status code of each request are reported', async () => {
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

  it('A client that disconnected before the response is reported as 499', async () => {
    const requested = deferred<void>();
    const rendered = deferred<readonly Buffer[]>();
    const reported = deferred<unknown>();
    const server = await start({
      render: () => {
        requested.resolve();
        return rendered.promise;
      },
      onRequest: reported.resolve,
    });
    const client = connect(server.port, '127.0.0.1');
    client.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
    await requested.promise;
    client.destroy();
    expect(await reported.promise).toEqual({ handler: '/metrics', code: 499 });
    rendered.resolve([Buffer.from('late')]);
  });

  it('The server reports its address with the actual port', async () => {
    const server = await start();
    expect([server.address, server.port > 0]).toEqual([`127.0.0.1:${server.port}`, true]);
  });

  it('The server listens on all interfaces if there is no host', async () => {
    const server = await start({ listenAddress: { port: 0 } });
    expect(await get(server, '/-/healthy')).toEqual([200, 'healthy\n']);
  });

  it.each(['::1', '::'])('The server listens on the IPv6 address %s, and reports it in brackets', async (host) => {
    const server = await start({ listenAddress: { host, port: 0 } });
    const { port } = server;
    expect(server.address).toBe(`[${host}]:${port}`);
    const response = await fetch(`http://[::1]:${port}/-/healthy`);
    expect(await response.text()).toBe('healthy\n');
  });

  it('An address that is in use is an error in one line', async () => {
    const { port } = await start({ listenAddress: { port: 0 } });
    await expect(startTestServer({ listenAddress: { port } })).rejects.toEqual(
      new ListenError(`cannot listen on :${port}: address already in use`),
    );
  });

  it('An address that does not belong to this machine is an error in one line', async () => {
    await expect(startTestServer({ listenAddress: { host: '192.0.2.1', port: 0 } })).rejects.toEqual(
      new ListenError('cannot listen on 192.0.2.1:0: address not available'),
    );
  });
});

describe('WebServer.stop', () => {
  it('A scrape in flight is sent to its last byte, and new ones are refused', async () => {
    const requested = deferred<void>();
    const rendered = deferred<readonly Buffer[]>();
    const server = await start({
      render: () => {
        requested.resolve();
        return rendered.promise;
      },
    });
    const scrape = send(server, '/metrics');
    await requested.promise;
    const stopped = server.stop();
    await expect(send(server, '/-/healthy')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const chunks = Array.from({ length: 200 }, () => Buffer.alloc(100_000, 'x'));
    rendered.resolve(chunks);
    const { body, headers } = await scrape;
    expect([body.length, headers.connection]).toEqual([20_000_000, 'close']);
    await stopped;
  });

  it('The connection of a scrape that takes longer than 4 s is closed', async () => {
    const clock = new FakeClock();
    const requested = deferred<void>();
    const server = await start({
      render: () => {
        requested.resolve();
        return deferred<readonly Buffer[]>().promise;
      },
      clock,
    });
    const scrape = Promise.allSettled([send(server, '/metrics')]);
    await requested.promise;
    const stopped = server.stop();
    await clock.advance(4000);
    await stopped;
    expect(await scrape).toMatchObject([{ status: 'rejected', reason: { code: 'ECONNRESET' } }]);
  });

  it('Idle connections are closed, including those that never sent a byte', async () => {
    const server = await start();
    const silent = connect(server.port, '127.0.0.1');
    const idle = connect(server.port, '127.0.0.1');
    idle.write('GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(idle, 'data');
    silent.resume();
    const closed = Promise.all([once(silent, 'close'), once(idle, 'close')]);
    await server.stop();
    expect((await closed).length).toBe(2);
  });

  it('The server can be stopped several times', async () => {
    const server = await start();
    expect(await Promise.all([server.stop(), server.stop()])).toEqual([undefined, undefined]);
    expect(await server.stop()).toBeUndefined();
  });
});
