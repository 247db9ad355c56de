import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { writeFileSync } from 'node:fs';

export interface Prometheus {
  /** Matrix of a range query, one sample a minute. */
  readonly queryRange: (query: RangeQuery) => Promise<readonly MatrixSeries[]>;
  readonly stop: () => Promise<void>;
}

export interface RangeQuery {
  readonly expr: string;
  /** Unix seconds. */
  readonly start: number;
  readonly end: number;
}

export interface MatrixSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [unixSeconds: number, value: string])[];
}

const startWithinMs = 60_000;

/** Imports OpenMetrics files into a new database. Throws promtool's own words. */
export async function importOpenMetrics(files: readonly string[], database: string): Promise<void> {
  for (const file of files) {
    await promisify(execFile)('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, database], {
      maxBuffer: 2 ** 26,
    });
  }
}

/**
 * Starts Debian's Prometheus on a database, on a free port of the loopback. The lookback is shorter than a minute:
 * imported series have no staleness markers, and a gap must be one.
 */
export async function startPrometheus(folder: string, database: string): Promise<Prometheus> {
  const port = await freePort();
  const config = join(folder, 'empty.yml');
  writeFileSync(config, '');
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${database}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=127.0.0.1:${String(port)}`,
      '--query.lookback-delta=30s',
      '--query.timeout=10m',
      '--query.max-samples=200000000',
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const exited = once(child, 'exit');
  const base = `http://127.0.0.1:${String(port)}`;
  await ready(base, () => child.exitCode !== null);
  return {
    queryRange: async ({ expr, start, end }) => {
      const body = new URLSearchParams({ query: expr, start: String(start), end: String(end), step: '60' });
      const answer = (await (await fetch(`${base}/api/v1/query_range`, { method: 'POST', body })).json()) as {
        readonly error?: string;
        readonly data?: { readonly result: readonly MatrixSeries[] };
      };
      if (answer.data === undefined) throw new Error(`query_range: ${answer.error ?? 'no data'} (${expr})`);
      return answer.data.result;
    },
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}

async function ready(base: string, exited: () => boolean): Promise<void> {
  const deadline = Date.now() + startWithinMs;
  while (Date.now() < deadline && !exited()) {
    try {
      if ((await fetch(`${base}/-/ready`)).ok) return;
    } catch {
      // It does not listen yet.
    }
    await sleep(100);
  }
  throw new Error(`Prometheus at ${base} is not ready: expected it within ${String(startWithinMs)} ms`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
