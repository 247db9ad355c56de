import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startExporter } from '../../src/exporter/exporter.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import type { Clock } from '../../src/platform/clock.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { freePort } from '../support/free-port.ts';
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
  /** What was sent so far. */
  readonly notifications: () => readonly Notification[];
  /** Stops the exporter, and starts it again from its saved state. */
  readonly restartExporter: () => Promise<void>;
}

/** How fast time passes. */
export interface TimeLapse {
  /** Multiplies all times of the rules. */
  readonly scale: number;
  readonly scrapeSeconds: number;
  /** Of the exporter. */
  readonly clock: () => Clock;
  /** Sections of the exporter's config file. */
  readonly sections: object;
}

export interface StackOptions {
  readonly simulator: Simulator;
  /** Of `performance.now()`. */
  readonly deadlineMs: number;
  /** Default: {@link fastTimeLapse}. */
  readonly timeLapse?: TimeLapse;
  /** More sections of the exporter's config file. */
  readonly sections?: object;
  /** Where the exporter finds and saves its state. Default: a new folder. */
  readonly stateFolder?: string;
  /** Called with the stop function of each part that has started, even if a later part fails to start. */
  readonly onStarted: (stop: () => Promise<void>) => void;
}

/** The shortest schedule that cron allows. */
const everySecond = { schedule: '* * * * * *' };

/** Minutes that last 1.5 s. */
export const fastTimeLapse: TimeLapse = {
  scale: secondsPerMinute / 60,
  scrapeSeconds: 1,
  clock: exporterClock,
  sections: {
    // The rules do not read member lists, and at this time scale the API's cached lists are too old.
    tasks: {
      room_list: everySecond,
      online_members: everySecond,
      room_info: { schedule: '*/2 * * * * *' },
      member_list: { enabled: false },
    },
    // In these short minutes, a schedule of one second is slow: a count may be 3 minutes old.
    exposition: { stale_after: 180 },
    // The exporter's clock is fast: the default would be an eighth of a second, and back-offs would make collections long.
    http: { timeout: '1m', retries: 0 },
  },
};

/** Alertmanager waits for some scrapes, so its waiting times are scaled as the time between two is. */
const shippedScrapeSeconds = 15;

/** Starts exporter, Prometheus, Alertmanager and webhook, with the repository's configuration at another time scale. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { simulator, deadlineMs, timeLapse = fastTimeLapse, onStarted } = options;
  const { scale, scrapeSeconds } = timeLapse;
  const folder = await mkdtemp(join(tmpdir(), 'alerts-'));
  onStarted(() => rm(folder, { recursive: true, maxRetries: 5 }));
  const address = `127.0.0.1:${String(await freePort())}`;
  const config = await simulatedConfig(simulator, {
    sections: {
      web: { listen_address: address },
      state: { path: options.stateFolder ?? join(folder, 'state') },
      ...timeLapse.sections,
      ...options.sections,
    },
  });
  const logger = createLogger({ level: 'error', format: 'logfmt' });
  const clock = timeLapse.clock();
  const start = () => startExporter({ config, version: '0.0.0', logger, clock });
  let exporter = await start();
  onStarted(() => exporter.stop());
  const webhook = await startWebhook();
  onStarted(webhook.stop);

  const rulesFolder = join(folder, 'rules');
  const paths = { alertmanager: join(folder, 'alertmanager.yml'), prometheus: join(folder, 'prometheus.yml') };
  await mkdir(rulesFolder);
  await writeFile(
    paths.alertmanager,
    alertmanagerConfig({ webhookUrl: webhook.url, scale: scrapeSeconds / shippedScrapeSeconds }),
  );
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
    prometheusConfig({ exporter: address, alertmanager: alertmanager.address, rulesFolder, scrapeSeconds }),
  );
  const prometheus = await startProgram({
    name: 'prometheus',
    flags: [`--config.file=${paths.prometheus}`, `--storage.tsdb.path=${join(folder, 'prometheus')}`],
    deadlineMs,
  });
  onStarted(prometheus.stop);
  const restartExporter = async () => {
    await exporter.stop();
    exporter = await start();
  };
  const servers = stackOf(prometheus.address, webhook);
  // Prometheus discovers its targets five seconds after its start. The fast rules would take that for an outage.
  const find = () => servers.query('up == 1');
  await until({ what: 'the first scrape', deadlineMs, find, isEnough: (targets) => targets.length === 1 });
  for (const [name, rules] of Object.entries(alertRules(scale))) {
    await writeFile(join(rulesFolder, name), rules);
  }
  prometheus.reload();
  return { ...servers, restartExporter };
}

function stackOf(prometheus: string, webhook: Webhook): Omit<Stack, 'restartExporter'> {
  return {
    query: async (expression) => {
      const { result } = (await get(prometheus, 'query', { query: expression })) as QueryResult;
      return result.map(({ metric }) => metric);
    },
    allSeries: async (selector) => (await get(prometheus, 'series', { 'match[]': selector })) as Labels[],
    notifications: webhook.received,
  };
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
