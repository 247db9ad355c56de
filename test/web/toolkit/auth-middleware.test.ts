import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import bcrypt from 'bcrypt';
import type { WebSecurity } from '../../../src/web/toolkit/load.ts';
import { send, startTestServer, type TestServer } from '../../support/web-server.ts';

const started: TestServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

async function start(security: WebSecurity): Promise<TestServer> {
  const server = await startTestServer({ security });
  started.push(server);
  return server;
}

const protectedBy = (password: string): WebSecurity => ({
  users: new Map([['anna', bcrypt.hashSync(password, 4)]]),
  headers: {},
});

function login(password: string) {
  return { headers: { authorization: `Basic ${Buffer.from(`anna:${password}`).toString('base64')}` } };
}

const refusal = 'unauthorized: a user name and a password are required\n';

describe('A server with users', () => {
  it('Every path needs a password, except the two health checks', async () => {
    const server = await start(protectedBy('secret'));
    const paths = ['/metrics', '/', '/config', '/-/reload', '/none', '/-/healthy/', '/-/healthy', '/-/ready'];
    const statuses = await Promise.all(paths.map(async (path) => (await send(server, path)).status));
    expect(statuses).toEqual([401, 401, 401, 401, 401, 401, 200, 200]);
    const { headers, body } = await send(server, '/metrics', login('wrong'));
    expect([headers['www-authenticate'], body.toString()]).toEqual([
      'Basic realm="tencent-live-exporter", charset="UTF-8"',
      refusal,
    ]);
  });

  it('A correct password is accepted, and refused requests are counted', async () => {
    const server = await start(protectedBy('secret'));
    expect((await send(server, '/metrics', login('secret'))).status).toBe(200);
    await send(server, '/metrics', login('wrong'));
    await server.stop();
    expect(server.requests).toEqual([
      { handler: '/metrics', code: 200 },
      { handler: '/metrics', code: 401 },
    ]);
  });

  it('New users apply to existing connections', async () => {
    const server = await start(protectedBy('old'));
    expect((await send(server, '/', login('old'))).status).toBe(200);
    server.configure({ telemetryPath: '/m', security: protectedBy('new') });
    const after = [await send(server, '/m', login('old')), await send(server, '/m', login('new'))];
    expect(after.map(({ status }) => status)).toEqual([401, 200]);
  });
});

describe('The middleware', () => {
  it('The configured headers are on every response, but the status page keeps its own content security policy', async () => {
    const headers = { 'X-Frame-Options': 'deny', 'Content-Security-Policy': "default-src 'self'" };
    const server = await start({ users: new Map(), headers });
    const responses = [await send(server, '/metrics'), await send(server, '/none'), await send(server, '/')];
    expect(responses.map((response) => response.headers['x-frame-options'])).toEqual(['deny', 'deny', 'deny']);
    expect(responses[0]?.headers['content-security-policy']).toBe("default-src 'self'");
    expect(responses[2]?.headers['content-security-policy']).toMatch(/^default-src 'none'/);
  });

  it.each([
    ['a large body', 'Content-Length: 16385'],
    ['a body without end', 'Transfer-Encoding: chunked'],
  ])('A request with %s is refused before the body arrives, and the connection is closed', async (_what, header) => {
    const server = await start({ users: new Map(), headers: {} });
    const client = connect(server.port, '127.0.0.1');
    client.write(`POST /-/reload HTTP/1.1\r\nHost: x\r\n${header}\r\n\r\n`);
    let text = '';
    client.on('data', (chunk: Buffer) => (text += chunk.toString()));
    await once(client, 'end');
    expect(text.split('\r\n')[0]).toBe('HTTP/1.1 413 Payload Too Large');
  });

  it('Headers that are too large are refused', async () => {
    const server = await start({ users: new Map(), headers: {} });
    expect((await send(server, '/', { headers: { 'x-long': 'x'.repeat(17_000) } })).status).toBe(431);
  });
});
