import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../e2e/until.ts';
import { type Resources, sumOf } from './daemon.ts';
import type { PolledDaemon } from './polled-daemon.ts';

/** Something that goes wrong around the daemon. */
export interface Disturbance {
  readonly begin: () => unknown;
  readonly end: () => unknown;
  /** Whether it has had its effect; `since` is the scrape before it began. Default: 30 calls have failed. */
  readonly isFelt?: (scraped: string, since: string) => boolean;
  /** Whether responses that the API has sent may not arrive. Default: false. */
  readonly losesResponses?: boolean;
  /** Lookups that may be pending meanwhile: two for each host, of its IPv4 and its IPv6 address. Default: 0. */
  readonly pendingLookups?: number;
  /** More descriptors than before that may be open meanwhile. Default: one for each call that may be in flight. */
  readonly moreFiles?: number;
}

/** After an outage, a command is tried again 5 s after its last call, although the schedules trigger each second; the rest is slack. */
const recoverWithinMs = 10_000;

const exitWithinMs = 5000;

/** Far more than the heap of ten rooms varies, and less than a leak of some seconds. */
const moreHeapBytes = 32 * 1024 * 1024;

/** Four commands, with four calls each. */
const mostCallsInFlight = 16;

/** How long the test waits for what should happen at once. */
const patienceMs = 25_000;

/**
 * Lets a disturbance begin, last and end, and sends SIGTERM while it lasts again. Returns each promise that did not hold: polling recovers in
 * time, descriptors, lookups and memory are as before, no value is untrue, and the process ends in time with exit code 0.
 */
export async function withstand(polled: PolledDaemon, disturbance: Disturbance): Promise<readonly string[]> {
  const { daemon } = polled;
  await recovered(polled, performance.now());
  const before = await calmResources(polled);
  await disturb(polled, disturbance);
  const meanwhile = excess(await daemon.resources(), before, disturbance);
  await disturbance.end();
  polled.recorder.losesNothing();
  const late = await recoverInTime(polled);
  const afterwards = await excessAfterwards(polled, before);
  await disturb(polled, disturbance);
  const ended = await endInTime(polled);
  return [...meanwhile, ...late, ...afterwards, ...ended];
}

/** Waits until all rooms are polled again. Returns the promises that did not hold. */
export async function recoverInTime(polled: PolledDaemon): Promise<readonly string[]> {
  const fromMs = performance.now();
  await recovered(polled, fromMs);
  const afterMs = performance.now() - fromMs;
  return afterMs > recoverWithinMs ? [`polling recovered after ${afterMs.toFixed(0)} ms`] : [];
}

/** Sends SIGTERM. Returns the promises that did not hold, with the values that were untrue until then. */
export async function endInTime({ daemon, recorder, stopScraping }: PolledDaemon): Promise<readonly string[]> {
  await stopScraping();
  const { code, signal, afterMs } = await daemon.terminate();
  process.stdout.write(`${recorder.summary}\n`);
  return [
    ...(code === 0 ? [] : [`the process ended with code ${code}, signal ${signal}`]),
    ...(afterMs > exitWithinMs ? [`the process ended ${afterMs.toFixed(0)} ms after SIGTERM`] : []),
    ...recorder.untrue.map(({ series, shown, because }) => `${series} ${shown}: ${because}`),
  ];
}

/** Resolves when the disturbance has begun and is felt. */
export async function disturb(
  { recorder, lastScrape }: PolledDaemon,
  disturbance: Partial<Disturbance>,
): Promise<void> {
  const { isFelt = manyCallsFailed } = disturbance;
  const since = lastScrape();
  if (disturbance.losesResponses === true) recorder.mayLose(performance.now());
  await disturbance.begin?.();
  await until({
    what: 'the disturbance to be felt',
    deadlineMs: performance.now() + patienceMs,
    find: lastScrape,
    isEnough: (scraped) => isFelt(scraped, since),
  });
}

const manyCallsFailed = callsFailed(30);

/** Whether this many more calls have failed. */
export function callsFailed(count: number): NonNullable<Disturbance['isFelt']> {
  const failed = (text: string) => sumOf(text, 'tencent_live_exporter_api_request_failures_total');
  return (scraped, since) => failed(scraped) >= failed(since) + count;
}

/** Waits until each command has given values of all rooms since then, and they are shown. */
async function recovered(polled: PolledDaemon, sinceMs: number): Promise<void> {
  const { recorder, simulator, commands, rooms, lastScrape } = polled;
  const sdkAppId = simulator.apps[0]?.sdkAppId ?? 0;
  const missing = () =>
    commands.flatMap((command) => {
      const given = recorder.roomsGivenSince({ sdkAppId, command }, sinceMs);
      return rooms().filter((room) => !given.has(room));
    });
  await until({
    what: 'all rooms to be polled again',
    deadlineMs: performance.now() + patienceMs,
    find: () => [missing().length, sumOf(lastScrape(), 'tencent_live_up'), shownRooms(lastScrape())],
    isEnough: ([missed, up, shown = 0]) => missed === 0 && up === 1 && shown >= rooms().length,
  });
}

function shownRooms(scraped: string): number {
  return scraped.match(/^tencent_live_room_online_members\{/gm)?.length ?? 0;
}

/** Ten samples are from different parts of a second, after whose begin the calls are made. */
const sampleEveryMs = 100;

/** What the daemon uses while no connection to the API is idle: how many are kept depends on how the calls happen to overlap. */
async function calmResources({ daemon, api }: PolledDaemon): Promise<Resources> {
  const samples: Resources[] = [];
  while (samples.length < 10) {
    api.closeIdleConnections();
    samples.push(await daemon.resources());
    await pause(sampleEveryMs);
  }
  return samples.reduce((least, sample) => (sample.openFiles < least.openFiles ? sample : least));
}

/** What is used beyond what is allowed while the disturbance lasts. */
function excess(now: Resources, before: Resources, disturbance: Disturbance): readonly string[] {
  const { pendingLookups = 0, moreFiles = mostCallsInFlight } = disturbance;
  const files = now.openFiles - before.openFiles;
  return [
    ...(files > moreFiles ? [`${files} more descriptors meanwhile`] : []),
    ...(now.pendingLookups > pendingLookups ? [`${now.pendingLookups} pending lookups meanwhile`] : []),
    ...excessHeap(now, before),
  ];
}

async function excessAfterwards(polled: PolledDaemon, before: Resources): Promise<readonly string[]> {
  const deadlineMs = performance.now() + recoverWithinMs;
  for (;;) {
    const now = await calmResources(polled);
    const files = now.openFiles - before.openFiles;
    const problems = [
      ...(files > 0 ? [`${files} more descriptors afterwards`] : []),
      ...(now.pendingLookups > 0 ? [`${now.pendingLookups} pending lookups afterwards`] : []),
      ...excessHeap(now, before),
    ];
    if (problems.length === 0 || performance.now() > deadlineMs) return problems;
  }
}

function excessHeap(now: Resources, before: Resources): readonly string[] {
  const bytes = now.heapBytes - before.heapBytes;
  return bytes > moreHeapBytes ? [`${(bytes / 1024 / 1024).toFixed(0)} MiB more memory`] : [];
}
