import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, expect, it } from '@jest/globals';
import { newScript, RedisConnection } from '../../src/cluster/redis-connection.ts';
import { parseRedisUrl, type RedisAddress } from '../../src/config/redis-address.ts';
import { createCertificate } from '../support/certificates.ts';
import { freePort } from '../support/free-port.ts';
import { redisServers } from '../support/redis.ts';
import { requireProgram } from '../support/require-program.ts';
import { temporaryDirectories } from '../support/temporary-directory.ts';

const makeDirectory = temporaryDirectories();
const startRedis = redisServers();
const cleanUp: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const stop of cleanUp.splice(0).toReversed()) await stop();
});

function connect(url: string, onMessage: (message: string) => void = () => {}): RedisConnection {
  const connection = new RedisConnection({
    address: parseRedisUrl(url) as RedisAddress,
    channel: 'changes',
    onMessage,
  });
  cleanUp.push(() => connection.close());
  return connection;
}

const setScript = newScript("redis.call('SET', KEYS[1], ARGV[1]) return 'set'");
const publishScript = newScript("return redis.call('PUBLISH', 'changes', ARGV[1])");

requireProgram({ program: 'redis-server', from: 'redis-server' }, 'RedisConnection', () => {
  it('A script runs, is known to Redis from then on, and runs again after Redis has forgotten it', async () => {
    const port = await freePort();
    await startRedis([`port ${port}`]);
    const connection = connect(`redis://127.0.0.1:${port}`);
    expect(await connection.run(setScript, ['key'], ['1'])).toBe('set');
    await promisify(execFile)('redis-cli', ['-p', `${port}`, 'SCRIPT', 'FLUSH']);
    expect(await connection.run(setScript, ['key'], [Buffer.from([0, 255])])).toBe('set');
    expect(await connection.get('key')).toEqual(Buffer.from([0, 255]));
    expect(await connection.get('missing')).toBeUndefined();
  });

  it('A password, a database and TLS are used as the URL says, and a wrong password is an error that names no password', async () => {
    const port = await freePort();
    const { cert, key } = await createCertificate('redis');
    const folder = makeDirectory({ 'cert.pem': cert, 'key.pem': key });
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    await startRedis([
      'port 0',
      `tls-port ${port}`,
      `tls-cert-file ${certFile}`,
      `tls-key-file ${keyFile}`,
      `tls-ca-cert-file ${certFile}`,
      'tls-auth-clients no',
      'user me on >p@ss ~* &* +@all',
      'user default off',
    ]);
    // The certificate is not signed by an authority that this process knows: `NODE_EXTRA_CA_CERTS` is read at the start only.
    await expect(connect(`rediss://me:p%40ss@localhost:${port}/3`).run(setScript, ['key'], ['1'])).rejects.toThrow(
      /self-signed certificate/,
    );
    const script = `
      import { RedisConnection, newScript } from '${join(import.meta.dirname, '../../dist/cluster/redis-connection.js')}';
      import { parseRedisUrl } from '${join(import.meta.dirname, '../../dist/config/redis-address.js')}';
      for (const url of process.argv.slice(1)) {
        const connection = new RedisConnection({ address: parseRedisUrl(url), channel: 'c', onMessage: () => {} });
        const before = await connection.get('key').catch(({ message }) => message);
        const script = newScript("redis.call('SET', 'key', 'value')");
        await connection.run(script, [], []).catch(() => {});
        console.log(String(before), String(await connection.get('key').catch(() => 'failed')));
        connection.close();
      }`;
    const urls = [`me:p%40ss@localhost:${port}/3`, `me:p%40ss@localhost:${port}`, `me:wrong@localhost:${port}`];
    const child = spawn(
      process.execPath,
      ['--input-type=module', '--eval', script, ...urls.map((url) => `rediss://${url}`)],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: certFile }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    await once(child, 'close');
    expect(output).toBe(`undefined value
undefined value
WRONGPASS invalid username-password pair or user is disabled. failed
`);
  });

  it('The master is found through Sentinel, and found again after a failover', async () => {
    const [first, second, sentinel] = [await freePort(), await freePort(), await freePort()];
    const master = await startRedis([`port ${first}`]);
    await startRedis([`port ${second}`, `replicaof 127.0.0.1 ${first}`]);
    await startRedis(
      [
        `port ${sentinel}`,
        `sentinel monitor main 127.0.0.1 ${first} 1`,
        'sentinel down-after-milliseconds main 300',
        'sentinel failover-timeout main 1000',
      ],
      'redis-sentinel',
    );
    const connection = connect(`redis-sentinel://127.0.0.1:1,127.0.0.1:${sentinel}#main`);
    expect(await connection.run(setScript, ['key'], ['1'])).toBe('set');
    // Sentinel has to know the replica before the master fails.
    const replication = newScript("return redis.call('INFO', 'replication')");
    while (!String(await connection.run(replication, [], [])).includes('state=online')) continue;
    master.kill('SIGKILL');
    let result: unknown;
    while (result !== 'set') result = await connection.run(setScript, ['key'], ['2']).catch(() => {});
    expect(await connection.get('key')).toEqual(Buffer.from('2'));
  });

  it('After Redis has ended a command fails at once, and the next one works when Redis is there again', async () => {
    const port = await freePort();
    const redis = await startRedis([`port ${port}`]);
    const connection = connect(`redis://127.0.0.1:${port}`);
    await connection.run(setScript, ['key'], ['1']);
    redis.kill('SIGKILL');
    await once(redis, 'exit');
    await expect(connection.run(setScript, ['key'], ['2'])).rejects.toThrow(/ECONNREFUSED|closed/);
    await startRedis([`port ${port}`]);
    expect(await connection.run(setScript, ['key'], ['3'])).toBe('set');
  });

  it('A server that accepts connections and never responds is an error within seconds', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    cleanUp.push(() => void server.close());
    await once(server, 'listening');
    const { port } = server.address() as { readonly port: number };
    await expect(connect(`redis://127.0.0.1:${port}`).run(setScript, ['key'], ['1'])).rejects.toThrow(
      'no response within 2 s',
    );
  });

  it('What another replica publishes is received', async () => {
    const port = await freePort();
    await startRedis([`port ${port}`]);
    const received = new Promise<string>((resolve) => {
      const listening = connect(`redis://127.0.0.1:${port}`, resolve);
      const publishing = connect(`redis://127.0.0.1:${port}`);
      void listening.run(setScript, ['key'], ['1']).then(() => publishing.run(publishScript, [], ['hello']));
    });
    expect(await received).toBe('hello');
  });
});
