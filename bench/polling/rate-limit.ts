import type { SimulatedApp } from '../../src/simulator/simulator.ts';
import { startPolledServer } from './polled-server.ts';
import { pollApp } from './poller.ts';
import type { Peaks } from './server.ts';

/** Documented calls per second. */
const quotas: Readonly<Record<string, number>> = {
  get_room_list: 10,
  get_room_info: 200,
  get_online_member_num: 200,
  get_member_list: 200,
  get_members: 200,
};

const rooms = 2000;
const latencyMs = 30;

export interface RateLimitResult {
  readonly scenario: string;
  readonly seconds: number;
  /** Seconds over the lower bound, rooms / 200; undefined if the scenario is not about the duration. */
  readonly timesBound: number | undefined;
  /** The most calls that the server counted in any second over the quota, of the command with the largest ratio. */
  readonly timesQuota: number;
}

const apps: readonly SimulatedApp[] = [1_400_000_001, 1_400_000_002].map((sdkAppId) => ({
  sdkAppId,
  secretKey: 'k'.repeat(64),
  identifier: 'administrator',
  // Every audience fits on one page, so that each of the four tasks makes one call a room.
  groupMembersPageSize: 500,
}));

/** How long a collection of all four room tasks takes, and how many calls the server counts meanwhile. */
export async function measureRateLimit(): Promise<readonly RateLimitResult[]> {
  return [
    await measure('cold start', { run: (runs) => runs.first() }),
    await measure('known rooms, after 37 s of idle time', {
      before: (runs) => runs.first().then(() => pause(37_000)),
      run: (runs) => runs.again(),
    }),
    await measure('three restarts in a row', { run: (runs) => runs.restarts(), hasBound: false }),
    await measure('one call in ten is retried', { errorRate: 0.1, run: (runs) => runs.first(), hasBound: false }),
    await measure('two apps', { appCount: 2, run: (runs) => runs.first() }),
    await measure('event loop blocked for 150 ms in each second', {
      run: (runs) => withBlockedEventLoop(runs.first),
      hasBound: false,
    }),
  ];
}

interface Scenario {
  readonly errorRate?: number;
  readonly appCount?: number;
  readonly hasBound?: boolean;
  readonly before?: (runs: Runs) => Promise<void>;
  readonly run: (runs: Runs) => Promise<void>;
}

interface Runs {
  /** The first collection of all tasks. */
  readonly first: () => Promise<void>;
  /** Another collection of all tasks. */
  readonly again: () => Promise<void>;
  /** Three pollers, each stopped in the middle of its first collections. */
  readonly restarts: () => Promise<void>;
}

async function measure(
  scenario: string,
  { errorRate = 0, appCount = 1, hasBound = true, before, run }: Scenario,
): Promise<RateLimitResult> {
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
      await Promise.all(polled.map(({ collectAll }) => collectAll()));
    },
    restarts: async () => {
      for (let restart = 0; restart < 3; restart += 1) {
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
  const timesQuota = largestRatio(await server.peaks());
  for (const { poller } of polled) poller.stop();
  server.stop();
  return { scenario, seconds, timesBound: hasBound ? seconds / (rooms / 200) : undefined, timesQuota };
}

function largestRatio(peaks: Peaks): number {
  const ratios = Object.values(peaks).flatMap((commands) =>
    Object.entries(commands).map(([command, peak]) => peak / (quotas[command] ?? Infinity)),
  );
  return Math.max(...ratios);
}

/** Runs while something else blocks the event loop from time to time. */
async function withBlockedEventLoop(run: () => Promise<void>): Promise<void> {
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
