import type { AppConfig, Config } from '../config/config.ts';
import type { RoomMetrics } from '../metrics/rooms/room-metrics.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import type { AppPoller } from '../polling/app-poller.ts';
import { Schedules } from '../polling/collections/schedules.ts';
import { createAppPoller } from '../polling/create-app-poller.ts';
import type { EventObserver } from '../polling/events/event-observer.ts';
import { RecentKeys, recentEventKeys } from '../polling/events/recent-keys.ts';
import type { PollingObserver } from '../polling/observer.ts';
import type { AllowedRate } from '../polling/queue/request-queue-options.ts';
import { AudienceHistory } from '../rooms/audience-history.ts';
import type { Room, RoomView } from '../rooms/room.ts';
import type { Session } from '../rooms/session.ts';
import type { AppRefusal, AppStatus } from '../status/app-status.ts';
import type { RoomRef } from '../status/room-status.ts';
import type { TaskName } from '../tasks/tasks.ts';
import { adviceFor } from '../tencent/advice.ts';
import type { CallFailure } from '../tencent/failures.ts';
import { createSigner, type Signer } from '../tencent/signer.ts';

interface PolledAppsOptions {
  readonly config: Config;
  /** The largest share of the documented quota that is used, whatever the configuration says; Infinity for no such limit. */
  readonly maxShare: number;
  /** Whether several replicas share the apps: then no app is polled until it is added. */
  readonly isShared: boolean;
  readonly rooms: RoomMetrics;
  /** Is notified when a life of an exported room has ended. */
  readonly onSessionEnd: (sdkAppId: number, session: Session) => void;
  readonly observer: PollingObserver;
  /** Is notified of what becomes of the events of webhooks. */
  readonly eventObserver: EventObserver;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** The apps that are polled, on their schedules. */
export class PolledApps {
  readonly #options: PolledAppsOptions;
  readonly #schedules: Schedules;
  /** One for all apps, since it takes much memory. */
  readonly #recentKeys = new RecentKeys(recentEventKeys);
  #config: Config;
  /** All apps of the configuration, by id. */
  #signed: ReadonlyMap<number, SignedApp>;
  /** Of the apps that are polled, by id. */
  readonly #pollers = new Map<number, AppPoller>();
  #isStopped = false;

  /** Throws if a secret key cannot be read. */
  constructor(options: PolledAppsOptions) {
    const { config, clock } = options;
    this.#options = options;
    this.#config = config;
    this.#schedules = new Schedules({
      tasks: config.tasks,
      timezone: config.timezone,
      clock,
      onTrigger: (task) => this.#apps.forEach(({ poller }) => poller.trigger(task)),
    });
    this.#signed = new Map(
      config.apps.map((app) => [app.sdkAppId, { app, signer: createSigner(app, clock.now) }] as const),
    );
    if (!options.isShared) for (const app of this.#signed.values()) this.#poll(app);
  }

  /** The ids of all apps of the configuration, whether they are polled or not. */
  configured(): readonly number[] {
    return [...this.#signed.keys()];
  }

  /** Adds an app of the configuration, which is yet to be started; undefined if the configuration does not have it any more. */
  add(
    sdkAppId: number,
    allowedRate: AllowedRate,
  ): { readonly sdkAppId: number; readonly poller: AppPoller } | undefined {
    const app = this.#signed.get(sdkAppId);
    return app === undefined || this.#isStopped ? undefined : { sdkAppId, poller: this.#poll(app, allowedRate) };
  }

  /** Aborts all calls for an app, and exports it no longer. */
  remove(sdkAppId: number): void {
    this.#pollers.get(sdkAppId)?.stop();
    this.#pollers.delete(sdkAppId);
    this.#options.rooms.removeApp(sdkAppId);
  }

  /** The poller of an app; undefined if it is not polled. */
  pollerOf(sdkAppId: number): AppPoller | undefined {
    return this.#pollers.get(sdkAppId);
  }

  statuses(): readonly AppStatus[] {
    const at = { steadyMs: this.#options.clock.steady(), intervalSeconds: this.#intervalSeconds };
    return this.#apps.map((app) => appStatus(app, at));
  }

  /** Unix milliseconds of a task's next trigger; undefined if the task is switched off. */
  nextTriggerAtMs(task: TaskName): number | undefined {
    return this.#schedules.nextTriggerAtMs(task);
  }

  /** The rooms of all apps that are exported and alive. */
  *rooms(): Generator<{ readonly sdkAppId: number; readonly room: RoomView }> {
    for (const { app, poller } of this.#apps) {
      for (const room of poller.registry.rooms()) {
        if (room.isSelected) yield { sdkAppId: app.sdkAppId, room };
      }
    }
  }

  /** A room, exported or not; undefined if it is not known. */
  room({ sdkAppId, roomId }: RoomRef): Room | undefined {
    return this.#pollers.get(sdkAppId)?.registry.get(roomId);
  }

  /** Why the apps are not ready to be scraped; undefined once all are. */
  notReadyBecause(): string | undefined {
    return this.#apps.flatMap(({ poller }) => poller.notReadyBecause ?? [])[0];
  }

  /** The pollers of all apps. */
  pollers(): readonly { readonly sdkAppId: number; readonly poller: AppPoller }[] {
    return this.#apps.map(({ app: { sdkAppId }, poller }) => ({ sdkAppId, poller }));
  }

  /** Starts the schedules. */
  start(): void {
    this.#schedules.start();
  }

  /** Runs one collection of every task, without schedules. Resolves with whether all succeeded. */
  async collectOnce(): Promise<boolean> {
    const results = await Promise.all(this.#apps.map(({ poller }) => poller.start()));
    return results.every(Boolean);
  }

  /**
   * Applies another configuration. Whatever still applies to an app stays: rooms, rate limiters, signatures, calls in flight.
   * Throws, before anything has changed, if a secret key cannot be read.
   */
  async configure(config: Config): Promise<void> {
    const { clock, isShared } = this.#options;
    const signed = config.apps.map((app) => {
      const before = this.#signed.get(app.sdkAppId)?.signer;
      const signer = createSigner(app, clock.now, before);
      // A signer that still applies stays: its UserSig is valid for a day.
      return [app.sdkAppId, { app, signer: before?.digest === signer.digest ? before : signer }] as const;
    });
    if (this.#isStopped) return;
    this.#config = config;
    this.#signed = new Map(signed);
    const known = new Set(this.#pollers.keys());
    for (const sdkAppId of known) if (!this.#signed.has(sdkAppId)) this.remove(sdkAppId);
    for (const [sdkAppId, app] of this.#signed) if (!isShared && !known.has(sdkAppId)) this.#poll(app);
    this.#schedules.configure(config);
    await Promise.all(
      this.#apps.map(async ({ app, poller, signer }) => {
        if (known.has(app.sdkAppId)) await poller.configure({ app, config, signer });
        else void poller.start();
      }),
    );
  }

  /** Stops schedules and calls. Idempotent. */
  stop(): void {
    this.#isStopped = true;
    this.#schedules.stop();
    for (const { poller } of this.#apps) poller.stop();
  }

  /** The apps that are polled, in the order of the configuration. */
  get #apps(): readonly PolledApp[] {
    return [...this.#signed].flatMap(([sdkAppId, app]) => {
      const poller = this.#pollers.get(sdkAppId);
      return poller === undefined ? [] : [{ ...app, poller }];
    });
  }

  readonly #intervalSeconds = (task: TaskName): number => this.#schedules.intervalSeconds(task);

  #poll({ app, signer }: SignedApp, allowedRate: AllowedRate = wholeRate): AppPoller {
    const { rooms, onSessionEnd, ...options } = this.#options;
    const audiences = new AudienceHistory();
    const poller: AppPoller = createAppPoller({
      ...options,
      allowedRate,
      recentKeys: this.#recentKeys,
      app,
      config: this.#config,
      signer,
      audiences,
      listener: rooms.addApp(app.sdkAppId, audiences),
      onSessionEnd: (session) => onSessionEnd(app.sdkAppId, session),
      intervalSeconds: this.#intervalSeconds,
    });
    this.#pollers.set(app.sdkAppId, poller);
    return poller;
  }
}

/** Without `ErrorInfo`, which may name accounts. */
function refusalOf(failure: CallFailure): AppRefusal {
  const { code, reason, command, message, requestId } = failure;
  const found = code === undefined ? message : `error ${code} (${reason}) from ${command}`;
  return { code, reason, command, requestId, text: `${found}: ${adviceFor(failure)}` };
}

/** No other replica polls the app. */
const wholeRate: AllowedRate = (ratePerSecond) => ratePerSecond;

interface SignedApp {
  readonly app: AppConfig;
  readonly signer: Signer;
}

interface PolledApp extends SignedApp {
  readonly poller: AppPoller;
}

/** The state of a polled app now, for the metrics and the status page. */
function appStatus(
  { app, poller, signer }: PolledApp,
  { steadyMs, intervalSeconds }: { readonly steadyMs: number; readonly intervalSeconds: (task: TaskName) => number },
): AppStatus {
  const { registry, queues } = poller;
  const counts = registry.counts();
  const { firstListing, scheduleMisfits } = poller.progress;
  return {
    sdkAppId: app.sdkAppId,
    name: app.name,
    region: app.region,
    up: poller.isUp,
    refusal: poller.refusal === undefined ? undefined : refusalOf(poller.refusal),
    roomFiles: poller.roomFiles.map(({ path, errors }) => ({ path, failed: errors.length > 0 })),
    knownRooms: poller.roomsAreKnown ? counts.alive : undefined,
    firstListing: firstListing && { ...firstListing, rooms: counts.alive },
    droppedRooms: { limit: counts.overLimit, filter: counts.filtered },
    counters: registry.counters,
    massEndSuspected: registry.isMassEndSuspected(steadyMs),
    queues: [...queues.values()].map((queue) => ({
      command: queue.command,
      inFlight: queue.inFlight,
      queueLength: queue.length,
      queueOldestSeconds: queue.oldestSeconds,
      rateLimit: queue.isPaused ? 0 : queue.ratePerSecond,
    })),
    tasks: [...queues.keys()].map((task) => ({
      task,
      intervalSeconds: intervalSeconds(task),
      available: poller.isAvailable(task),
      firstRound: poller.firstRound(task),
    })),
    scheduleMisfits,
    userSigExpirySeconds: signer.expiresAtSeconds(),
  };
}
