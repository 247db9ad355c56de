import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { SimulatedApp } from '../../src/simulator/simulator.ts';
import { startPolledServer } from './polled-server.ts';
import { measuredTasks, pollApp } from './poller.ts';

export interface ScaleResult {
  readonly rooms: number;
  /** Growth of the heap by polling, in bytes, after every room was enqueued and many have responses. */
  readonly heapBytes: number;
  readonly callsPerSecond: number;
  readonly delayP50Ms: number;
  readonly delayP99Ms: number;
  readonly delayMaxMs: number;
}

const app: SimulatedApp = { sdkAppId: 1_400_000_001, secretKey: 'k'.repeat(64), identifier: 'administrator' };
const warmUpMs = 15_000;
const measuredMs = 60_000;

/** Polls 100,000 rooms with the whole quota for a minute: memory and the delay of the event loop. */
export async function measureScale(rooms: number): Promise<ScaleResult> {
  const server = await startPolledServer({ rooms, latencyMs: 30, apps: [app], errorRate: 0 });
  const before = heapUsed();
  const { poller, calls } = pollApp({ origin: server.origin, app, configuredRooms: server.roomIds });
  void poller.start();
  const timers = [10, 15, 60].map((seconds, index) =>
    setInterval(() => tasksByTimer[index]?.forEach((task) => poller.trigger(task)), seconds * 1000),
  );
  await pause(warmUpMs);
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  const callsBefore = calls();
  await pause(measuredMs);
  delay.disable();
  const callsPerSecond = (calls() - callsBefore) / (measuredMs / 1000);
  const heapBytes = heapUsed() - before;
  for (const timer of timers) clearInterval(timer);
  poller.stop();
  server.stop();
  const ms = (nanoseconds: number) => nanoseconds / 1e6 - 10;
  return {
    rooms,
    heapBytes,
    callsPerSecond,
    delayP50Ms: ms(delay.percentile(50)),
    delayP99Ms: ms(delay.percentile(99)),
    delayMaxMs: ms(delay.max),
  };
}

const tasksByTimer = [['online_members'], ['room_list'], measuredTasks.slice(3).concat('room_info')] as const;

function heapUsed(): number {
  if (globalThis.gc === undefined) throw new Error('run node with --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
