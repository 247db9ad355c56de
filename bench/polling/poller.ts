import { silentObserver } from '../../test/support/silent-observer.ts';
import { type AppConfig, type Config, configSchema } from '../../src/config/config.ts';
import { systemClock } from '../../src/platform/clock.ts';
import type { Logger } from '../../src/platform/logging/logger.ts';
import type { AppPoller } from '../../src/polling/app-poller.ts';
import { createAppPoller } from '../../src/polling/create-app-poller.ts';
import type { PollingObserver } from '../../src/polling/observer.ts';
import type { SimulatedApp } from '../../src/simulator/simulator.ts';
import type { TaskName } from '../../src/tasks/tasks.ts';
import { createSigner } from '../../src/tencent/signer.ts';

const quiet: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, child: () => quiet };

/** The tasks that are measured: the room list, and the four tasks with 200 calls per second. */
export const measuredTasks = ['room_list', 'room_info', 'online_members', 'member_list', 'group_members'] as const;

/** Seconds between two triggers of a task, if not 60. */
const intervals: Partial<Record<TaskName, number>> = { room_list: 15, online_members: 10 };

export interface PolledApp {
  readonly origin: string;
  readonly app: SimulatedApp;
  /** Configured rooms; if there are none, the rooms are discovered by the list. */
  readonly configuredRooms?: readonly string[];
}

/** Uses the whole quota. The measured tasks are enabled. */
export function benchConfig({ origin, app, configuredRooms = [] }: PolledApp): Config {
  const config = configSchema('.').parse({
    apps: [
      {
        sdk_app_id: app.sdkAppId,
        identifier: app.identifier,
        secret_key: app.secretKey,
        base_url: origin,
        rooms: { discover: configuredRooms.length === 0 ? 'live' : 'none', limit: 1_000_000 },
      },
    ],
    tasks: { group_members: { enabled: true, rooms: 1_000_000 }, room_stats: { enabled: false } },
    quota: { share: 1 },
  });
  // Added after the validation, which would take long for 100,000 ids.
  return { ...config, apps: config.apps.map((one) => ({ ...one, rooms: { ...one.rooms, static: configuredRooms } })) };
}

export interface Polled {
  readonly poller: AppPoller;
  /** Resolves when the task's next collection has ended. */
  readonly collected: (task: TaskName) => Promise<void>;
  /** Triggers all measured tasks. Resolves when their collections have ended. */
  readonly collectAll: () => Promise<void>;
  /** Calls that have ended. */
  readonly calls: () => number;
}

export function pollApp(polled: PolledApp): Polled {
  const config = benchConfig(polled);
  const waiting = new Map<TaskName, () => void>();
  let calls = 0;
  const observer: PollingObserver = {
    ...silentObserver,
    collectionFinished: ({ task }) => waiting.get(task)?.(),
    callFinished: () => (calls += 1),
  };
  const app = config.apps[0] as AppConfig;
  const poller = createAppPoller({
    allowedRate: (rate) => rate,
    app,
    config,
    maxShare: 1,
    signer: createSigner(app, Date.now),
    clock: systemClock,
    random: Math.random,
    observer,
    listener: { published: () => {}, withdrawn: () => {} },
    logger: quiet,
    intervalSeconds: (task) => intervals[task] ?? 60,
  });
  const collected = (task: TaskName) => new Promise<void>((resolve) => waiting.set(task, resolve));
  return {
    poller,
    collected,
    calls: () => calls,
    async collectAll() {
      const ended = measuredTasks.map(collected);
      for (const task of measuredTasks) poller.trigger(task);
      await Promise.all(ended);
    },
  };
}
