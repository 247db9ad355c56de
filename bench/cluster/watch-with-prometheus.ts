import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { type ClusterOptions, ClusterUnderTest, usual } from '../../test/support/faults/cluster/cluster-under-test.ts';
import { clusterFaults } from '../../test/support/faults/cluster/faults.ts';
import type { Replica } from '../../test/support/faults/cluster/replica.ts';
import { type PrometheusProcess, spawnPrometheus } from '../prometheus.ts';

export interface PrometheusPhase {
  readonly name: string;
  /** The longest time in which the audience of a room was absent, aggregated over the replicas. */
  readonly absentSeconds: number;
  /** The audience of all apps as the shipped dashboards add it up, relative to the true one. */
  readonly lowestSum: number;
  readonly highestSum: number;
}

/** As in the shipped `prometheus.yml`. */
export const scrapeSeconds = 15;

/** Longer than the alert that a replica is gone waits. */
const goneSeconds = 240;

/**
 * Runs Debian's Prometheus with the shipped rules through planned moves and crashes, in real time. Resolves with the alerts that
 * were firing or pending.
 */
export async function watchWithPrometheus(
  options: Omit<ClusterOptions, 'workload'>,
  onPhase: (phase: PrometheusPhase) => void,
): Promise<readonly string[]> {
  const cluster = await ClusterUnderTest.start({ ...options, workload: usual });
  const targets = join(options.folder, 'targets.json');
  const writeTargets = () => writeFileSync(targets, JSON.stringify(targetsOf(cluster)));
  writeTargets();
  // A replica listens on another port after each start.
  const refresh = setInterval(writeTargets, 1000);
  const prometheus = await spawnPrometheus({ folder: options.folder, config: prometheusConfig(targets), flags: [] });
  try {
    const startedAt = Date.now() / 1000;
    // Prometheus discovers its targets after five seconds.
    await sleep((scrapeSeconds + 10) * 1000);
    const [one] = cluster.replicas;
    for (const { name, run } of [
      { name: 'nothing happens', run: () => Promise.resolve() },
      { name: clusterFaults.roll.title, run: () => clusterFaults.roll.inject(cluster) },
      { name: clusterFaults.join.title, run: () => clusterFaults.join.inject(cluster) },
      { name: 'one replica is killed, and started again after four minutes', run: () => replace(cluster, one) },
      { name: clusterFaults['redis-down'].title, run: () => clusterFaults['redis-down'].inject(cluster) },
      { name: clusterFaults['cut-one'].title, run: () => clusterFaults['cut-one'].inject(cluster) },
    ]) {
      const start = Date.now() / 1000;
      await run();
      await cluster.settled();
      await sleep(4 * scrapeSeconds * 1000);
      onPhase({ name, ...(await measurePhase(prometheus, start, Date.now() / 1000)) });
    }
    return await alertsSince(prometheus, startedAt);
  } finally {
    clearInterval(refresh);
    await prometheus.stop();
    await cluster.stop();
  }
}

async function replace(cluster: ClusterUnderTest, replica: Replica): Promise<void> {
  await replica.kill();
  await sleep(goneSeconds * 1000);
  await cluster.startReplica(replica);
}

function targetsOf({ replicas, newcomer }: ClusterUnderTest): readonly object[] {
  return [...replicas, ...(newcomer.isAlive ? [newcomer] : [])].map(({ name, port }) => ({
    targets: [`127.0.0.1:${port}`],
    labels: { instance: name },
  }));
}

function prometheusConfig(targets: string): string {
  return stringify({
    global: { scrape_interval: `${scrapeSeconds}s`, evaluation_interval: `${scrapeSeconds}s` },
    rule_files: [resolve('config/rules/*.yml')],
    scrape_configs: [{ job_name: 'tencent-live', file_sd_configs: [{ files: [targets] }] }],
  });
}

interface Matrix {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [unixSeconds: number, value: string])[];
}

async function measurePhase(prometheus: PrometheusProcess, startSeconds: number, endSeconds: number) {
  const [start, end] = [Math.ceil(startSeconds), Math.floor(endSeconds)];
  const range = (query: string) =>
    prometheus.query<Matrix>('query_range', { query, start: `${start}`, end: `${end}`, step: '1' });
  const rooms = await range('max by (sdk_app_id, room_id) (tencent_live_room_online_members)');
  const absent = rooms.map(({ values }) => longestGap([start - 1, ...values.map(([atSeconds]) => atSeconds), end + 1]));
  const [sum] = await range('sum(max by (sdk_app_id) (tencent_live_online_members))');
  const sums = sum?.values.map(([, value]) => Number(value)) ?? [];
  // Nothing changes in the simulated world, so the most frequent sum is the true one.
  const truth = sums.toSorted((a, b) => a - b)[Math.floor(sums.length / 2)] ?? Number.NaN;
  return {
    absentSeconds: Math.max(...absent),
    lowestSum: Math.min(...sums) / truth,
    highestSum: Math.max(...sums) / truth,
  };
}

/** The most seconds that are missing between two of these ascending seconds. */
function longestGap(seconds: readonly number[]): number {
  return Math.max(...seconds.map((second, index) => second - (seconds[index - 1] ?? second) - 1));
}

async function alertsSince(prometheus: PrometheusProcess, startSeconds: number): Promise<readonly string[]> {
  const series = await prometheus.query<Matrix>('query_range', {
    query: 'ALERTS',
    start: `${Math.ceil(startSeconds)}`,
    end: `${Math.floor(Date.now() / 1000)}`,
    step: `${scrapeSeconds}`,
  });
  return series.map(({ metric, values }) => {
    const { alertname, alertstate, instance, sdk_app_id: sdkAppId, task } = metric;
    const subject = [instance, sdkAppId, task].filter((label) => label !== undefined).join(' ');
    return `${alertname} ${alertstate} (${subject}) for ${values.length * scrapeSeconds} s`;
  });
}
