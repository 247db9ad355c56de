import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port.ts';

/** A series in a response of Prometheus: with one sample for an instant, with several for a range. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [seconds: number, value: string];
  readonly values?: readonly (readonly [seconds: number, value: string])[];
}

/** The HTTP API of a Prometheus. */
export interface PrometheusApi {
  /** `path` is relative to `/api/v1/`. Throws the message of Prometheus unless the query succeeds. */
  readonly get: (path: string, parameters: Readonly<Record<string, string>>) => Promise<unknown>;
}

/** A Prometheus that contains a recording and scrapes nothing. */
export interface RecordedPrometheus extends PrometheusApi {
  readonly stop: () => Promise<void>;
}

/** Starts a Prometheus with the samples of OpenMetrics texts. Removes its files, even if it fails. */
export async function startRecordedPrometheus(texts: Iterable<string>): Promise<RecordedPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'dashboards-'));
  try {
    return await startIn(folder, texts);
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}

async function startIn(folder: string, texts: Iterable<string>): Promise<RecordedPrometheus> {
  const data = join(folder, 'data');
  await mkdir(data);
  for (const text of texts) {
    const path = join(folder, 'recording.txt');
    await writeFile(path, text);
    await promisify(execFile)('promtool', [
      'tsdb',
      'create-blocks-from',
      'openmetrics',
      '--quiet',
      // promtool reads the text once for each block, and would make one for each two hours.
      '--max-block-duration=162h',
      path,
      data,
    ]);
  }
  const config = join(folder, 'prometheus.yml');
  await writeFile(config, '');
  const address = `127.0.0.1:${String(await freePort())}`;
  const prometheus = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=100y',
      `--web.listen-address=${address}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = once(prometheus, 'exit');
  await new Promise<void>((resolve, reject) => {
    let log = '';
    prometheus.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      log += chunk;
      if (log.includes('Server is ready to receive web requests')) resolve();
    });
    prometheus.once('exit', () => {
      reject(new Error(`prometheus did not start:\n${log}`));
    });
  });
  return {
    ...prometheusApi(`http://${address}`),
    stop: async () => {
      prometheus.kill();
      await exited;
      await rm(folder, { recursive: true });
    },
  };
}

/** The API of the Prometheus at a URL. */
export function prometheusApi(url: string): PrometheusApi {
  return {
    get: async (path, parameters) => {
      const response = await fetch(`${url}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
      const body = (await response.json()) as {
        readonly status: string;
        readonly data: unknown;
        readonly error?: string;
      };
      if (body.status !== 'success') throw new Error(`${path}: ${body.error ?? ''} in ${JSON.stringify(parameters)}`);
      return body.data;
    },
  };
}
