import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
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

const { values } = parseArgs({
  // The name of the benchmark.
  allowPositionals: true,
  options: {
    rooms: { type: 'string', default: '20000' },
    losses: { type: 'string', default: '400' },
    minutes: { type: 'string', default: '10' },
  },
});
await measure({ rooms: Number(values.rooms), losses: Number(values.losses), minutes: Number(values.minutes) });

interface World {
  readonly rooms: number;
  /** Rooms that lose 70 % of their members after the first third of the time. */
  readonly losses: number;
  readonly minutes: number;
}

/** Prints how long Debian's Prometheus takes for each group of rules, in real time. */
async function measure(world: World): Promise<void> {
  const startedAt = Date.now() / 1000;
  const lossAt = startedAt + (world.minutes * 60) / 3;
  const exporter = createServer((_, response) => response.end(exposition(world, lossAt))).listen(0, '127.0.0.1');
  await once(exporter, 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'rule-cost-'));
  try {
    const prometheus = await spawnPrometheus({ folder, config: prometheusConfig(exporter), flags: [] });
    try {
      const durations = new Map<string, number[]>();
      const end = startedAt + world.minutes * 60;
      let phase = 'calm';
      while (Date.now() / 1000 < end) {
        await sleep(intervalSeconds * 1000);
        const now = Date.now() / 1000;
        if (now < startedAt + 60) continue;
        phase = now < lossAt + 5 ? 'calm' : now < lossAt + 30 ? 'change' : 'losses';
        const { data } = (await (await fetch(`http://${prometheus.address}/api/v1/rules`)).json()) as any;
        for (const g of data.groups) {
          const key = `${phase} ${g.name}`;
          durations.set(key, [...(durations.get(key) ?? []), g.evaluationTime]);
          for (const r of g.rules) {
            const k = `${phase} ${g.name}: ${r.name} ${r.labels?.severity ?? ''}`;
            durations.set(k, [...(durations.get(k) ?? []), r.evaluationTime]);
          }
        }
      }
      for (const [key, v] of durations) {
        const s = v.toSorted((a, b) => a - b);
        const m = s[Math.floor(s.length / 2)] ?? 0;
        if (m > 0.004) console.log(key.padEnd(100), m.toFixed(3), (s.at(-1) ?? 0).toFixed(3), s.length);
      }
      const counts = await prometheus.query<{ metric: object; value: [number, string] }>('query', {
        query: 'count by (alertname, severity) (ALERTS{alertstate="firing"})',
      });
      console.log(JSON.stringify(counts));
      if (process.env['KEEP']) {
        console.log(prometheus.address);
        await sleep(Number(process.env['KEEP']) * 1000);
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

function prometheusConfig(exporter: Server): string {
  const { port } = exporter.address() as AddressInfo;
  const scrape = (job: string, target: string) => ({ job_name: job, static_configs: [{ targets: [target] }] });
  return JSON.stringify({
    global: { scrape_interval: `${String(intervalSeconds)}s`, evaluation_interval: `${String(intervalSeconds)}s` },
    rule_files: [resolve(process.env['RULES'] ?? 'config/rules/*.yml')],
    scrape_configs: [scrape('tencent-live', `127.0.0.1:${String(port)}`)],
  });
}

/** What the exporter shows of these rooms that the rules read. */
function exposition({ rooms, losses }: World, lossAt: number): string {
  const now = Date.now() / 1000;
  const isLost = now > lossAt;
  const lines = [`tencent_live_up{sdk_app_id="${sdkAppId}"} 1`, `tencent_live_exporter_time_seconds ${String(now)}`];
  let total = 0;
  for (let room = 0; room < rooms; room += 1) {
    const labels = `{sdk_app_id="${sdkAppId}",room_id="room-${String(room)}"}`;
    const baseline = 25 + Math.floor(1e5 / (room + 1));
    const ratio = isLost && room % (rooms / losses) === 0 ? 0.3 : 0.97 + 0.01 * Math.sin(room + now / 60);
    const members = Math.round(baseline * ratio);
    total += members;
    const line = (name: string, value: number) => lines.push(`tencent_live_room_${name}${labels} ${String(value)}`);
    line('online_members', members);
    line('online_members_updated_timestamp_seconds', now - 5);
    line('audience_baseline', baseline);
    line('audience_drop_ratio', ratio);
    line('audience_deviation', Math.sqrt(baseline));
    line('creation_timestamp_seconds', lossAt - 86_400);
    if (ratio > 0.9) continue;
    line('audience_loss_start_timestamp_seconds', lossAt);
    line('audience_loss_step_ratio', ratio);
    line('audience_loss_regained_ratio', 0);
  }
  lines.push(`tencent_live_online_members{sdk_app_id="${sdkAppId}"} ${String(total)}`);
  return `${lines.join('\n')}\n`;
}
