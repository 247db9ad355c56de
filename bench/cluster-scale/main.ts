import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createClient } from '@redis/client';
import { Replica } from '../../src/cluster/replica.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { fastClock } from '../../test/support/fast-clock.ts';
import { freePort } from '../../test/support/free-port.ts';

/*
 * How many replicas and apps Redis carries, in simulated time: the replicas' clocks run `speed` times as fast, and each app is
 * saved every 15 s as the exporter does it, but nothing is polled. Figures "per second" are per simulated second.
 */
const { values } = parseArgs({
  // The name of the benchmark.
  allowPositionals: true,
  options: {
    apps: { type: 'string', default: '1000' },
    replicas: { type: 'string', default: '5' },
    speed: { type: 'string', default: '4' },
    /** Bytes of the state of one app: 1,000 rooms with the default tasks have about 80 kB. */
    state: { type: 'string', default: '20000' },
  },
});
const appCount = Number(values.apps);
const replicaCount = Number(values.replicas);
const speed = Number(values.speed);
const state = Buffer.alloc(Number(values.state), 1);

const leaseMs = 15_000;
const saveEveryMs = 15_000;
const clock = fastClock(speed);
const folder = mkdtempSync(join(tmpdir(), 'cluster-scale-'));
const port = await freePort();
const redis = spawn('redis-server', ['--port', `${port}`, '--dir', folder, '--save', ''], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
for await (const line of createInterface({ input: redis.stdout })) if (line.includes('Ready to accept')) break;
redis.stdout.resume();
const observer = createClient({ socket: { host: '127.0.0.1', port } });
await observer.connect();

const ids = Array.from({ length: appCount }, (_, index) => 1_400_000_000 + index);
/** By app: the replicas that poll it now. */
const owners = new Map(ids.map((id) => [id, new Set<string>()]));
let starts = 0;
let largestOverlap = 0;

/** Rooms differ between apps as audiences do, and change a little all the time. */
const roomsOf = (id: number) => Math.round((20_000 / (1 + (id % 97))) * (1 + Math.random() * 0.02));

interface Running {
  readonly replica: Replica;
  readonly stop: () => Promise<void>;
}

async function startReplica(name: string): Promise<Running> {
  const owned = new Set<number>();
  const replica: Replica = new Replica({
    address: { isTls: false, database: 0, nodes: [{ host: '127.0.0.1', port }] },
    keyPrefix: 'scale',
    leaseMs,
    isolationMs: 1_800_000,
    name,
    isNameUnique: false,
    apps: {
      configured: () => ids,
      start: async (id) => {
        await replica.savedState(id).catch(() => undefined);
        owned.add(id);
        starts += 1;
        owners.get(id)?.add(name);
        largestOverlap = Math.max(largestOverlap, owners.get(id)?.size ?? 0);
      },
      allowedRateChanged: () => {},
      finish: async (id) => {
        owners.get(id)?.delete(name);
        await replica.save(id, state).catch(() => false);
      },
      stop: (id) => {
        owned.delete(id);
        owners.get(id)?.delete(name);
      },
      stateLost: () => {},
      rooms: (id) => roomsOf(id),
    },
    events: { acquired: () => {}, lost: () => {} },
    clock,
    logger: createLogger({ level: 'warn', format: 'logfmt' }),
  });
  await replica.start();
  const stopping = new AbortController();
  const saveAll = async () => {
    while (!stopping.signal.aborted) {
      for (const id of owned) await replica.save(id, state).catch(() => false);
      await sleep(saveEveryMs / speed);
    }
  };
  const saving = saveAll();
  return {
    replica,
    stop: async () => {
      stopping.abort();
      await replica.stop();
      await saving;
    },
  };
}

interface Counters {
  readonly atMs: number;
  readonly commands: number;
  readonly bytes: number;
  readonly cpuSeconds: number;
  readonly memoryBytes: number;
}

async function counters(): Promise<Counters> {
  const info = `${await observer.info()}${await observer.info('commandstats')}`;
  const field = (name: string) => Number(new RegExp(`${name}[:=]([\\d.]+)`).exec(info)?.[1] ?? 0);
  return {
    atMs: clock.monotonic(),
    // Of the replicas: those that a script runs itself are not counted.
    commands: field('cmdstat_evalsha:calls') + field('cmdstat_get:calls'),
    bytes: field('total_net_input_bytes') + field('total_net_output_bytes'),
    cpuSeconds: field('used_cpu_sys') + field('used_cpu_user'),
    memoryBytes: field('used_memory'),
  };
}

const print = (text: string) => process.stdout.write(`${text}\n`);

/** Weights of the replicas: the largest and the smallest relative to the average. */
function spread(): string {
  const loads = new Map<string, number>();
  for (const [id, names] of owners) for (const name of names) loads.set(name, (loads.get(name) ?? 0) + roomsOf(id));
  const all = [...loads.values()];
  const average = all.reduce((sum, load) => sum + load, 0) / all.length;
  return `rooms of a replica ${Math.round((Math.min(...all) / average) * 100)} to ${Math.round((Math.max(...all) / average) * 100)} % of the average`;
}

const unowned = () => [...owners.values()].filter((names) => names.size === 0).length;

/** Waits until every app has an owner and nothing has moved for 10 s. Prints how long it took and how many apps moved. */
async function settle(what: string, change: () => Promise<unknown>): Promise<void> {
  const startedMs = clock.monotonic();
  const movedBefore = starts;
  const before = await counters();
  let changedMs = startedMs;
  let last = starts;
  const changing = change();
  while (unowned() > 0 || clock.monotonic() - changedMs < 10_000) {
    if (starts !== last || unowned() > 0) changedMs = clock.monotonic();
    last = starts;
    await sleep(20);
  }
  await changing;
  const seconds = ((changedMs - startedMs) / 1000).toFixed(1);
  const after = await counters();
  const commands = (after.commands - before.commands) / ((after.atMs - before.atMs) / 1000);
  print(
    `${what}: balanced after ${seconds} s, apps moved ${starts - movedBefore}, ${commands.toFixed(0)} commands/s until 10 s later; ${spread()}`,
  );
}

async function steady(): Promise<void> {
  const before = await counters();
  await sleep(60_000 / speed);
  const after = await counters();
  const seconds = (after.atMs - before.atMs) / 1000;
  const perSecond = (key: 'commands' | 'bytes' | 'cpuSeconds') => (after[key] - before[key]) / seconds;
  print(
    `steady: ${perSecond('commands').toFixed(1)} commands/s, ${(perSecond('bytes') / 1e6).toFixed(2)} MB/s, ` +
      `${((perSecond('cpuSeconds') / speed) * 100).toFixed(1)} % of one core of Redis at real speed, ${(after.memoryBytes / 1e6).toFixed(0)} MB in Redis`,
  );
}

print(`${appCount} apps, ${replicaCount} replicas, states of ${state.length} bytes`);
const running: Running[] = [];
const startOne = async (name: string) => running.push(await startReplica(name));
await settle('first start with an empty Redis', () =>
  Promise.all(Array.from({ length: replicaCount }, (_, index) => startOne(`r${index}`))),
);
await steady();
await settle('one leaves', async () => running.pop()?.stop());
await settle('one comes', () => startOne(`r${replicaCount}`));
await steady();
print(`apps polled by two replicas at the same time: ${largestOverlap > 1 ? 'yes' : 'none'}`);
await Promise.all(running.map(({ stop }) => stop()));
observer.destroy();
redis.kill();
rmSync(folder, { recursive: true, force: true });
