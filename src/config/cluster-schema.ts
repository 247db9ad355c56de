import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { errnoText } from '../config-file/files.ts';
import { duration } from '../config-file/formats.ts';
import { quotePath, quoteUrl, withoutCredentials } from '../config-file/issues.ts';
import { type Parsed, scalar, text } from '../config-file/scalars.ts';
import { section } from '../config-file/sections.ts';
import { parseRedisUrl, type RedisAddress, redisUrlExpected } from './redis-address.ts';

/** A URL of Redis, or the path of a file with one, as it was written. */
interface WrittenAddress {
  readonly written: string;
  /** Undefined if nothing was written: there is no cluster. */
  readonly address: RedisAddress | undefined;
}

/** The cluster of replicas. Relative paths are resolved against `directory`. */
export function clusterSection(directory: string) {
  return section(
    {
      redisUrl: redisUrl()
        .prefault('')
        .describe(
          'Redis through which several replicas share the apps: redis://[user[:password]@]host[:port][/database], rediss:// for TLS, redis-sentinel://host[:port][,host[:port]]#master-name for Sentinel. If empty, there is no cluster.',
        ),
      redisUrlFile: redisUrlFile(directory)
        .prefault('')
        .describe('File that holds the URL of Redis, instead of redis_url. Relative to this file.'),
      keyPrefix: text({
        expected: 'a prefix of 1 to 100 letters, digits and -_.:/',
        valid: (prefix) => /^[\w.:/-]{1,100}$/.test(prefix),
      })
        .prefault('tencent-live-exporter')
        .describe('Prefix of all keys in Redis. Replicas with the same prefix form a cluster.'),
      leaseMs: duration({ minMs: 3000, maxMs: 300_000 })
        .prefault('15s')
        .describe(
          'How long a replica may poll its apps after it has last reached Redis. After a crash, other replicas take its apps over when this time is over.',
        ),
      isolationMs: duration()
        .prefault('30m')
        .describe(
          'How long a replica that cannot reach Redis polls its apps at half the rate after its lease. For as long, a replica that takes them over polls at half the rate too.',
        ),
      replica: text({
        expected: 'a name of 1 to 100 letters, digits and -_.:',
        valid: (name) => /^[\w.:-]{0,100}$/.test(name),
      })
        .prefault('')
        .describe(
          'Name of this replica, which no other may have. A replica that starts again under its name continues at once. If empty: host name and process id.',
        ),
    },
    ({ redis_url, redis_url_file }, report) => {
      if (isWritten(redis_url) && isWritten(redis_url_file)) {
        report({ found: 'redis_url and redis_url_file', expected: 'expected only one of them', key: 'redis_url_file' });
      }
    },
  );
}

/** How Redis is reached; undefined if there is no cluster. */
export function redisAddress({
  redisUrl: written,
  redisUrlFile: inFile,
}: {
  readonly redisUrl?: WrittenAddress;
  readonly redisUrlFile?: WrittenAddress;
}): RedisAddress | undefined {
  return written?.address ?? inFile?.address;
}

function isWritten(value: unknown): boolean {
  return (value as WrittenAddress | undefined)?.address !== undefined;
}

function redisUrl() {
  return scalar({
    expected: redisUrlExpected,
    parse: (written): Parsed<WrittenAddress> => {
      const address = parseRedisUrl(written);
      return address === undefined && written !== '' ? {} : { value: { written, address } };
    },
    format: ({ written }) => withoutCredentials(written),
    quote: quoteUrl,
  });
}

function redisUrlFile(directory: string) {
  return scalar({
    expected: 'a path',
    parse: (path): Parsed<WrittenAddress> | Promise<Parsed<WrittenAddress>> =>
      path === '' ? { value: { written: path, address: undefined } } : readAddress(resolve(directory, path)),
    format: ({ written }) => written,
    quote: quotePath,
  });
}

async function readAddress(written: string): Promise<Parsed<WrittenAddress>> {
  try {
    const address = parseRedisUrl((await readFile(written, 'utf8')).trim());
    return address === undefined
      ? { expected: `a file with a URL of Redis: ${redisUrlExpected}` }
      : { value: { written, address } };
  } catch (error) {
    return { expected: `a readable file: ${errnoText(error)}` };
  }
}
