import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TencentClient } from '../../src/tencent/client.ts';
import { getOnlineMemberNum } from '../../src/tencent/commands/get-online-member-num.ts';
import type { Signer } from '../../src/tencent/signer.ts';
import type { DomainSwitch } from '../../src/tencent/transport.ts';
import { createCertificate } from '../support/certificates.ts';
import { freePort } from '../support/free-port.ts';

const signer: Signer = { digest: '', userSig: () => 'sig', expiresAtSeconds: () => undefined, renew() {} };
const response = '{"ErrorCode":0,"OnlineMemberNum":3}';

const servers: Server[] = [];
const sockets = new Set<Socket>();
const clients: TencentClient[] = [];
const variables = ['HTTPS_PROXY', 'HTTP_PROXY'] as const;
const before = variables.map((name) => [name, process.env[name]] as const);
beforeEach(() => variables.forEach((name) => delete process.env[name]));
afterEach(async () => {
  before.forEach(([name, value]) => value !== undefined && (process.env[name] = value));
  clients.splice(0).forEach((client) => client.close());
  sockets.forEach((socket) => socket.destroy());
  sockets.clear();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(server: Server, port = 0): Promise<number> {
  servers.push(server);
  // A client may reset its connection.
  server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => {})));
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** A domain of the API that responds with this status, and counts its calls. */
async function api({ port = 0, status = 200 }: { readonly port?: number; readonly status?: number } = {}) {
  const seen = { calls: 0, connections: 0 };
  const server = createHttpServer((request, reply) => {
    request.resume();
    seen.calls += 1;
    reply.writeHead(status).end(response);
  }).on('connection', () => (seen.connections += 1));
  return { seen, server, origin: `http://127.0.0.1:${await listen(server, port)}` };
}

interface Origins {
  readonly baseUrl: string;
  readonly backupUrl?: string;
  readonly proxyUrl?: string;
  readonly timeoutMs?: number;
}

function createClient({ proxyUrl = '', timeoutMs = 2000, ...origins }: Origins) {
  const switches: string[] = [];
  const clock = { nowMs: 0, monotonic: () => clock.nowMs };
  const client = new TencentClient({
    ...origins,
    sdkAppId: 14,
    identifier: 'admin',
    signer,
    timeoutMs,
    proxyUrl,
    clock,
    onDomainSwitch: ({ to, failure }: DomainSwitch) => switches.push(`${to}: ${failure?.message ?? 'responds again'}`),
  });
  clients.push(client);
  /** Resolves with the message of the failure, or `responded`. */
  const call = () =>
    client.call(getOnlineMemberNum, { roomId: 'g1' }).then(
      () => 'responded',
      (error: Error) => error.message,
    );
  return { client, call, clock, switches };
}

describe('A main domain that cannot be reached', () => {
  const unreachable: readonly {
    readonly how: string;
    readonly start: () => Promise<string>;
    readonly failure: RegExp;
  }[] = [
    {
      how: 'nothing listens on its port',
      start: async () => `https://127.0.0.1:${await freePort()}`,
      failure: /connection failed: connect ECONNREFUSED/,
    },
    {
      // The resolver itself rejects a label of more than 63 characters, without a query to any server.
      how: 'its name does not resolve',
      start: () => Promise.resolve(`https://${'x'.repeat(64)}.invalid`),
      failure: /connection failed: getaddrinfo ENOTFOUND/,
    },
    {
      how: 'its certificate is not trusted',
      start: async () => `https://127.0.0.1:${await listen(createTlsServer({ ...(await createCertificate('x')) }))}`,
      failure: /connection failed: self-signed certificate/,
    },
    {
      how: 'it does not speak TLS',
      start: async () => (await api()).origin.replace('http:', 'https:'),
      failure: /connection failed: .*(?:EPROTO|wrong version number)/,
    },
    {
      how: 'it resets the connection during the TLS handshake',
      start: async () => `https://127.0.0.1:${await listen(createTcpServer((socket) => socket.resetAndDestroy()))}`,
      failure: /connection failed: .*ECONNRESET/,
    },
    {
      how: 'it accepts connections but never completes the TLS handshake',
      start: async () => `https://127.0.0.1:${await listen(createTcpServer())}`,
      failure: /no connection within 500 ms/,
    },
  ];

  it.each(unreachable)('The call gets its response from the backup domain, with one switch: $how', async (main) => {
    const backup = await api();
    const { call, switches } = createClient({ baseUrl: await main.start(), backupUrl: backup.origin, timeoutMs: 1000 });
    expect([await call(), await call()]).toEqual(['responded', 'responded']);
    expect([backup.seen.calls, switches.length]).toEqual([2, 1]);
    expect(switches[0]).toMatch(/^backup: get_online_member_num: /);
    expect(switches[0]).toMatch(main.failure);
  });

  it('Without a backup domain, the call fails', async () => {
    const { call, switches } = createClient({ baseUrl: `http://127.0.0.1:${await freePort()}` });
    expect(await call()).toMatch(/ECONNREFUSED/);
    expect(switches).toEqual([]);
  });

  it('If the backup domain cannot be reached either, calls fail with the error of the main domain and nothing switches', async () => {
    const port = await freePort();
    const { call, switches } = createClient({
      baseUrl: `http://127.0.0.1:${port}`,
      backupUrl: `https://${'x'.repeat(64)}.invalid`,
    });
    expect(await call()).toBe(`get_online_member_num: connection failed: connect ECONNREFUSED 127.0.0.1:${port}`);
    expect(switches).toEqual([]);
  });

  it('If the backup domain responds with an HTTP error, the call fails with it and nothing switches', async () => {
    const backup = await api({ status: 502 });
    const { call, switches } = createClient({
      baseUrl: `http://127.0.0.1:${await freePort()}`,
      backupUrl: backup.origin,
    });
    expect(await call()).toBe('get_online_member_num: HTTP status 502, expected 200');
    expect(switches).toEqual([]);
  });

  it('One call a minute tries the main domain, no call fails, and calls go back when it responds', async () => {
    const port = await freePort();
    const backup = await api();
    const { call, clock, switches } = createClient({ baseUrl: `http://127.0.0.1:${port}`, backupUrl: backup.origin });
    for (const minute of [0, 1, 2]) {
      clock.nowMs = minute * 60_000;
      expect([await call(), await call()]).toEqual(['responded', 'responded']);
    }
    expect([backup.seen.calls, switches.length]).toEqual([6, 1]);

    const main = await api({ port });
    clock.nowMs += 59_999;
    expect([await call(), main.seen.calls]).toEqual(['responded', 0]);
    clock.nowMs += 1;
    expect([await call(), await call(), await call()]).toEqual(['responded', 'responded', 'responded']);
    expect([main.seen.calls, backup.seen.calls]).toEqual([3, 7]);
    expect(switches.slice(1)).toEqual(['main: responds again']);
  });

  it('An idle connection from before the switch does not hide that the main domain accepts no new one', async () => {
    const main = await api();
    const backup = await api();
    const { call, clock, switches } = createClient({ baseUrl: main.origin, backupUrl: backup.origin });
    expect(await call()).toBe('responded');
    // The idle connection stays open.
    main.server.closeIdleConnections = () => {};
    const closed = once(main.server, 'close');
    main.server.close();
    expect(await Promise.all([call(), call()])).toEqual(['responded', 'responded']);
    expect([main.seen, backup.seen.calls]).toEqual([{ calls: 2, connections: 1 }, 1]);
    expect(switches.length).toBe(1);
    clock.nowMs = 60_000;
    expect([await call(), switches.length]).toEqual(['responded', 1]);
    await closed;
  });

  it('Another origin in the configuration starts on its main domain', async () => {
    const [backup, other] = [await api(), await api()];
    const { client, call, switches } = createClient({
      baseUrl: `http://127.0.0.1:${await freePort()}`,
      backupUrl: backup.origin,
    });
    await call();
    client.configure({
      baseUrl: other.origin,
      backupUrl: backup.origin,
      sdkAppId: 14,
      identifier: 'admin',
      signer,
      timeoutMs: 2000,
      proxyUrl: '',
    });
    expect([await call(), other.seen.calls, backup.seen.calls, switches.length]).toEqual(['responded', 1, 1, 1]);
  });
});

describe('A main domain that can be reached', () => {
  it.each([
    ['responds with HTTP 503', 'HTTP status 503, expected 200', { status: 503 }],
    ['does not respond in time', 'no response within 100 ms', 'hang'],
    ['closes the connection instead of responding', 'connection failed: socket hang up (ECONNRESET)', 'close'],
  ] as const)('Calls stay on a main domain that %s', async (_, failure, how) => {
    const main =
      typeof how === 'object'
        ? (await api(how)).origin
        : `http://127.0.0.1:${await listen(createHttpServer((request) => void (how === 'close' && request.socket.destroy())))}`;
    const backup = await api();
    const { call, switches } = createClient({ baseUrl: main, backupUrl: backup.origin, timeoutMs: 100 });
    expect([await call(), await call()]).toEqual([1, 2].map(() => `get_online_member_num: ${failure}`));
    expect([backup.seen.calls, switches]).toEqual([0, []]);
  });
});

describe('A proxy between the exporter and the domains', () => {
  /** A proxy that responds to CONNECT with this status line, or closes the connection. */
  async function proxyThat(status: string | undefined) {
    const seen: string[] = [];
    const proxy = createHttpServer().on('connect', (request, socket) => {
      seen.push(request.url ?? '');
      socket.end(status === undefined ? undefined : `HTTP/1.1 ${status}\r\n\r\n`);
    });
    return { seen, proxyUrl: `http://127.0.0.1:${await listen(proxy)}` };
  }
  const origins = { baseUrl: 'https://main.invalid', backupUrl: 'https://backup.invalid' };

  it('If the proxy responds that it cannot reach the main domain, the backup domain is tried', async () => {
    const { seen, proxyUrl } = await proxyThat('503 Service Unavailable');
    const { call } = createClient({ ...origins, proxyUrl });
    expect(await call()).toBe('get_online_member_num: HTTP status 503 of the proxy, expected 200');
    expect(seen).toEqual(['main.invalid:443', 'backup.invalid:443']);
  });

  it.each([
    ['refuses the main domain', '403 Forbidden', 'HTTP status 403 of the proxy, expected 200'],
    ['wants a password', '407 Proxy Authentication Required', 'HTTP status 407 of the proxy, expected 200'],
    ['closes the connection', undefined, 'connection failed: socket hang up (ECONNRESET)'],
  ])('If the proxy %s, the backup domain is not tried', async (_, status, failure) => {
    const { seen, proxyUrl } = await proxyThat(status);
    const { call, switches } = createClient({ ...origins, proxyUrl, timeoutMs: 300 });
    expect(await call()).toContain(failure);
    expect([seen, switches]).toEqual([['main.invalid:443'], []]);
  });

  it('If the proxy cannot be reached, the call fails with its address', async () => {
    const port = await freePort();
    const { call, switches } = createClient({ ...origins, proxyUrl: `http://127.0.0.1:${port}` });
    expect(await call()).toContain(`ECONNREFUSED 127.0.0.1:${port}`);
    expect(switches).toEqual([]);
  });

  const tunnels = (onConnect: (socket: Duplex) => void) =>
    createHttpServer().on('connect', (_request, socket) => {
      socket.resume().on('end', () => socket.end());
      onConnect(socket);
    });

  it.each([
    ['is silent after CONNECT', () => tunnels(() => {})],
    ['opens a tunnel to nowhere', () => tunnels((socket) => socket.write('HTTP/1.1 200 OK\r\n\r\n'))],
    ['accepts connections and is silent', () => createTcpServer()],
  ])('If the proxy %s, each call ends in time and leaves no connection behind', async (_, make) => {
    const server = make();
    const proxyUrl = `http://127.0.0.1:${await listen(server)}`;
    const { call } = createClient({ ...origins, proxyUrl, timeoutMs: 300 });
    const failures = await Promise.all(Array.from({ length: 20 }, call));
    expect(new Set(failures.map((failure) => failure.replace(/\d+ ms/, 'n ms')))).toEqual(
      new Set(['get_online_member_num: no connection within n ms']),
    );
    expect(sockets.size).toBeGreaterThan(0);
    await Promise.all(
      [...sockets]
        .filter((socket) => !socket.closed)
        .map((socket) => new Promise((resolve) => socket.resume().once('close', resolve))),
    );
  });
});
