import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Clock } from '../platform/clock.ts';
import type { AppConfig, Config } from '../config/config.ts';
import type { AppState } from '../status/app-state.ts';
import type { RoomExposition } from '../metrics/rooms/room-exposition.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { AppPoller } from '../polling/app-poller.ts';
import type { PollingObserver } from '../polling/observer.ts';
import { Schedules } from '../polling/collections/schedules.ts';
import { type PolledApp, stateOf } from './app-status.ts';
import type { RoomView, TaskName } from '../rooms/room.ts';
import { createSigner, type Signer } from '../tencent/signer.ts';

export interface PolledAppsOptions {
  readonly config: Config;
  /** A ceiling for the share of the documented quota, whatever the config says; 1 for none. */
  readonly maxShare: number;
  readonly rooms: RoomExposition;
  readonly observer: PollingObserver;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** An app with what its signer was made of, so that a reload can tell whether it still applies. */
interface Entry extends PolledApp {
  readonly signedWith: string;
}

/** The apps that are polled, on their schedules. */
export class PolledApps {
  readonly #options: PolledAppsOptions;
  readonly #schedules: Schedules;
  #config: Config;
  #apps: readonly Entry[] = [];
  #stopped = false;

  /** Throws where a secret key cannot be read. */
  constructor(options: PolledAppsOptions) {
    const { config, logger } = options;
    this.#options = options;
    this.#config = config;
    this.#schedules = new Schedules({
      tasks: config.tasks,
      timezone: config.timezone,
      logger,
      onTrigger: (task) => this.#apps.forEach(({ poller }) => poller.trigger(task)),
    });
    this.#apps = config.apps.map((app) => this.#add(app, this.#sign(app)));
  }

  states(): readonly AppState[] {
    return this.#apps.map((app) => stateOf(app, this.#intervalSeconds));
  }

  /** Unix milliseconds of a task's next firing; undefined where it is switched off. */
  nextTriggerAtMs(task: TaskName): number | undefined {
    return this.#schedules.nextTriggerAtMs(task);
  }

  /** The rooms that are exported and live, of all apps. */
  *rooms(): Generator<{ readonly sdkAppId: number; readonly room: RoomView }> {
    for (const { app, poller } of this.#apps) {
      for (const room of poller.registry.exported()) {
        if (room.endedAtMs === undefined) yield { sdkAppId: app.sdkAppId, room };
      }
    }
  }

  /** Why the apps are not ready to be scraped; undefined once all are. */
  notReadyBecause(): string | undefined {
    return this.#apps.flatMap(({ poller }) => poller.notReadyBecause ?? [])[0];
  }

  /** Starts the schedules, and the first round of every task. */
  start(): void {
    this.#schedules.start();
    for (const { poller } of this.#apps) void poller.start();
  }

  /** Runs one round of every task, without schedules. Resolves with whether all have succeeded. */
  async collectOnce(): Promise<boolean> {
    const results = await Promise.all(this.#apps.map(({ poller }) => poller.start()));
    return results.every(Boolean);
  }

  /**
   * Takes another config. What still applies of an app stays: rooms, rateLimiters, signatures, calls in flight. Throws, before
   * anything has changed, where a secret key cannot be read.
   */
  async configure(config: Config): Promise<void> {
    const wanted = config.apps.map((app) => {
      const before = this.#apps.find(({ app: { sdkAppId } }) => sdkAppId === app.sdkAppId);
      return { app, before, signing: this.#sign(app, before) };
    });
    if (this.#stopped) return;
    const known = this.#apps;
    this.#config = config;
    for (const { app, poller } of known) {
      if (wanted.some(({ before }) => before?.poller === poller)) continue;
      poller.stop();
      this.#options.rooms.removeApp(app.sdkAppId);
    }
    this.#apps = wanted.map(({ app, before, signing }) =>
      before === undefined ? this.#add(app, signing) : { ...before, app, ...signing },
    );
    this.#schedules.configure(config);
    await Promise.all(
      this.#apps.map(async ({ app, poller, signer }) => {
        if (known.some((entry) => entry.poller === poller)) await poller.configure({ app, config, signer });
        else void poller.start();
      }),
    );
  }

  /** Stops schedules and calls. Idempotent. */
  stop(): void {
    this.#stopped = true;
    this.#schedules.stop();
    for (const { poller } of this.#apps) poller.stop();
  }

  readonly #intervalSeconds = (task: TaskName): number => this.#schedules.intervalSeconds(task);

  #add(app: AppConfig, signing: Signing): Entry {
    const { maxShare, rooms, observer, clock, random, logger } = this.#options;
    const poller = new AppPoller({
      app,
      config: this.#config,
      maxShare,
      signer: signing.signer,
      rooms: rooms.addApp(app.sdkAppId),
      clock,
      random,
      observer,
      logger,
      intervalSeconds: this.#intervalSeconds,
    });
    return { app, poller, ...signing };
  }

  /** A signer that still applies stays: what it signed is valid for a day. */
  #sign(app: AppConfig, before?: Entry): Signing {
    const signedWith = signingDigest(app);
    if (before?.signedWith === signedWith) return { signedWith, signer: before.signer };
    return { signedWith, signer: createSigner(app, this.#options.clock.now) };
  }
}

interface Signing {
  readonly signedWith: string;
  readonly signer: Signer;
}

/** A digest of all that a signer is made of, the content of a key's file included. Throws where that cannot be read. */
function signingDigest({ identifier, credentials }: AppConfig): string {
  const key = credentials.kind === 'secret_key_file' ? readFileSync(credentials.path, 'utf8').trim() : '';
  return createHash('sha256')
    .update(JSON.stringify([identifier, credentials, key]))
    .digest('base64');
}
