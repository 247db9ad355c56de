import { silentObserver } from '../silent-observer.ts';
import type { AppConfig, Config, Discovery } from '../../../src/config/config.ts';
import type { Clock } from '../../../src/platform/clock.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import type { AppPoller } from '../../../src/polling/app-poller.ts';
import { createAppPoller } from '../../../src/polling/create-app-poller.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from '../../../src/simulator/simulator.ts';
import { type TaskName, taskNames } from '../../../src/tasks/tasks.ts';
import type { CommandName } from '../../../src/tencent/command.ts';
import type { Domain } from '../../../src/tencent/domains.ts';
import type { FailureReason } from '../../../src/tencent/failures.ts';
import { createSigner } from '../../../src/tencent/signer.ts';
import { exportedRooms } from '../exported-rooms.ts';
import { fastClock } from '../fast-clock.ts';
import { simulatedConfig } from '../simulated-config.ts';
import { type ExportedValues, Recording, valuesOf } from './recording.ts';

/** A simulator in whose worlds nothing changes, and the accelerated clock that its quotas and its pollers use. */
export interface FrozenWorlds {
  readonly simulator: Simulator;
  readonly clock: Clock;
  /** Polls every app of the simulator. */
  readonly config: Config;
}

export interface FrozenWorldsOptions extends Partial<SimulatorOptions> {
  /** How many times as fast as the system's clock the clock runs. Default: 1000, so a minute passes in 60 ms. */
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
  const config = await simulatedConfig(simulator, { sections: { http: { retries: 1 } } });
  return { simulator, clock, config };
}

export interface PollOptions extends FrozenWorlds {
  /** Default: the first. */
  readonly sdkAppId?: number;
  /** Default: live. */
  readonly discover?: Discovery;
  /** Rooms that are configured. Default: one of the three rooms. */
  readonly staticRooms?: readonly string[];
  /** How long a call may take, in milliseconds of real time. Default: far longer than any response takes. */
  readonly timeoutMs?: number;
  /** Seconds between two triggers, for the poller: it decides how long values are fresh. Default: a day. */
  readonly intervalSeconds?: number;
  /** The poller's clock. Default: the clock of the worlds. */
  readonly pollerClock?: Clock;
  /** Changes the app's configuration, such as its base URL. */
  readonly changeApp?: (app: AppConfig) => AppConfig;
  /** Is notified when a call ends; `failure` is undefined if it has succeeded. */
  readonly onCallEnd?: (command: CommandName, failure: FailureReason | undefined) => void;
  /** Is notified when calls go to another domain of the API. */
  readonly onDomainSwitch?: (to: Domain) => void;
  /** Gets each line of the log, from level info on. Default: nothing is logged. */
  readonly onLogLine?: (line: string) => void;
}

/** An app that is polled when the test triggers a task; all tasks are enabled. */
export interface PolledWorld {
  readonly poller: AppPoller;
  /** Triggers a task. Resolves when its collection has ended, with whether it succeeded. */
  collect(task: TaskName): Promise<boolean>;
  /** Triggers all tasks at once. Resolves with whether all collections succeeded. */
  collectAll(): Promise<boolean>;
  /** Waits on the accelerated clock. */
  wait(seconds: number): Promise<void>;
  exported(): ExportedValues;
  /** Every value that was exported at any moment, with its room and task, as JSON. */
  everExported(): ReadonlySet<string>;
  /** Rooms with another response to the task than at the last call of this function. */
  updatedRooms(task: TaskName): readonly string[];
  /** The failures since the last call of this function: each pair of a command and a reason once. */
  failures(): readonly string[];
  /** Calls that wait or are in flight. */
  pendingCalls(): number;
  /** Applies another configuration of the app. */
  reload(change: (app: AppConfig) => AppConfig): Promise<void>;
  stop(): void;
}

/** Polls one app of the worlds. */
export function pollWorld(options: PollOptions): PolledWorld {
  const { clock, discover = 'live', staticRooms = ['live-0'] } = options;
  const { timeoutMs = 10_000, intervalSeconds = 86_400, pollerClock = clock, changeApp = (app) => app } = options;
  const config = { ...options.config, http: { ...options.config.http, timeoutMs } };
  const configured = config.apps.find(({ sdkAppId }) => sdkAppId === (options.sdkAppId ?? sdkAppId));
  if (configured === undefined) throw new Error('the simulator has no such app');
  const app = changeApp({ ...configured, rooms: { ...configured.rooms, discover, static: staticRooms } });
  const signer = createSigner(app, pollerClock.now);
  const waiting = new Map<TaskName, (succeeded: boolean) => void>();
  const recording = new Recording();
  const poller = createAppPoller({
    app,
    config,
    maxShare: 1,
    allowedRate: (rate) => rate,
    signer,
    clock: pollerClock,
    random: () => 0,
    observer: {
      ...silentObserver,
      collectionFinished: ({ task, succeeded }) => waiting.get(task)?.(succeeded),
      callFinished: ({ command, failure }) => {
        if (failure !== undefined) recording.failed(command, failure);
        options.onCallEnd?.(command, failure);
      },
      domainSwitched: ({ to }) => options.onDomainSwitch?.(to),
    },
    listener: { published: (room) => recording.published(room), withdrawn: () => {} },
    logger: createLogger({
      level: options.onLogLine === undefined ? 'error' : 'info',
      format: 'logfmt',
      destination: { write: (line) => options.onLogLine?.(line) },
    }),
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
    wait: (seconds) => new Promise((resolve) => void clock.after(seconds * 1000, resolve)),
    exported: () => valuesOf(exportedRooms(poller.registry)),
    everExported: () => recording.everExported,
    updatedRooms: (task) => recording.updatedRooms(exportedRooms(poller.registry), task),
    failures: () => recording.takeFailures(),
    pendingCalls: () => [...poller.queues.values()].reduce((sum, { inFlight, length }) => sum + inFlight + length, 0),
    reload: (change) => poller.configure({ app: change(app), config, signer }),
    stop: () => poller.stop(),
  };
}
