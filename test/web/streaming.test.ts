import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createFragment, joinFragments } from '../../src/metrics/format/fragment.ts';
import { gzipMember } from '../../src/metrics/format/gzip-member.ts';
import type { WebServerOptions } from '../../src/web/web-server.ts';
import { send, startTestServer, type TestServer } from '../support/web-server.ts';

const started: TestServer[] = [];
const clients: Socket[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

/** Many lines, no two alike, so that neither a lost nor a doubled chunk goes unnoticed. */
const texts = Array.from({ length: 300 }, (_, part) =>
  Array.from({ length: 1000 }, (_line, line) => `some_metric{part="${part}",line="${line}"} ${part * line}\n`).join(''),
);
const whole = texts.join('');
const fragments = texts.map(createFragment);
const end = createFragment('');

async function startLarge(options: Partial<WebServerOptions> = {}): Promise<TestServer> {
  const joined = joinFragments(fragments);
  const server = await startTestServer({
    render: ({ encoding }) => Promise.resolve(encoding === 'gzip' ? gzipMember(joined, end) : joined.plain),
    stopTimeoutMs: 100,
    ...options,
  });
  started.push(server);
  return server;
}

/** A client that asks for the metrics and reads nothing until it is told to. */
async function askWithoutReading(server: TestServer): Promise<Socket> {
  const client = connect(server.port, '127.0.0.1');
  clients.push(client);
  client.on('error', () => {});
  client.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(client, 'readable');
  return client;
}

function hash(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('a large exposition', () => {
  it('arrives whole, with its length, for scrapers side by side', async () => {
    const server = await startLarge();
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(server, '/metrics')));
    expect(new Set(answers.map(({ body }) => hash(body)))).toEqual(new Set([hash(whole)]));
    expect(new Set(answers.map(({ headers }) => headers['content-length']))).toEqual(new Set([String(whole.length)]));
  });

  it('is the same to gunzip, to curl --compressed and without compression', async () => {
    const server = await startLarge();
    const { body } = await send(server, '/metrics', { headers: { 'accept-encoding': 'gzip' } });
    const byGunzip = execFileSync('gunzip', ['-c'], { input: body, maxBuffer: 1e9 });
    const { stdout: byCurl } = await promisify(execFile)(
      'curl',
      ['-sS', '--compressed', `http://127.0.0.1:${server.port}/metrics`],
      { encoding: 'buffer', maxBuffer: 1e9 },
    );
    expect([byGunzip, byCurl, gunzipSync(body), (await send(server, '/metrics')).body].map(hash)).toEqual(
      Array<string>(4).fill(hash(whole)),
    );
  });

  it('delays nobody else while one does not read it', async () => {
    const server = await startLarge();
    const slow = await askWithoutReading(server);
    expect((await send(server, '/-/healthy')).status).toBe(200);
    expect(hash((await send(server, '/metrics')).body)).toBe(hash(whole));
    let received = 0;
    slow.on('data', (bytes: Buffer) => {
      received += bytes.length;
      if (received >= whole.length) slow.end();
    });
    await once(slow, 'close');
    expect(received).toBeGreaterThan(whole.length);
  });

  it('is cut off from one who does not read it in time, and only then', async () => {
    const server = await startLarge({ sendTimeoutMs: 300 });
    const slow = await askWithoutReading(server);
    expect(hash((await send(server, '/metrics')).body)).toBe(hash(whole));
    // What the client does not read keeps it from seeing the end, so the server's word counts.
    while (server.requests.length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(server.requests).toEqual([
      { handler: '/metrics', code: 200 },
      { handler: '/metrics', code: 200 },
    ]);
    slow.resume();
    await once(slow, 'close');
    expect(slow.bytesRead).toBeLessThan(whole.length);
  });

  it('survives a client that leaves in the middle', async () => {
    const server = await startLarge();
    const client = await askWithoutReading(server);
    client.destroy();
    while (server.requests.length < 1) await new Promise((resolve) => setImmediate(resolve));
    expect(hash((await send(server, '/metrics')).body)).toBe(hash(whole));
  });

  it('gives a HEAD its headers alone', async () => {
    const { status, headers, body } = await send(await startLarge(), '/metrics', {
      method: 'HEAD',
      headers: { 'accept-encoding': 'gzip;q=0.5, identity;q=0.1' },
    });
    expect([status, headers['content-encoding'], body.length]).toEqual([200, 'gzip', 0]);
  });
});
