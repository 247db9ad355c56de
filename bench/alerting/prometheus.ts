import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

export interface Prometheus {
  /** The result of a range query, one sample a minute. */
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

const startTimeoutMs = 60_000;

/**
 * Starts a Prometheus that holds OpenMetrics texts, in an empty folder. Its lookback is shorter than a minute: imported
 * series have no staleness markers, and a gap must remain a gap.
 */
export async function startPrometheus(folder: string, texts: readonly string[]): Promise<Prometheus> {
  const database = join(folder, 'database');
  for (const text of texts) {
    const path = join(folder, 'openmetrics.txt');
    writeFileSync(path, text);
    await promisify(execFile)('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', path, database], {
      maxBuffer: 2 ** 26,
    });
  }
  const config = join(folder, 'empty.yml');
  writeFileSync(config, '');
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${database}`,
      '--storage.tsdb.retention.time=100y',
      '--web.listen-address=127.0.0.1:0',
      '--query.lookback-delta=30s',
      '--query.timeout=10m',
      '--query.max-samples=200000000',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = once(child, 'exit');
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (log += chunk));
  const deadline = Date.now() + startTimeoutMs;
  while (!log.includes('Server is ready to receive web requests')) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`Prometheus did not start:\n${log}`);
    await sleep(100);
  }
  const [, address = ''] = /msg="Listening on".* address=(\S+:\d+)/.exec(log) ?? [];
  return {
    queryRange: async ({ expr, start, end }) => {
      const body = new URLSearchParams({ query: expr, start: String(start), end: String(end), step: '60' });
      const response = await fetch(`http://${address}/api/v1/query_range`, { method: 'POST', body });
      const { data, error = 'no data' } = (await response.json()) as {
        readonly error?: string;
        readonly data?: { readonly result: readonly MatrixSeries[] };
      };
      if (data === undefined) throw new Error(`query_range: ${error} (${expr})`);
      return data.result;
    },
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}
