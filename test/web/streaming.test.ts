import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createFragment, gzipMember, joinFragments } from '../../src/metrics/format/gzip.ts';
import type { WebServerOptions } from '../../src/web/web-server.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { send, startTestServer, type TestServer } from '../support/web-server.ts';

const started: TestServer[] = [];
const clients: Socket[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

/** Many different lines, so that the test notices a lost or repeated chunk. */
const texts = Array.from({ length: 300 }, (_, part) =>
  Array.from({ length: 1000 }, (_line, line) => `some_metric{part="${part}",line="${line}"} ${part * line}\n`).join(''),
);
const exposition = texts.join('');
const fragments = texts.map((text) => createFragment(text));
const end = createFragment('');

async function startLarge(options: Partial<WebServerOptions> = {}): Promise<TestServer> {
  const joined = joinFragments(fragments);
  const server = await startTestServer({
    render: ({ encoding }) => Promise.resolve(encoding === 'gzip' ? gzipMember(joined, end) : joined.plain),
    ...options,
  });
  started.push(server);
  return server;
}

/** A client that requests the metrics and does not read the response until it is resumed. */
async function requestWithoutReading(server: TestServer): Promise<Socket> {
  const client = connect(server.port, '127.0.0.1');
  clients.push(client);
  client.on('error', () => {});
  client.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(client, 'readable');
  return client;
}

/** Resolves when the server has reported the given number of requests. */
async function requestsReported(server: TestServer, count: number): Promise<void> {
  while (server.requests.length < count) await new Promise((resolve) => setImmediate(resolve));
}

function hash(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('A large exposition', () => {
  it('A large exposition is sent completely, with its length, to several scrapers at once', async () => {
    const server = await startLarge();
    const responses = await Promise.all(Array.from({ length: 8 }, () => send(server, '/metrics')));
    expect(new Set(responses.map(({ body }) => hash(body)))).toEqual(new Set([hash(exposition)]));
    expect(new Set(responses.map(({ headers }) => headers['content-length']))).toEqual(
      new Set([String(exposition.length)]),
    );
  });

  it('A large exposition is the same with gunzip, with curl --compressed and without compression', async () => {
    const server = await startLarge();
    const { body } = await send(server, '/metrics', { headers: { 'accept-encoding': 'gzip' } });
    const byGunzip = execFileSync('gunzip', ['-c'], { input: body, maxBuffer: 1e9 });
    const { stdout: byCurl } = await promisify(execFile)(
      'curl',
      ['-sS', '--compressed', `http://127.0.0.1:${server.port}/metrics`],
      { encoding: 'buffer', maxBuffer: 1e9 },
    );
    expect([byGunzip, byCurl, gunzipSync(body), (await send(server, '/metrics')).body].map(hash)).toEqual(
      Array<string>(4).fill(hash(exposition)),
    );
  });

  it('A client that does not read a large exposition does not delay other clients', async () => {
    const server = await startLarge();
    const slow = await requestWithoutReading(server);
    expect((await send(server, '/-/healthy')).status).toBe(200);
    expect(hash((await send(server, '/metrics')).body)).toBe(hash(exposition));
    let received = 0;
    slow.on('data', (bytes: Buffer) => {
      received += bytes.length;
      if (received >= exposition.length) slow.end();
    });
    await once(slow, 'close');
    expect(received).toBeGreaterThan(exposition.length);
  });

  it('A large exposition is not sent to its end if the client does not read it within 60 s', async () => {
    const clock = new FakeClock();
    const server = await startLarge({ clock });
    const slow = await requestWithoutReading(server);
    expect(hash((await send(server, '/metrics')).body)).toBe(hash(exposition));
    // The slow client does not read and therefore cannot notice the end, so the reports of the server count.
    await requestsReported(server, 1);
    await clock.advance(59_999);
    expect(server.requests.length).toBe(1);
    await clock.advance(1);
    await requestsReported(server, 2);
    expect(server.requests).toEqual([
      { handler: '/metrics', code: 200 },
      { handler: '/metrics', code: 200 },
    ]);
    slow.resume();
    await once(slow, 'close');
    expect(slow.bytesRead).toBeLessThan(exposition.length);
  });

  it('A large exposition is sent to other clients after a client has disconnected in the middle', async () => {
    const server = await startLarge();
    const client = await requestWithoutReading(server);
    client.destroy();
    await requestsReported(server, 1);
    expect(hash((await send(server, '/metrics')).body)).toBe(hash(exposition));
  });

  it('The response to HEAD does not contain the exposition', async () => {
    const { status, headers, body } = await send(await startLarge(), '/metrics', {
      method: 'HEAD',
      headers: { 'accept-encoding': 'gzip;q=0.5, identity;q=0.1' },
    });
    expect([status, headers['content-encoding'], body.length]).toEqual([200, 'gzip', 0]);
  });
});
