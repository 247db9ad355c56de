import type { Clock } from '../../../src/platform/clock.ts';
import type { AppConfig, Discovery } from '../../../src/config/config.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { AppPoller } from '../../../src/polling/app-poller.ts';
import { type TaskName, taskNames } from '../../../src/rooms/room.ts';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../src/simulator/simulator.ts';
import type { CommandName } from '../../../src/tencent/command-names.ts';
import { createSigner } from '../../../src/tencent/signer.ts';
import { fastClock } from '../fast-clock.ts';
import { simulatedConfig } from '../simulated-config.ts';
import { Recording, type Shown, shownOf } from './recording.ts';

/** A simulator in whose worlds nothing moves, and the accelerated clock that its quotas and its pollers go by. */
export interface FrozenWorlds {
  readonly simulator: Simulator;
  readonly clock: Clock;
}

export interface FrozenWorldsOptions extends Partial<SimulatorOptions> {
  /** How many times as fast as the system's the clock runs. Default: a minute passes in 60 ms. */
  readonly speed?: number;
}

/** Starts worlds of three rooms. */
export async function freezeWorlds({ speed = 1000, ...options }: FrozenWorldsOptions = {}): Promise<FrozenWorlds> {
  const clock = fastClock(speed);
  const simulator = await startSimulator({
    rooms: 3,
    seed: 3,
    largestAudience: 12,
    now: () => Date.UTC(2026, 4, 1, 20),
    monotonicNow: clock.monotonic,
    ...options,
  });
  return { simulator, clock };
}

export interface PollOptions extends FrozenWorlds {
  /** Default: the first. */
  readonly sdkAppId?: number;
  /** Default: live. */
  readonly discover?: Discovery;
  /** Rooms that the config names. Default: one of the three that there are. */
  readonly staticRooms?: readonly string[];
  /** Milliseconds of real time that a call may take. Default: far more than any answer takes. */
  readonly timeoutMs?: number;
  /** Seconds between two firings, as the poller is told: how long values last follows from it. Default: a day. */
  readonly intervalSeconds?: number;
  /** Replaces the clock of the worlds. */
  readonly pollerClock?: Clock;
  /** Changes the app's config, such as its origin. */
  readonly changeApp?: (app: AppConfig) => AppConfig;
  /** Told of each call's end, at once. */
  readonly onCallEnd?: (command: CommandName) => void;
}

/** An app that is polled, every task on, when the test says so. */
export interface PolledWorld {
  readonly poller: AppPoller;
  /** Fires a task's schedule, and resolves when the collection has ended, with whether it succeeded. */
  collect(task: TaskName): Promise<boolean>;
  /** Fires every task at once; whether all have succeeded. */
  collectAll(): Promise<boolean>;
  /** Lets time pass on the accelerated clock. */
  pass(seconds: number): Promise<void>;
  shown(): Shown;
  /** Every value that was shown at any moment, with its room and task, as JSON. */
  everShown(): ReadonlySet<string>;
  /** Rooms whose value of the task is another answer than at the last call of this function. */
  refreshed(task: TaskName): readonly string[];
  /** The failures counted since the last call of this function: each command with a reason, once. */
  failures(): readonly string[];
  /** Calls that wait, or are on their way. */
  unfinished(): number;
  /** Reloads the config, with the app's changed. */
  reload(change: (app: AppConfig) => AppConfig): Promise<void>;
  stop(): void;
}

/** Polls one app of the worlds. */
export async function pollWorld(options: PollOptions): Promise<PolledWorld> {
  const { simulator, clock, discover = 'live', staticRooms = ['live-0'] } = options;
  const { timeoutMs = 10_000, intervalSeconds = 86_400, pollerClock = clock, changeApp = (app) => app } = options;
  const config = await simulatedConfig(simulator, {
    rooms: { discover, static: staticRooms },
    sections: { http: { timeout: `${timeoutMs}ms`, retries: 1 } },
  });
  const configured = config.apps.find(({ sdkAppId }) => sdkAppId === (options.sdkAppId ?? sdkAppId));
  if (configured === undefined) throw new Error('the simulator has no such app');
  const app = changeApp(configured);
  const signer = createSigner(app, pollerClock.now);
  const waiting = new Map<TaskName, (succeeded: boolean) => void>();
  const recording = new Recording();
  const poller = new AppPoller({
    app,
    config,
    maxShare: 1,
    signer,
    clock: pollerClock,
    random: () => 0,
    observer: {
      collectionFinished: ({ task, succeeded }) => waiting.get(task)?.(succeeded),
      collectionSkipped: () => {},
      callFinished: ({ command, failure }) => {
        if (failure !== undefined) recording.failed(command, failure);
        options.onCallEnd?.(command);
      },
      callRetried: () => {},
      roomsDeferred: () => {},
      rateLimitWaited: () => {},
    },
    rooms: { published: (room) => recording.published(room), withdrawn: () => {} },
    logger: createLogger({ level: 'error', format: 'logfmt', destination: { write: () => {} } }),
    intervalSeconds: () => intervalSeconds,
  });
  const collect = (task: TaskName) =>
    new Promise<boolean>((resolve) => {
      waiting.set(task, resolve);
      poller.trigger(task);
    });
  return {
    poller,
    collect,
    collectAll: async () => (await Promise.all(taskNames.map(collect))).every(Boolean),
    pass: (seconds) => new Promise((resolve) => void clock.after(seconds * 1000, resolve)),
    shown: () => shownOf(poller.registry.exported()),
    everShown: () => recording.everShown,
    refreshed: (task) => recording.refreshed(poller.registry.exported(), task),
    failures: () => recording.takeFailures(),
    unfinished: () =>
      [...poller.queues.values()].reduce((sum, { inFlight, queueLength }) => sum + inFlight + queueLength, 0),
    reload: (change) => poller.configure({ app: change(app), config, signer }),
    stop: () => poller.stop(),
  };
}
