import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExporter } from '../../src/exporter/exporter.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { simulatedConfig } from '../support/simulated-config.ts';
import { alertmanagerConfig, alertRules, prometheusConfig } from './configs.ts';
import { startProgram } from './programs.ts';
import { exporterClock, secondsPerMinute } from './time-scale.ts';
import { until } from './until.ts';
import { type Labels, type Notification, startWebhook, type Webhook } from './webhook.ts';

/** Everything from the exporter to the receiver of notifications. */
export interface Stack {
  /** Labels of the series that an instant query returns now. */
  readonly query: (expression: string) => Promise<readonly Labels[]>;
  /** Labels of all series that a selector ever matched. */
  readonly allSeries: (selector: string) => Promise<readonly Labels[]>;
  /** Alerts that Alertmanager has now, inhibited ones included. */
  readonly activeAlerts: () => Promise<readonly unknown[]>;
  /** What was sent so far. */
  readonly notifications: () => readonly Notification[];
}

export interface StackOptions {
  readonly simulator: Simulator;
  /** Of `performance.now()`. */
  readonly deadlineMs: number;
  /** More sections of the exporter's config file. */
  readonly sections?: object;
  /** Default 1s. */
  readonly scrapeInterval?: string;
  /** Called with the stop function of each part that has started, even if a later part fails to start. */
  readonly onStarted: (stop: () => Promise<void>) => void;
}

/** The shortest schedule that cron allows. */
const everySecond = { schedule: '* * * * * *' };

const sections = {
  // The rules do not read member lists, and at this time scale the API's cached lists are too old.
  tasks: {
    room_list: everySecond,
    online_members: everySecond,
    room_info: { schedule: '*/2 * * * * *' },
    member_list: { enabled: false },
  },
  // The exporter's clock is fast: back-offs would make collections long.
  http: { retries: 0 },
};

/** Counts may be older: in these short minutes, a schedule of one second is slow compared with 10 s in real ones. */
const freshSeconds = 3 * secondsPerMinute;

/** Starts exporter, Prometheus, Alertmanager and webhook, with the repository's configuration at a shorter time scale. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { simulator, deadlineMs, scrapeInterval = '1s', onStarted } = options;
  const folder = await mkdtemp(join(tmpdir(), 'alerts-'));
  onStarted(() => rm(folder, { recursive: true, maxRetries: 5 }));
  const config = await simulatedConfig(simulator, { sections: { ...sections, ...options.sections } });
  const logger = createLogger({ level: 'error', format: 'logfmt' });
  const exporter = await startExporter({ config, version: '0.0.0', logger, clock: exporterClock() });
  onStarted(() => exporter.stop());
  const webhook = await startWebhook();
  onStarted(webhook.stop);

  const scale = secondsPerMinute / 60;
  const rulesFolder = join(folder, 'rules');
  const paths = { alertmanager: join(folder, 'alertmanager.yml'), prometheus: join(folder, 'prometheus.yml') };
  await mkdir(rulesFolder);
  await writeFile(paths.alertmanager, alertmanagerConfig({ webhookUrl: webhook.url, scale }));
  const alertmanager = await startProgram({
    name: 'alertmanager',
    flags: [
      `--config.file=${paths.alertmanager}`,
      `--storage.path=${join(folder, 'alertmanager')}`,
      // Without a cluster it does not wait for peers.
      '--cluster.listen-address=',
    ],
    deadlineMs,
  });
  onStarted(alertmanager.stop);
  await writeFile(
    paths.prometheus,
    prometheusConfig({ exporter: exporter.address, alertmanager: alertmanager.address, rulesFolder, scrapeInterval }),
  );
  const prometheus = await startProgram({
    name: 'prometheus',
    flags: [`--config.file=${paths.prometheus}`, `--storage.tsdb.path=${join(folder, 'prometheus')}`],
    deadlineMs,
  });
  onStarted(prometheus.stop);
  const stack = stackOf({ prometheus: prometheus.address, alertmanager: alertmanager.address, webhook });
  // Prometheus discovers its targets five seconds after its start. The fast rules would take that for an outage.
  const find = () => stack.query('up == 1');
  await until({ what: 'the first scrape', deadlineMs, find, isEnough: (targets) => targets.length === 1 });
  for (const [name, rules] of Object.entries(alertRules({ scale, freshSeconds }))) {
    await writeFile(join(rulesFolder, name), rules);
  }
  prometheus.reload();
  return stack;
}

function stackOf({ prometheus, alertmanager, webhook }: Addresses): Stack {
  return {
    query: async (expression) => {
      const { result } = (await get(prometheus, 'query', { query: expression })) as QueryResult;
      return result.map(({ metric }) => metric);
    },
    allSeries: async (selector) => (await get(prometheus, 'series', { 'match[]': selector })) as Labels[],
    activeAlerts: async () => {
      const response = await fetch(`http://${alertmanager}/api/v2/alerts`);
      return (await response.json()) as readonly unknown[];
    },
    notifications: webhook.received,
  };
}

interface Addresses {
  readonly prometheus: string;
  readonly alertmanager: string;
  readonly webhook: Webhook;
}

interface QueryResult {
  readonly result: readonly { readonly metric: Labels }[];
}

/** Rejects with the error of Prometheus unless it responds with data. */
async function get(address: string, path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(`http://${address}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
  const body = (await response.json()) as { readonly data?: unknown; readonly error?: string };
  if (body.data === undefined) throw new Error(`${path}: ${body.error ?? 'no data'} in ${JSON.stringify(parameters)}`);
  return body.data;
}
