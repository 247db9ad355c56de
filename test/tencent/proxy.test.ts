import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { TencentClient } from '../../src/tencent/client.ts';
import { getRoomList } from '../../src/tencent/commands/get-room-list.ts';
import { createSigner } from '../../src/tencent/signer.ts';
import { createCertificate } from '../support/certificates.ts';

let proxy: Server;
/** The requests to the proxy, and every byte that went through it to the API. */
let requests: string[] = [];
let tunnelled = '';
let simulator: Simulator;
const variables = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY'] as const;
const before = variables.map((name) => [name, process.env[name]] as const);

beforeEach(async () => {
  requests = [];
  tunnelled = '';
  variables.forEach((name) => delete process.env[name]);
  proxy = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    response.writeHead(502).end();
  });
  proxy.on('connect', (request, client, head) => {
    requests.push(`CONNECT ${request.url ?? ''} ${request.headers['proxy-authorization'] ?? ''}`.trim());
    const port = Number((request.url ?? '').split(':')[1]);
    const api = connect(port, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n');
      api.write(head);
      client.on('data', (chunk: Buffer) => (tunnelled += chunk.toString('latin1')));
      client.pipe(api).pipe(client);
    });
    client.on('error', () => api.destroy());
    api.on('error', () => client.destroy());
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
});

afterEach(async () => {
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  await simulator.stop();
});

function proxyUrl(user = ''): string {
  return `http://${user}127.0.0.1:${(proxy.address() as AddressInfo).port}`;
}

/** Calls a simulator. Resolves with the message of the failure, or `responded`. */
async function call({
  https,
  proxyUrl: url = '',
}: {
  readonly https: boolean;
  readonly proxyUrl?: string;
}): Promise<string> {
  simulator = await startSimulator({
    rooms: 1,
    seed: 1,
    ...(https ? { tls: await createCertificate('simulator') } : {}),
  });
  const [app] = simulator.apps;
  if (app === undefined) throw new Error('expected an app');
  const { sdkAppId, identifier, secretKey } = app;
  const signer = createSigner({ sdkAppId, identifier, credentials: { kind: 'secret_key', secretKey } }, Date.now);
  const client = new TencentClient({
    baseUrl: simulator.origin,
    sdkAppId,
    identifier,
    signer,
    timeoutMs: 5000,
    proxyUrl: url,
  });
  const result = await client.call(getRoomList, { next: '' }).then(
    () => 'responded',
    (error: Error) => error.message,
  );
  client.close();
  return result;
}

// Nothing trusts the simulator's certificate, so each call over HTTPS ends when it is verified.
// Node 24 adds a hint between the cause and the code.
const untrusted = /^get_room_list: connection failed: self-signed certificate.*\(DEPTH_ZERO_SELF_SIGNED_CERT\)$/;
const target = () => simulator.origin.replace('https://', '');

describe('A proxy', () => {
  it('The proxy of http.proxy_url tunnels to the API and sees no signature, and the certificate is verified', async () => {
    expect(await call({ https: true, proxyUrl: proxyUrl('user:p%40ss@') })).toMatch(untrusted);
    expect(requests).toEqual([`CONNECT ${target()} Basic ${Buffer.from('user:p@ss').toString('base64')}`]);
    expect(tunnelled.length).toBeGreaterThan(100);
    expect(tunnelled).not.toContain('usersig');
  });

  it('The proxy of HTTPS_PROXY is used if the configuration names none', async () => {
    process.env['HTTPS_PROXY'] = proxyUrl();
    expect(await call({ https: true })).toMatch(untrusted);
    expect(requests).toEqual([`CONNECT ${target()}`]);
  });

  it('No proxy is used for the hosts of NO_PROXY', async () => {
    process.env['HTTPS_PROXY'] = proxyUrl();
    process.env['NO_PROXY'] = 'localhost,127.0.0.1';
    expect(await call({ https: true })).toMatch(untrusted);
    expect(requests).toEqual([]);
  });

  it('No proxy is used for calls to this machine over plain HTTP, whose URL holds the signature', async () => {
    process.env['HTTP_PROXY'] = proxyUrl();
    process.env['HTTPS_PROXY'] = proxyUrl();
    expect(await call({ https: false, proxyUrl: proxyUrl() })).toBe('responded');
    expect(requests).toEqual([]);
  });
});
