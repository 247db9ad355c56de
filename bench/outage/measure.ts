import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { readSamples } from '../../test/support/samples.ts';
import { listeningPort, program } from '../exposition/daemon.ts';
import { type PrometheusProcess, spawnPrometheus } from '../prometheus.ts';
import { type Calls, callsSince, type SimulatedApi, startSimulatedApi, sum } from './simulated-api.ts';
import { TruthCheck } from './truth-check.ts';

/** How an outage looks, with the name that the simulator has for it. */
export const kinds = { reset: 'reset', hang: 'hang', '5xx': 'html' } as const;

export interface OutageMeasurement {
  readonly seconds: number;
  /** Calls in the same time before the outage, computed from at most two minutes. */
  readonly callsBefore: number;
  readonly callsDuring: Calls;
  /** By task: seconds from the end of the outage until all rooms have another response; undefined if they have not. */
  readonly freshAfter: Readonly<Record<string, number | undefined>>;
  readonly resetsSum: number;
  readonly resetsMax: number;
  /** The lowest `up` of the scrapes during the outage. */
  readonly up: number;
  /** Seconds from the start of the outage until `tencent_live_up` was 0, and from its end until it was 1. */
  readonly downAfter: number | undefined;
  readonly upAfter: number | undefined;
  readonly valuesCompared: number;
  readonly wrongValues: readonly string[];
}

const rooms = 200;
const tasks = ['room_list', 'room_info', 'online_members', 'member_list'] as const;
const scrapeSeconds = 5;

/** After this, a value that is not fresh again is reported as missing. */
const recoverySeconds = 90;

/** All tasks are due two seconds after the outage begins, and it ends two seconds after all of them were due. */
const beginsAtSecond = 58;
const edgesSeconds = 4;

/**
 * Runs the built exporter with its default schedules against the simulator, and Debian's Prometheus, in real time, through an
 * outage of some whole minutes and four seconds.
 */
export async function measureOutage(kind: keyof typeof kinds, minutes: number): Promise<OutageMeasurement> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-outage-'));
  const stops: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
  try {
    const api = await startSimulatedApi(rooms);
    stops.push(api.stop);
    const check = new TruthCheck(api.app['sdk_app_id'] ?? '');
    // Before the exporter reads the first value.
    check.record(await api.truth(), Date.now() / 1000);
    const exporter = await startExporter(folder, api);
    stops.push(exporter.stop);
    const prometheus = await spawnPrometheus({ folder, config: scrapeConfig(exporter.port), flags: [] });
    stops.push(prometheus.stop);
    return await measure({ kind, minutes, api, check, port: exporter.port, prometheus });
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}

interface Parts {
  readonly kind: keyof typeof kinds;
  readonly minutes: number;
  readonly api: SimulatedApi;
  readonly check: TruthCheck;
  readonly port: number;
  readonly prometheus: PrometheusProcess;
}

async function measure({ kind, minutes, api, check, port, prometheus }: Parts): Promise<OutageMeasurement> {
  const stopChecking = checkEachSecond(check, api, port);
  // The first minute has other calls: rooms are discovered.
  await sleep(70_000);

  const beforeSeconds = 60 * Math.min(2, minutes) + edgesSeconds;
  await untilSecond(beginsAtSecond);
  const first = await api.calls();
  await sleep(beforeSeconds * 1000);
  const callsInBefore = sum(callsSince(first, await api.calls()));

  await untilSecond(beginsAtSecond);
  const seconds = 60 * minutes + edgesSeconds;
  const begin = await api.calls();
  const beganAt = Date.now() / 1000;
  await api.inject({ kind: 'outage', how: kinds[kind] });
  await sleep(beganAt * 1000 + seconds * 1000 - Date.now());
  await api.withdraw();
  const endedAt = Date.now() / 1000;
  const end = await api.calls();
  const freshAfter = await freshTimes({ api, port, endedAt, end });
  await sleep(scrapeSeconds * 1000);
  stopChecking();

  const now = Date.now() / 1000;
  const valueOf = async (query: string) => {
    const [series] = await prometheus.query<{ readonly value: readonly [number, string] }>('query', { query });
    return Number(series?.value[1] ?? Number.NaN);
  };
  const resets = `resets(tencent_live_room_view_count[${Math.max(30, Math.ceil(minutes) + 10)}m])`;
  const range = (query: string, start: number) =>
    prometheus.query<Matrix>('query_range', { query, start: `${start}`, end: `${now}`, step: '1' });
  const [appUp] = await range('tencent_live_up', beganAt);
  const [up] = await range('up', beganAt);
  const firstTime = (value: string, from: number) => {
    const at = appUp?.values.find(([atSeconds, found]) => atSeconds >= from && found === value)?.[0];
    return at === undefined ? undefined : at - from;
  };
  return {
    seconds,
    callsBefore: (callsInBefore / beforeSeconds) * seconds,
    callsDuring: callsSince(begin, end),
    freshAfter,
    resetsSum: await valueOf(`sum(${resets})`),
    resetsMax: await valueOf(`max(${resets})`),
    up: Math.min(...(up?.values ?? []).map(([, value]) => Number(value))),
    downAfter: firstTime('0', beganAt),
    upAfter: firstTime('1', endedAt),
    valuesCompared: check.compared,
    wrongValues: check.wrong,
  };
}

interface Matrix {
  readonly values: readonly (readonly [unixSeconds: number, value: string])[];
}

const commandOf = {
  room_list: 'get_room_list',
  room_info: 'get_room_info',
  online_members: 'get_online_member_num',
  member_list: 'get_member_list',
} as const satisfies Record<(typeof tasks)[number], string>;

/** Waits until each task has had a successful collection that began after the outage, with a call for each room. */
async function freshTimes(outage: {
  readonly api: SimulatedApi;
  readonly port: number;
  readonly endedAt: number;
  readonly end: Calls;
}): Promise<OutageMeasurement['freshAfter']> {
  const { api, port, endedAt, end } = outage;
  const freshAfter: Partial<Record<(typeof tasks)[number], number>> = {};
  while (Date.now() / 1000 < endedAt + recoverySeconds && Object.keys(freshAfter).length < tasks.length) {
    const samples = await scrape(port);
    const calls = callsSince(end, await api.calls());
    for (const task of tasks) {
      const of = (name: string) => find(samples, `tencent_live_exporter_${name}`, `task="${task}"`) ?? 0;
      const finishedAt = of('last_collection_success_timestamp_seconds');
      const began = finishedAt - of('last_collection_duration_seconds');
      const needed = task === 'room_list' ? 1 : (find(samples, 'tencent_live_rooms_exported', '') ?? Infinity);
      if (began >= endedAt && (calls[commandOf[task]] ?? 0) >= needed) freshAfter[task] ??= finishedAt - endedAt;
    }
    await sleep(500);
  }
  return Object.fromEntries(tasks.map((task) => [task, freshAfter[task]]));
}

function checkEachSecond(check: TruthCheck, api: SimulatedApi, port: number): () => void {
  let isRunning = false;
  const timer = setInterval(() => {
    if (isRunning) return;
    isRunning = true;
    void (async () => {
      // The exported values are read between two samples of the truth.
      check.record(await api.truth(), Date.now() / 1000);
      const samples = await scrape(port);
      check.record(await api.truth(), Date.now() / 1000);
      check.compare(samples);
      isRunning = false;
    })();
  }, 1000);
  return () => clearInterval(timer);
}

async function scrape(port: number): Promise<ReadonlyMap<string, number>> {
  return readSamples(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
}

/** The value of the series of a metric that has this label. */
function find(samples: ReadonlyMap<string, number>, name: string, label: string): number | undefined {
  for (const [series, value] of samples) if (series.startsWith(`${name}{`) && series.includes(label)) return value;
  return undefined;
}

async function startExporter(folder: string, { origin, app }: SimulatedApi) {
  const path = join(folder, 'exporter.yml');
  const config = {
    web: { listen_address: '127.0.0.1:0' },
    apps: [{ ...app, sdk_app_id: Number(app['sdk_app_id']), base_url: origin }],
  };
  writeFileSync(path, stringify(config));
  const child = spawn(process.execPath, [program, `--config.file=${path}`, '--log.format=json'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    child.kill();
    await exited;
  };
  return { port: await listeningPort(child.stderr), stop };
}

function scrapeConfig(port: number): string {
  return stringify({
    global: { scrape_interval: `${scrapeSeconds}s` },
    scrape_configs: [{ job_name: 'bench', static_configs: [{ targets: [`127.0.0.1:${port}`] }] }],
  });
}

/** Waits until a second of a minute. */
async function untilSecond(second: number): Promise<void> {
  const intoMinute = Date.now() % 60_000;
  await sleep((second * 1000 - intoMinute + 60_000) % 60_000);
}
