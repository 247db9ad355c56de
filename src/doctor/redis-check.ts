import { newScript, RedisConnection } from '../cluster/redis-connection.ts';
import { type Config, redisAddress } from '../config/config.ts';
import type { Check } from './report.ts';

const info = newScript("return redis.call('INFO')");

/** Whether Redis can be reached and keeps what replicas write; undefined if there is no cluster. */
export async function checkRedis(cluster: Config['cluster']): Promise<readonly Check[] | undefined> {
  const address = redisAddress(cluster);
  if (address === undefined) return undefined;
  const connection = new RedisConnection({ address, channel: `{${cluster.keyPrefix}}:changes`, onMessage: () => {} });
  try {
    return checksOf(String(await connection.run(info, [], [])));
  } catch (error) {
    const found = `cannot be reached: ${(error as Error).message}`;
    return [{ status: 'fail', name: 'Redis', found, advice: 'check cluster.redis_url, the network and the password' }];
  } finally {
    connection.close();
  }
}

function checksOf(text: string): readonly Check[] {
  const field = (name: string) => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(text)?.[1] ?? '';
  const server =
    field('server_name') === 'valkey' ? `Valkey ${field('valkey_version')}` : `Redis ${field('redis_version')}`;
  const [major = 0, minor = 0] = field('redis_version').split('.').map(Number);
  const isOld = major < 6 || (major === 6 && minor < 2);
  const policy = field('maxmemory_policy');
  const mayForget = policy.startsWith('allkeys-');
  return [
    isOld
      ? { status: 'fail', name: 'Redis', found: server, advice: 'install Redis 6.2 or later, or Valkey' }
      : { status: 'ok', name: 'Redis', found: `${server} responds` },
    mayForget
      ? {
          status: 'fail',
          name: 'memory policy',
          found: `${policy}: Redis may remove the table of owners`,
          advice: 'set maxmemory-policy to noeviction or to a volatile- policy',
        }
      : { status: 'ok', name: 'memory policy', found: policy },
  ];
}
