import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PrometheusProcess {
  /** `host:port`. */
  readonly address: string;
  /** The result of an expression: `path` is `query` or `query_range`, with their parameters. */
  readonly query: <Series>(path: string, parameters: Readonly<Record<string, string>>) => Promise<readonly Series[]>;
  readonly stop: () => Promise<void>;
}

const startTimeoutMs = 60_000;

/** Starts Debian's Prometheus on a free port. The folder gets its configuration, and its database if that is not there. */
export async function spawnPrometheus(options: {
  readonly folder: string;
  /** YAML. */
  readonly config: string;
  readonly flags: readonly string[];
}): Promise<PrometheusProcess> {
  const { folder, config, flags } = options;
  const configPath = join(folder, 'prometheus.yml');
  writeFileSync(configPath, config);
  const child = spawn(
    'prometheus',
    [
      `--config.file=${configPath}`,
      `--storage.tsdb.path=${join(folder, 'database')}`,
      '--web.listen-address=127.0.0.1:0',
      ...flags,
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
    address,
    query: async <Series>(path: string, parameters: Readonly<Record<string, string>>) => {
      const body = new URLSearchParams(parameters);
      const response = await fetch(`http://${address}/api/v1/${path}`, { method: 'POST', body });
      const { data, error = 'no data' } = (await response.json()) as {
        readonly error?: string;
        readonly data?: { readonly result: readonly Series[] };
      };
      if (data === undefined) throw new Error(`${path}: ${error} (${parameters['query'] ?? ''})`);
      return data.result;
    },
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}
