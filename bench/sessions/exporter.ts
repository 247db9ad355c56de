import { silentObserver } from '../../test/support/silent-observer.ts';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, configSchema } from '../../src/config/config.ts';
import { SavedApps } from '../../src/exporter/saved-apps.ts';
import { createStateFiles } from '../../src/exporter/state-stores.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import type { AppPoller } from '../../src/polling/app-poller.ts';
import { createAppPoller } from '../../src/polling/create-app-poller.ts';
import type { RoomView } from '../../src/rooms/room.ts';
import type { Session } from '../../src/rooms/session.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { RoomMemory } from '../../src/status/room-memory.ts';
import type { TaskName } from '../../src/tasks/tasks.ts';
import { createSigner } from '../../src/tencent/signer.ts';

const intervals: Readonly<Partial<Record<TaskName, number>>> = { room_list: 15, room_info: 60, online_members: 10 };

/** Calls per second of get_online_member_num for the app with the short quota: fewer than its rooms need. */
export interface BenchApp {
  readonly sdkAppId: number;
  readonly onlineMembersPerSecond: number | undefined;
}

interface ExporterOptions {
  readonly simulator: Simulator;
  readonly apps: readonly BenchApp[];
  readonly clock: Clock;
  readonly stateFolder: string;
  readonly onSessionEnd: (sdkAppId: number, session: Session) => void;
  readonly onPublished: (sdkAppId: number, room: RoomView) => void;
  readonly onWithdrawn: (sdkAppId: number, roomId: string) => unknown;
}

/** The parts of the exporter that poll, count and save, with schedules on an accelerated clock. */
export class BenchExporter {
  readonly #options: ExporterOptions;
  #pollers: readonly { readonly sdkAppId: number; readonly poller: AppPoller }[] = [];
  #saved: SavedApps | undefined;
  #stopSchedules: () => void = () => {};

  constructor(options: ExporterOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { apps, clock, stateFolder } = this.#options;
    this.#pollers = apps.map((app) => ({ sdkAppId: app.sdkAppId, poller: this.#createPoller(app) }));
    this.#saved = new SavedApps({
      store: createStateFiles(stateFolder),
      apps: () => this.#pollers,
      history: { lastCollection: () => undefined, restoreCollection: () => {} },
      memory: new RoomMemory(clock),
      events: { restored: () => {}, written: () => {}, failed: () => {}, moved: () => {} },
      clock,
      logger: quiet,
    });
    for (const app of this.#pollers) await this.#saved.startApp(app);
    this.#saved.start();
    this.#stopSchedules = this.#startSchedules();
  }

  /** As SIGTERM does. */
  async stop(): Promise<void> {
    this.#stopSchedules();
    for (const { poller } of this.#pollers) poller.stop();
    await this.#saved?.stop();
  }

  /** As `kill -9` does: the files stay as they were written last. */
  async kill(): Promise<void> {
    const { stateFolder } = this.#options;
    const files = this.#pollers.map(({ sdkAppId }) => join(stateFolder, `${sdkAppId}.state`)).filter(existsSync);
    for (const file of files) copyFileSync(file, `${file}.killed`);
    await this.stop();
    for (const file of files) copyFileSync(`${file}.killed`, file);
  }

  #createPoller({ sdkAppId, onlineMembersPerSecond }: BenchApp): AppPoller {
    const { simulator, clock, onSessionEnd, onPublished, onWithdrawn } = this.#options;
    const config = configOf(simulator, { sdkAppId, onlineMembersPerSecond });
    const [app] = config.apps;
    if (app === undefined) throw new Error('found no app');
    return createAppPoller({
      app,
      config,
      maxShare: 1,
      allowedRate: (rate) => rate,
      signer: createSigner(app, clock.now),
      clock,
      random: Math.random,
      observer: silentObserver,
      listener: {
        published: (room) => onPublished(sdkAppId, room),
        withdrawn: (roomId) => void onWithdrawn(sdkAppId, roomId),
      },
      onSessionEnd: (session) => onSessionEnd(sdkAppId, session),
      logger: quiet,
      intervalSeconds: (task) => intervals[task] ?? 60,
    });
  }

  #startSchedules(): () => void {
    const { clock } = this.#options;
    const cancels = new Map<string, () => void>();
    for (const [task, seconds] of Object.entries(intervals)) {
      const trigger = () => {
        for (const { poller } of this.#pollers) poller.trigger(task as TaskName);
        const intervalMs = seconds * 1000;
        cancels.set(task, clock.after(intervalMs - (clock.now() % intervalMs), trigger));
      };
      trigger();
    }
    return () => cancels.forEach((cancel) => cancel());
  }
}

const quiet = createLogger({ level: 'error', format: 'logfmt', destination: { write: () => {} } });

function configOf(simulator: Simulator, { sdkAppId, onlineMembersPerSecond }: BenchApp): Config {
  const app = simulator.apps.find((candidate) => candidate.sdkAppId === sdkAppId);
  const hasShortQuota = onlineMembersPerSecond !== undefined;
  return configSchema('.').parse({
    apps: [
      {
        sdk_app_id: sdkAppId,
        identifier: app?.identifier,
        secret_key: app?.secretKey,
        base_url: simulator.origin,
      },
    ],
    tasks: {
      online_members: hasShortQuota ? { requests_per_second: onlineMembersPerSecond } : {},
      member_list: { enabled: false },
    },
    // Timeouts are real time, and a slow response of the busy machine is no outage.
    http: { timeout: '10s', retries: 1 },
    quota: { share: 1 },
  });
}
