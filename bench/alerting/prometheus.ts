import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { spawnPrometheus } from '../prometheus.ts';

export interface Prometheus {
  /** The results of a range query. */
  readonly queryRange: (query: RangeQuery) => Promise<readonly MatrixSeries[]>;
  readonly stop: () => Promise<void>;
}

export interface RangeQuery {
  readonly expr: string;
  /** Unix seconds. */
  readonly start: number;
  readonly end: number;
  readonly stepSeconds: number;
}

export interface MatrixSeries {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [unixSeconds: number, value: string])[];
}

/** Prometheus refuses a query with more. */
const mostPoints = 10_000;

/**
 * Starts a Prometheus that holds OpenMetrics texts, in an empty folder. Its lookback is shorter than a minute: imported
 * series have no staleness markers, and a gap must remain a gap.
 */
export async function startPrometheus(folder: string, texts: Iterable<string>): Promise<Prometheus> {
  const database = join(folder, 'database');
  for (const text of texts) {
    const path = join(folder, 'openmetrics.txt');
    writeFileSync(path, text);
    await promisify(execFile)('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', path, database], {
      maxBuffer: 2 ** 26,
    });
  }
  const { query, stop } = await spawnPrometheus({
    folder,
    config: '',
    flags: [
      '--storage.tsdb.retention.time=100y',
      '--query.lookback-delta=29s',
      '--query.timeout=10m',
      '--query.max-samples=200000000',
    ],
  });
  return {
    queryRange: async ({ expr, start, end, stepSeconds }) => {
      const results: MatrixSeries[] = [];
      for (let from = start; from <= end; from += mostPoints * stepSeconds) {
        const to = Math.min(end, from + (mostPoints - 1) * stepSeconds);
        const range = { query: expr, start: String(from), end: String(to), step: String(stepSeconds) };
        results.push(...(await query<MatrixSeries>('query_range', range)));
      }
      return results;
    },
    stop,
  };
}
