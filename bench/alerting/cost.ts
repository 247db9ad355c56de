import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { spawnPrometheus } from '../prometheus.ts';

/** As in the shipped `prometheus.yml`, and the interval of the rules on audiences. */
const intervalSeconds = 15;
const sdkAppId = '1400000000';

interface World {
  readonly rooms: number;
  /** Rooms that lose 70 % of their members in the middle of the time. */
  readonly losses: number;
  readonly minutes: number;
}

const { values } = parseArgs({
  // The name of the benchmark.
  allowPositionals: true,
  options: {
    rooms: { type: 'string', default: '20000' },
    losses: { type: 'string', default: '400' },
    minutes: { type: 'string', default: '12' },
  },
});
await measure({ rooms: Number(values.rooms), losses: Number(values.losses), minutes: Number(values.minutes) });

/** Prints how long Debian's Prometheus takes for an evaluation of each group of rules, in real time. */
async function measure(world: World): Promise<void> {
  const startedAt = Date.now() / 1000;
  const lossAt = startedAt + world.minutes * 30;
  const exporter = createServer((_, response) => response.end(exposition(world, lossAt))).listen(0, '127.0.0.1');
  await once(exporter, 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'rule-cost-'));
  try {
    const prometheus = await spawnPrometheus({ folder, config: prometheusConfig(exporter), flags: [] });
    try {
      const calm = await watchGroups(prometheus.address, lossAt);
      // The alerts fire two minutes after the loss.
      await sleep(150_000);
      const alerting = await watchGroups(prometheus.address, startedAt + world.minutes * 60);
      const firing = await prometheus.query<{ readonly value: readonly [number, string] }>('query', {
        query: 'count(ALERTS{alertstate="firing"})',
      });
      const alerts = firing[0]?.value[1] ?? '0';
      console.log(`${String(world.rooms)} rooms: median and longest evaluation in seconds`);
      console.log(`| group | no loss | ${String(world.losses)} losses, ${alerts} alerts |\n|---|---|---|`);
      for (const [group, seconds] of calm) {
        console.log(`| ${group} | ${summary(seconds)} | ${summary(alerting.get(group) ?? [])} |`);
      }
    } finally {
      await prometheus.stop();
    }
  } finally {
    exporter.close();
    exporter.closeAllConnections();
    rmSync(folder, { recursive: true });
  }
}

/** The durations of the evaluations of each group until a time, in seconds. */
async function watchGroups(address: string, untilSeconds: number): Promise<ReadonlyMap<string, readonly number[]>> {
  const durations = new Map<string, number[]>();
  while (Date.now() / 1000 < untilSeconds) {
    await sleep(intervalSeconds * 1000);
    const response = await fetch(`http://${address}/metrics`);
    const pattern = /^prometheus_rule_group_last_duration_seconds\{rule_group="[^"]*;([^"]+)"\} (\S+)$/gm;
    for (const [, group = '', seconds] of (await response.text()).matchAll(pattern)) {
      durations.set(group, [...(durations.get(group) ?? []), Number(seconds)]);
    }
  }
  return durations;
}

function summary(seconds: readonly number[]): string {
  const sorted = seconds.toSorted((a, b) => a - b);
  return `${(sorted[Math.floor(sorted.length / 2)] ?? NaN).toFixed(2)} / ${(sorted.at(-1) ?? NaN).toFixed(2)}`;
}

function prometheusConfig(exporter: Server): string {
  const { port } = exporter.address() as AddressInfo;
  return JSON.stringify({
    global: { scrape_interval: `${String(intervalSeconds)}s`, evaluation_interval: `${String(intervalSeconds)}s` },
    rule_files: [resolve('config/rules/*.yml')],
    scrape_configs: [{ job_name: 'tencent-live', static_configs: [{ targets: [`127.0.0.1:${String(port)}`] }] }],
  });
}

/** What the exporter shows of these rooms that the rules read. Audiences are as unequal as real ones: 1 ÷ rank. */
function exposition({ rooms, losses }: World, lossAt: number): string {
  const now = Date.now() / 1000;
  const lines = [`tencent_live_up{sdk_app_id="${sdkAppId}"} 1`, `tencent_live_exporter_time_seconds ${String(now)}`];
  let total = 0;
  for (let room = 0; room < rooms; room += 1) {
    const hasLoss = now > lossAt && room % Math.round(rooms / losses) === 0;
    const baseline = 100 + Math.floor(1e5 / (room + 1));
    const ratio = hasLoss ? 0.3 : 0.97 + 0.01 * Math.sin(room + now / 60);
    const members = Math.round(baseline * ratio);
    total += members;
    const labels = `{sdk_app_id="${sdkAppId}",room_id="room-${String(room)}"}`;
    const line = (name: string, value: number) => lines.push(`tencent_live_room_${name}${labels} ${String(value)}`);
    line('online_members', members);
    line('online_members_updated_timestamp_seconds', now - 5);
    line('creation_timestamp_seconds', lossAt - 86_400);
    line('audience_baseline', baseline);
    line('audience_drop_ratio', ratio);
    line('audience_deviation', Math.sqrt(baseline));
    if (!hasLoss) continue;
    line('audience_loss_start_timestamp_seconds', lossAt);
    line('audience_loss_step_ratio', ratio);
    line('audience_loss_regained_ratio', 0);
  }
  lines.push(`tencent_live_online_members{sdk_app_id="${sdkAppId}"} ${String(total)}`);
  return `${lines.join('\n')}\n`;
}
