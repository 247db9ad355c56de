import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultParameters } from '../../alerting/parameters.ts';
import { ruleSet } from '../../alerting/rules.ts';
import { writeRules } from '../../alerting/write-rules.ts';
import { startExporter } from '../../src/exporter/exporter.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { simulatedConfig } from '../support/simulated-config.ts';
import { alertmanagerConfig, prometheusConfig } from './configs.ts';
import { startProgram } from './programs.ts';
import { exporterClock, secondsPerMinute } from './time-scale.ts';
import { until } from './until.ts';
import { type Labels, type Notification, startWebhook, type Webhook } from './webhook.ts';

/** Everything from the exporter to the pager. */
export interface Stack {
  /** Labels of the series that an instant query gives now. */
  readonly query: (expression: string) => Promise<readonly Labels[]>;
  /** Labels of all series of a selector that there ever were. */
  readonly seriesEver: (selector: string) => Promise<readonly Labels[]>;
  /** Alerts that Alertmanager holds now, also those that it does not tell. */
  readonly alertsHeld: () => Promise<readonly unknown[]>;
  /** What reached the pager so far. */
  readonly notifications: () => readonly Notification[];
}

export interface StackOptions {
  readonly simulator: Simulator;
  /** Of `performance.now()`. */
  readonly deadlineMs: number;
  /** Told of each part that has started: what stops it. Those of a start that fails are told, too. */
  readonly onStarted: (stop: () => Promise<void>) => void;
}

/** Once a second is as often as cron can. */
const everySecond = { schedule: '* * * * * *' };

const sections = {
  // The rules read nothing of member lists, which are too old by themselves for this time scale.
  tasks: {
    room_list: everySecond,
    online_members: everySecond,
    room_info: { schedule: '*/2 * * * * *' },
    member_list: { enabled: false },
  },
  // Back-offs would prolong collections by the exporter's clock, which is in a hurry.
  http: { retries: 0 },
};

/** The rules as shipped, but for the age of a count: cron in seconds is slower, to such minutes, than a schedule of 10 s. */
const rules = ruleSet({
  ...defaultParameters,
  secondsPerMinute,
  audience: { ...defaultParameters.audience, freshWithinMinutes: 3 },
});

/** Starts exporter, Prometheus, Alertmanager and webhook, with the repository's configuration at a shorter time scale. */
export async function startStack({ simulator, deadlineMs, onStarted }: StackOptions): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'alerts-'));
  onStarted(() => rm(folder, { recursive: true, maxRetries: 5 }));
  const config = await simulatedConfig(simulator, { sections });
  const logger = createLogger({ level: 'error', format: 'logfmt' });
  const exporter = await startExporter({ config, version: '0.0.0', logger, clock: exporterClock() });
  onStarted(() => exporter.stop());
  const webhook = await startWebhook();
  onStarted(webhook.stop);

  const rulesFolder = join(folder, 'rules');
  const paths = { alertmanager: join(folder, 'alertmanager.yml'), prometheus: join(folder, 'prometheus.yml') };
  await mkdir(rulesFolder);
  await writeFile(paths.alertmanager, alertmanagerConfig({ webhookUrl: webhook.url, scale: secondsPerMinute / 60 }));
  const alertmanager = await startProgram({
    name: 'alertmanager',
    flags: [
      `--config.file=${paths.alertmanager}`,
      `--storage.path=${join(folder, 'alertmanager')}`,
      // Alone, so that it need not wait for peers.
      '--cluster.listen-address=',
    ],
    deadlineMs,
  });
  onStarted(alertmanager.stop);
  await writeFile(
    paths.prometheus,
    prometheusConfig({ exporter: exporter.address, alertmanager: alertmanager.address, rulesFolder }),
  );
  const prometheus = await startProgram({
    name: 'prometheus',
    flags: [`--config.file=${paths.prometheus}`, `--storage.tsdb.path=${join(folder, 'prometheus')}`],
    deadlineMs,
  });
  onStarted(prometheus.stop);
  const stack = stackOf({ prometheus: prometheus.address, alertmanager: alertmanager.address, webhook });
  // Prometheus looks for its targets five seconds after its start. Rules in a hurry would take that for an outage.
  const find = () => stack.query('up == 1');
  await until({ what: 'the first scrape', deadlineMs, find, isEnough: (targets) => targets.length === 1 });
  writeRules(rulesFolder, rules);
  prometheus.reload();
  return stack;
}

function stackOf({ prometheus, alertmanager, webhook }: Addresses): Stack {
  return {
    query: async (expression) => {
      const { result } = (await ask(prometheus, 'query', { query: expression })) as QueryResult;
      return result.map(({ metric }) => metric);
    },
    seriesEver: async (selector) => (await ask(prometheus, 'series', { 'match[]': selector })) as Labels[],
    alertsHeld: async () => {
      const answer = await fetch(`http://${alertmanager}/api/v2/alerts`);
      return (await answer.json()) as readonly unknown[];
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

/** Throws for any answer but success, with what Prometheus says. */
async function ask(address: string, path: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
  const answer = await fetch(`http://${address}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
  const body = (await answer.json()) as { readonly data?: unknown; readonly error?: string };
  if (body.data === undefined) throw new Error(`${path}: ${body.error ?? 'no data'} in ${JSON.stringify(parameters)}`);
  return body.data;
}
