import { hostname } from 'node:os';
import { afterEach, describe, expect, it } from '@jest/globals';
import bcrypt from 'bcrypt';
import type { WebServerOptions } from '../../src/web/web-server.ts';
import { send, startTestServer, type TestServer } from '../support/web-server.ts';

const started: TestServer[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function start(options: Partial<WebServerOptions> = {}): Promise<TestServer> {
  const server = await startTestServer({ reload: () => Promise.resolve(undefined), ...options });
  started.push(server);
  return server;
}

const foreignPage = 'request refused: it comes from a page of another web site\n';
const foreignHost = 'request refused: the host name is unknown: add it to web.allowed_hosts, or use an IP address\n';

describe('A page of a foreign web site in a browser', () => {
  it.each([
    ['in a browser that says so', { 'sec-fetch-site': 'cross-site' }],
    ['from a sibling domain', { 'sec-fetch-site': 'same-site' }],
    ['over plain HTTP, for which browsers only send the origin', { origin: 'http://evil.example' }],
    ['with a hidden origin', { origin: 'null' }],
  ])('It cannot reload the configuration %s', async (_how, headers) => {
    const server = await start({ reload: () => Promise.reject(new Error('reloaded')) });
    const { status, body } = await send(server, '/-/reload', { method: 'POST', headers });
    expect([status, body.toString(), server.refusals]).toEqual([403, foreignPage, ['foreign_site']]);
  });

  it('It cannot use the password that the browser has stored', async () => {
    const security = { users: new Map([['anna', bcrypt.hashSync('secret', 4)]]), headers: {} };
    const server = await start({ security });
    const authorization = `Basic ${Buffer.from('anna:secret').toString('base64')}`;
    const headers = { authorization, origin: 'http://evil.example' };
    expect((await send(server, '/-/reload', { method: 'POST', headers })).status).toBe(403);
  });

  it.each(['/config', '/-/reload'])('It cannot use %s if its name points to the exporter', async (path) => {
    const method = path === '/config' ? 'GET' : 'POST';
    const server = await start();
    const { status, body } = await send(server, path, { method, headers: { host: 'evil.example:19123' } });
    expect([status, body.toString()]).toEqual([403, foreignHost]);
  });
});

describe('Requests that no foreign site can make', () => {
  it.each([
    '127.0.0.1:19123',
    '[::1]:19123',
    'localhost',
    'exporter',
    'exporter.monitoring.svc',
    'exporter.monitoring.svc.cluster.local:19123',
    'Exporter.Example.COM.:19123',
    hostname(),
  ])('The configuration can be read as %s', async (host) => {
    const server = await start({ allowedHosts: ['exporter.example.com'] });
    expect((await send(server, '/config', { headers: { host } })).status).toBe(200);
  });

  it('With a password, every host name is accepted, since no browser sends a password to a foreign name', async () => {
    const security = { users: new Map([['anna', bcrypt.hashSync('secret', 4)]]), headers: {} };
    const authorization = `Basic ${Buffer.from('anna:secret').toString('base64')}`;
    const { status } = await send(await start({ security }), '/config', {
      headers: { authorization, host: 'exporter.example.com' },
    });
    expect(status).toBe(200);
  });

  it('Metrics and health checks are served whatever the host name is', async () => {
    const server = await start();
    const headers = { host: 'exporter.example.com' };
    const paths = ['/metrics', '/', '/-/healthy', '/-/ready'];
    const statuses = await Promise.all(paths.map(async (path) => (await send(server, path, { headers })).status));
    expect(statuses).toEqual([200, 200, 200, 200]);
  });

  it('A reload from a page of the exporter itself is accepted', async () => {
    const headers = { host: '127.0.0.1:1', origin: 'http://127.0.0.1:1', 'sec-fetch-site': 'same-origin' };
    expect((await send(await start(), '/-/reload', { method: 'POST', headers })).status).toBe(200);
  });
});
