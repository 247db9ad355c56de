import { expect, it } from '@jest/globals';
import { parseRedisUrl } from '../../src/config/redis-address.ts';
import { checkRedis } from '../../src/doctor/redis-check.ts';
import { freePort } from '../support/free-port.ts';
import { redisServers } from '../support/redis.ts';
import { requireProgram } from '../support/require-program.ts';

const startRedis = redisServers();

const clusterAt = (url: string) => ({
  redisUrl: { written: url, address: parseRedisUrl(url) },
  redisUrlFile: { written: '', address: undefined },
  keyPrefix: 'test',
  leaseMs: 15_000,
  isolationMs: 0,
  replica: '',
});

it('Without a cluster, nothing about Redis is checked', async () => {
  expect(await checkRedis(clusterAt(''))).toBeUndefined();
});

it('A Redis that cannot be reached fails the check, with the reason', async () => {
  expect(await checkRedis(clusterAt('redis://127.0.0.1:1'))).toEqual([
    {
      status: 'fail',
      name: 'Redis',
      found: 'cannot be reached: connect ECONNREFUSED 127.0.0.1:1',
      advice: 'check cluster.redis_url, the network and the password',
    },
  ]);
});

requireProgram({ program: 'redis-server', from: 'redis-server' }, 'checkRedis', () => {
  it('A Redis that keeps what replicas write passes', async () => {
    const port = await freePort();
    await startRedis([`port ${port}`]);
    const checks = await checkRedis(clusterAt(`redis://127.0.0.1:${port}`));
    expect(checks?.map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect(checks?.[0]?.found).toMatch(/^(Redis|Valkey) \d+\.\d+\.\d+ responds$/);
  });

  it('A Redis that may remove the table of owners fails the check', async () => {
    const port = await freePort();
    await startRedis([`port ${port}`, 'maxmemory-policy allkeys-lru']);
    const checks = await checkRedis(clusterAt(`redis://127.0.0.1:${port}`));
    expect(checks?.[1]).toMatchObject({
      status: 'fail',
      found: 'allkeys-lru: Redis may remove the table of owners',
    });
  });
});
