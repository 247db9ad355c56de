import { once } from 'node:events';
import { request, type RequestOptions } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { TlsConfig } from '../../../src/web/toolkit/load.ts';
import type { ClientAuthType } from '../../../src/web/toolkit/schema.ts';
import { issue, type Issued } from '../../support/certificates.ts';
import { send, startTestServer, type TestServer } from '../../support/web-server.ts';

let ours: Issued;
let known: Issued;
let stranger: Issued;
beforeAll(async () => {
  [ours, known, stranger] = await Promise.all([issue('exporter'), issue('known'), issue('stranger')]);
});

const started: TestServer[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
});

function tls(changes: Partial<TlsConfig> = {}): TlsConfig {
  return {
    ...ours,
    clientAuthType: 'NoClientCert',
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    cipherSuites: [],
    preferServerCipherSuites: true,
    ...changes,
  };
}

const secured = (changes: Partial<TlsConfig> = {}) => ({
  tls: tls(changes),
  users: new Map<string, string>(),
  headers: {},
});

async function start(changes: Partial<TlsConfig> = {}): Promise<TestServer> {
  const server = await startTestServer({ security: secured(changes) });
  started.push(server);
  return server;
}

/** `200 TLSv1.3 SUITE`, or `refused` if there is no response. */
function ask({ port }: TestServer, options: RequestOptions = {}): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(
      { host: '127.0.0.1', port, path: '/-/healthy', agent: false, ca: ours.cert, ...options },
      (response) => {
        const socket = response.socket as import('node:tls').TLSSocket;
        const result = `${response.statusCode ?? 0} ${socket.getProtocol() ?? ''} ${socket.getCipher().name}`;
        response.resume().on('end', () => resolve(result));
      },
    );
    sent.on('error', () => resolve('refused')).end();
  });
}

const tls13 = '200 TLSv1.3 TLS_AES_256_GCM_SHA384';

describe('The server with TLS', () => {
  it('TLS 1.3 is used if the client supports it, otherwise TLS 1.2, and plain HTTP is refused', async () => {
    const server = await start();
    expect([
      await ask(server),
      await ask(server, { maxVersion: 'TLSv1.2' }),
      await send(server, '/-/healthy').catch(() => 'refused'),
    ]).toEqual([tls13, '200 TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256', 'refused']);
  });

  it.each(['ECDHE-ECDSA-AES128-SHA256', 'ECDHE-ECDSA-AES256-SHA384', 'ECDHE-ECDSA-AES128-SHA', 'AES128-SHA256'])(
    'The suite %s, which uses CBC, is not offered',
    async (ciphers) => {
      expect(await ask(await start(), { maxVersion: 'TLSv1.2', ciphers })).toBe('refused');
    },
  );

  it('Only the configured TLS versions and cipher suites are accepted', async () => {
    const only12 = await start({ maxVersion: 'TLSv1.2', cipherSuites: ['ECDHE-ECDSA-CHACHA20-POLY1305'] });
    const only13 = await start({ minVersion: 'TLSv1.3' });
    const both = await start({ cipherSuites: ['ECDHE-ECDSA-CHACHA20-POLY1305'] });
    expect([
      await ask(only12),
      await ask(only13, { maxVersion: 'TLSv1.2' }),
      await ask(both),
      await ask(both, { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }),
    ]).toEqual(['200 TLSv1.2 ECDHE-ECDSA-CHACHA20-POLY1305', 'refused', tls13, 'refused']);
  });

  it.each<[ClientAuthType, none: string, known: string, stranger: string]>([
    ['NoClientCert', tls13, tls13, tls13],
    ['RequestClientCert', tls13, tls13, tls13],
    ['RequireAnyClientCert', 'refused', tls13, tls13],
    ['VerifyClientCertIfGiven', tls13, tls13, 'refused'],
    ['RequireAndVerifyClientCert', 'refused', tls13, 'refused'],
  ])('The type %s decides which clients are accepted', async (clientAuthType, ...expected) => {
    const verifies = clientAuthType.includes('Verify') ? { clientCa: known.cert } : {};
    const server = await start({ clientAuthType, ...verifies });
    expect([await ask(server), await ask(server, known), await ask(server, stranger)]).toEqual(expected);
  });

  it('The certificate, the client certificate type and TLS itself can be changed while the server listens', async () => {
    const server = await start();
    const { port } = server;
    const configure = (security?: ReturnType<typeof secured>) =>
      server.configure({ telemetryPath: '/metrics', ...(security === undefined ? {} : { security }) });
    configure(secured(stranger));
    const renewed = [await ask(server), await ask(server, { ca: stranger.cert })];
    configure(secured({ clientAuthType: 'RequireAndVerifyClientCert', clientCa: known.cert }));
    const asking = [await ask(server), await ask(server, known)];
    configure();
    const plain = [await ask(server), (await send({ port }, '/-/healthy')).status];
    expect([renewed, asking, plain]).toEqual([
      ['refused', tls13],
      ['refused', tls13],
      ['refused', 200],
    ]);
  });

  it('Clients that send no TLS or reset the connection do no harm', async () => {
    const server = await start();
    const garbage = connect(server.port, '127.0.0.1', () => garbage.write('GET / HTTP/1.1\r\n\r\n'));
    await once(
      garbage.resume().on('error', () => undefined),
      'close',
    );
    const reset = connect(server.port, '127.0.0.1', () => reset.resetAndDestroy());
    await once(reset, 'close');
    expect(await ask(server)).toBe(tls13);
  });

  it('The server stops at once even if clients have not started their handshake or are idle after it', async () => {
    const server = await start();
    const silent = connect(server.port, '127.0.0.1');
    const idle = connectTls({ port: server.port, host: '127.0.0.1', ca: ours.cert });
    await Promise.all([once(silent, 'connect'), once(idle, 'secureConnect')]);
    const closed = Promise.all([once(silent.resume(), 'close'), once(idle.resume(), 'close')]);
    await server.stop();
    expect((await closed).length).toBe(2);
  });

  it('A large response in flight is sent to its last byte when the server stops', async () => {
    const large = Buffer.alloc(20_000_000, 'x');
    const server = await startTestServer({ security: secured(), configText: () => large.toString() });
    started.push(server);
    const received = new Promise<number>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: server.port, path: '/config', agent: false, ca: ours.cert } as const;
      request(options, (response) => {
        void server.stop();
        let length = 0;
        response.on('data', (chunk: Buffer) => (length += chunk.length));
        response.on('end', () => resolve(length)).on('error', reject);
      })
        .on('error', reject)
        .end();
    });
    expect(await received).toBe(large.length + 1);
  });
});
