import type { SimulatedApp } from '../../src/simulator/simulator.ts';
import { pollApp } from './poller.ts';
import { startPolledServer } from './polled-server.ts';
import type { Peaks } from './server.ts';

/** Calls a second that Tencent grants. */
const quotas: Readonly<Record<string, number>> = {
  get_room_list: 10,
  get_room_info: 200,
  get_online_member_num: 200,
  get_member_list: 200,
  get_members: 200,
};

const rooms = 2000;
const latencyMs = 30;

export interface PaceResult {
  readonly what: string;
  readonly seconds: number;
  /** Seconds over the bound of rooms / 200; absent where the pace is not the point. */
  readonly timesBound: number | undefined;
  /** The most that the server counted in any one second, over the quota, in the command where that is most. */
  readonly timesQuota: number;
}

const apps: readonly SimulatedApp[] = [1_400_000_001, 1_400_000_002].map((sdkAppId) => ({
  sdkAppId,
  secretKey: 'k'.repeat(64),
  identifier: 'administrator',
  // The audiences of 2,000 rooms that fit one page each, so that four tasks of one call a room are compared.
  groupMembersPageSize: 500,
}));

/** How fast all four room tasks are done, and what the server counts meanwhile. */
export async function measurePace(): Promise<readonly PaceResult[]> {
  return [
    await scenario('from a cold start', { run: (polled) => polled.first() }),
    await scenario('rooms known, after 37 s of idle time', {
      before: (polled) => polled.first().then(() => pause(37_000)),
      run: (polled) => polled.again(),
    }),
    await scenario('restarted at once, again and again', { run: (polled) => polled.restarts(), isPaced: false }),
    await scenario('one call in ten made again', { errorRate: 0.1, run: (polled) => polled.first(), isPaced: false }),
    await scenario('two apps', { appCount: 2, run: (polled) => polled.first() }),
    await scenario('event loop blocked 150 ms in each second', {
      run: (polled) => blocked(polled.first),
      isPaced: false,
    }),
  ];
}

interface Scenario {
  readonly errorRate?: number;
  readonly appCount?: number;
  readonly isPaced?: boolean;
  readonly before?: (polled: Runs) => Promise<void>;
  readonly run: (polled: Runs) => Promise<void>;
}

interface Runs {
  /** Everything from nothing known. */
  readonly first: () => Promise<void>;
  /** Another round over the rooms that are known. */
  readonly again: () => Promise<void>;
  /** Three processes that take over from one another in mid-air. */
  readonly restarts: () => Promise<void>;
}

async function scenario(
  what: string,
  { errorRate = 0, appCount = 1, isPaced = true, before, run }: Scenario,
): Promise<PaceResult> {
  const used = apps.slice(0, appCount);
  const server = await startPolledServer({ rooms, latencyMs, apps: used, errorRate });
  const start = () => used.map((app) => pollApp({ origin: server.origin, app }));
  let polled = start();
  const first = async () => {
    await Promise.all(polled.map(({ poller }) => poller.start()));
  };
  const runs: Runs = {
    first,
    again: async () => {
      await Promise.all(polled.map(({ round }) => round()));
    },
    restarts: async () => {
      for (let process = 0; process < 3; process += 1) {
        void first();
        await pause(1700);
        for (const { poller } of polled) poller.stop();
        polled = start();
      }
    },
  };
  await before?.(runs);
  const startedMs = performance.now();
  await run(runs);
  const seconds = (performance.now() - startedMs) / 1000;
  const timesQuota = worst(await server.peaks());
  for (const { poller } of polled) poller.stop();
  server.stop();
  return { what, seconds, timesBound: isPaced ? seconds / (rooms / 200) : undefined, timesQuota };
}

function worst(peaks: Peaks): number {
  const ratios = Object.values(peaks).flatMap((commands) =>
    Object.entries(commands).map(([command, peak]) => peak / (quotas[command] ?? Infinity)),
  );
  return Math.max(...ratios);
}

/** Runs while something else keeps the event loop busy. */
async function blocked(run: () => Promise<void>): Promise<void> {
  const timer = setInterval(() => {
    const until = performance.now() + 150;
    while (performance.now() < until);
  }, 1000);
  await run();
  clearInterval(timer);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
