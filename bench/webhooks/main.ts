import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import type { SimulatedApp } from '../../src/simulator/simulator.ts';
import { program } from '../exposition/daemon.ts';
import { median, pause } from '../exposition/measure.ts';
import { download } from '../exposition/scraper.ts';
import type { Sending, Sent } from './sender.ts';

/**
 * `npm run bench -- webhooks [--rate=10000] [--seconds=60] [--forged=1000000] [--rooms=200] [--connections=64]`: the daemon
 * polls a simulator, first in peace, then while it receives webhooks of known rooms at this rate, and then as many as it can
 * take, each of another room that does not exist. Daemon, simulator and sender are processes of their own.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    rate: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '60' },
    forged: { type: 'string', default: '1000000' },
    rooms: { type: 'string', default: '200' },
    connections: { type: 'string', default: '64' },
  },
});
const token = 'a-token-of-your-own';
const secret = 'a-secret-of-16-x';
const sampleEveryMs = 5000;

if (!existsSync(program)) throw new Error('found no dist/main.js: run "npm run build" first');
const simulator = fork(fileURLToPath(new URL('../simulator/server.js', import.meta.url)), [values.rooms]);
const [simulated] = (await once(simulator, 'message')) as [
  { readonly origin: string; readonly app: SimulatedApp; readonly roomIds: readonly string[] },
];
const daemon = spawn(
  process.execPath,
  [
    '--no-allocation-site-pretenuring',
    '--heap-growing-percent=10',
    program,
    `--config.file=${writeConfig()}`,
    '--log.format=json',
  ],
  { stdio: ['ignore', 'ignore', 'pipe'] },
);
const ports = await listeningPorts(daemon);
const print = (...cells: readonly (string | number)[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

print(
  'phase',
  'sent/s',
  'p50 ms',
  'p99 ms',
  'max ms',
  'not accepted',
  'loop delay p99 ms (median, worst)',
  'loop max ms',
  'RSS MB (start, peak, end)',
  'CPU ms per 1,000 requests',
  'cores',
  'room series',
  'failed collections',
);
await pause(15_000);
const { roomIds } = simulated;
const common = {
  port: ports.webhooks,
  path: `/webhooks/${secret}`,
  sdkAppId: simulated.app.sdkAppId,
  token,
  connections: Number(values.connections),
};
const perSecond = Number(values.rate);
await phase('polling only', undefined);
await phase('10 % of the rate', { ...common, roomIds, perSecond: perSecond / 10, events: perSecond * 2 });
await phase('the rate', { ...common, roomIds, perSecond, events: perSecond * Number(values.seconds) });
await phase('forged rooms', { ...common, roomIds: [], perSecond: 0, events: Number(values.forged) });
await phase('polling only', undefined);
const exits = [daemon, simulator].map((child) => once(child, 'exit'));
daemon.kill('SIGTERM');
simulator.disconnect();
await Promise.all(exits);

async function phase(name: string, sending: Sending | undefined): Promise<void> {
  const before = await readMetrics();
  const lagP99Ms: number[] = [];
  const lagMaxMs: number[] = [];
  const rss = [before.rss];
  const over = new AbortController();
  const sampled = (async () => {
    do {
      await pause(sampleEveryMs);
      const { lagP99, lagMax, rss: now } = await readMetrics();
      lagP99Ms.push(lagP99);
      lagMaxMs.push(lagMax);
      rss.push(now);
    } while (!over.signal.aborted);
  })();
  const sent = sending === undefined ? await pause(20_000) : await send(sending);
  over.abort();
  await sampled;
  const after = await readMetrics();
  const cpu = after.cpu - before.cpu;
  const accepted = after.accepted - before.accepted;
  const count = sent?.sent ?? 0;
  const ms = (value: number | undefined) => value?.toFixed(1) ?? '';
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  print(
    name,
    sent === undefined ? 0 : Math.round(count / sent.seconds),
    ms(sent?.p50Ms),
    ms(sent?.p99Ms),
    ms(sent?.maxMs),
    count - accepted,
    `${ms(median(lagP99Ms))}, ${ms(Math.max(...lagP99Ms))}`,
    ms(Math.max(...lagMaxMs)),
    [before.rss, Math.max(...rss), after.rss].map(megabytes).join(', '),
    count === 0 ? '' : ((cpu / count) * 1e6).toFixed(0),
    (cpu / ((after.atMs - before.atMs) / 1000)).toFixed(2),
    after.series,
    after.failed - before.failed,
  );
}

async function send(sending: Sending): Promise<Sent> {
  const script = fileURLToPath(new URL('./sender.js', import.meta.url));
  const sender = spawn(process.execPath, [script, JSON.stringify(sending)], { stdio: ['ignore', 'pipe', 'inherit'] });
  return JSON.parse(await text(sender.stdout)) as Sent;
}

async function readMetrics() {
  const exposition = (await download(ports.web, 'identity')).toString('latin1');
  const sum = (pattern: RegExp) =>
    [...exposition.matchAll(pattern)].reduce((total, [, value]) => total + Number(value), 0);
  return {
    atMs: performance.now(),
    accepted: sum(/^tencent_live_exporter_webhook_requests_total\{.*result="accepted"\} (\S+)/gm),
    failed: sum(/^tencent_live_exporter_collection_failures_total\{.*\} (\S+)/gm),
    series: sum(/^tencent_live_exporter_snapshot_series (\S+)/gm),
    rss: sum(/^process_resident_memory_bytes (\S+)/gm),
    cpu: sum(/^process_cpu_seconds_total (\S+)/gm),
    // prom-client measures with a timer of 10 ms, which its values include.
    lagP99: sum(/^nodejs_eventloop_lag_p99_seconds (\S+)/gm) * 1000 - 10,
    lagMax: sum(/^nodejs_eventloop_lag_max_seconds (\S+)/gm) * 1000 - 10,
  };
}

function writeConfig(): string {
  const { origin, app } = simulated;
  const path = join(mkdtempSync(join(tmpdir(), 'bench-webhooks-')), 'exporter.yml');
  const config = {
    web: { listen_address: '127.0.0.1:0' },
    webhooks: { listen_address: '127.0.0.1:0', secret },
    apps: [
      {
        sdk_app_id: app.sdkAppId,
        identifier: app.identifier,
        secret_key: app.secretKey,
        base_url: origin,
        webhooks: { tokens: [token, 'the-token-before'] },
      },
    ],
  };
  writeFileSync(path, stringify(config));
  return path;
}

/** Reads the log until the daemon listens, and discards the rest. */
async function listeningPorts({ stderr }: ChildProcess): Promise<{ readonly web: number; readonly webhooks: number }> {
  if (stderr === null) throw new Error('found no log of the daemon');
  let webhooks = 0;
  for await (const line of createInterface({ input: stderr })) {
    const { msg, address = '' } = JSON.parse(line) as { readonly msg: string; readonly address?: string };
    const port = Number(address.split(':').at(-1));
    if (msg === 'listening for webhooks') webhooks = port;
    if (msg !== 'listening') continue;
    stderr.resume();
    return { web: port, webhooks };
  }
  throw new Error('the daemon has ended before it listened');
}
