import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateEvents } from '../metrics/self/state-metrics.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { readSealedFile, writeSealedFile } from '../platform/sealed-file.ts';
import { TimeBudget } from '../platform/time-budget.ts';
import type { AppPoller } from '../polling/app-poller.ts';
import { type ByTask, byTask, type SavedPolling } from '../polling/saved-polling.ts';
import { roomFromLine, roomToLine } from '../rooms/saved-room.ts';
import type { LastCollection, PollingHistory } from '../status/polling-history.ts';
import { taskNames } from '../tasks/tasks.ts';

/** How often what has changed is written. */
const everyMs = 15_000;

const format = 'state of tencent-live-exporter';
const version = 1;

/** The first line of a file. The lines after it are the rooms. */
interface Header {
  readonly format: string;
  readonly version: number;
  readonly sdkAppId: number;
  /** Whether it was written at stop, so that nothing has changed since. */
  readonly isLast: boolean;
  readonly polling: SavedPolling;
  readonly collections: ByTask<LastCollection>;
}

interface SavedApp {
  readonly sdkAppId: number;
  readonly poller: AppPoller;
}

interface SavedAppsOptions {
  /** The folder of the files; empty if nothing is saved. */
  readonly directory: string;
  readonly apps: () => readonly SavedApp[];
  readonly history: Pick<PollingHistory, 'lastCollection' | 'restoreCollection'>;
  readonly events: StateEvents;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Saves what is known of each app in a file of its own, every 15 s and at stop, and restores it at the next start. No error of
 * a file is fatal: without its file, an app starts as if it were new.
 */
export class SavedApps {
  readonly #options: SavedAppsOptions;
  /** The version of the registry that was written last, by app. */
  readonly #written = new Map<AppPoller, number>();
  /** Apps whose last write failed: that is logged once. */
  readonly #failing = new Set<number>();
  #cancel: () => void = () => {};
  #isStopped = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: SavedAppsOptions) {
    this.#options = options;
  }

  /** Restores every app that has a file, and starts its polling. Resolves with the apps that are yet to be started. Never rejects. */
  async resume(): Promise<readonly SavedApp[]> {
    if (this.#isOff) return this.#options.apps();
    const resumed = await Promise.all(
      this.#options.apps().map(async (app) => ((await this.#resumeApp(app)) ? [] : [app])),
    );
    return resumed.flat();
  }

  /** Starts to write. */
  start(): void {
    if (this.#isOff) return;
    this.#cancel = this.#options.clock.after(everyMs, () => void (this.#writing = this.#writeAndWait()));
  }

  /** Writes for the last time. Never rejects. Idempotent. */
  async stop(): Promise<void> {
    if (this.#isOff || this.#isStopped) return;
    this.#isStopped = true;
    this.#cancel();
    await this.#writing;
    await this.#writeAll();
  }

  get #isOff(): boolean {
    return this.#options.directory === '';
  }

  async #writeAndWait(): Promise<void> {
    await this.#writeAll();
    if (!this.#isStopped) this.start();
  }

  async #writeAll(): Promise<void> {
    for (const app of this.#options.apps()) await this.#write(app);
  }

  async #write({ sdkAppId, poller }: SavedApp): Promise<void> {
    const { directory, events, clock, logger } = this.#options;
    const registryVersion = poller.registry.version;
    if (this.#written.get(poller) === registryVersion && !this.#isStopped) return;
    const path = this.#pathOf(sdkAppId);
    try {
      await mkdir(directory, { recursive: true });
      const bytes = await writeSealedFile(path, this.#linesOf({ sdkAppId, poller }));
      this.#written.set(poller, registryVersion);
      events.written({ sdkAppId, bytes, atMs: clock.now() });
      if (this.#failing.delete(sdkAppId)) logger.info({ sdk_app_id: sdkAppId, file: path }, 'state is written again');
    } catch (err) {
      events.failed({ sdkAppId, operation: 'write' });
      if (this.#failing.has(sdkAppId)) return;
      this.#failing.add(sdkAppId);
      logger.warn(
        { sdk_app_id: sdkAppId, file: path, err },
        'state cannot be written: a restart now would begin without it',
      );
    }
  }

  async *#linesOf({ sdkAppId, poller }: SavedApp): AsyncGenerator<string> {
    const { history, clock } = this.#options;
    const header: Header = {
      format,
      version,
      sdkAppId,
      isLast: this.#isStopped,
      polling: poller.savedState,
      collections: byTask((task) => history.lastCollection({ sdkAppId, task })),
    };
    yield JSON.stringify(header);
    const budget = new TimeBudget(clock);
    // A room that changes meanwhile is saved as it was or as it is then.
    for (const room of poller.registry.rooms()) {
      yield roomToLine(room);
      if (budget.isExceeded) await budget.yield();
    }
  }

  /** Resolves with whether there was a state that could be used. */
  async #resumeApp({ sdkAppId, poller }: SavedApp): Promise<boolean> {
    const { history, events, logger } = this.#options;
    const path = this.#pathOf(sdkAppId);
    try {
      const lines = readSealedFile(path);
      const first = await lines.next();
      const header = JSON.parse(first.value ?? '') as Header;
      if (header.format !== format || header.version !== version || header.sdkAppId !== sdkAppId) {
        throw new Error(`expected the first line of a ${format}, version ${version}, of app ${sdkAppId}`);
      }
      if (!poller.canResume(header.polling)) {
        logger.info(
          { sdk_app_id: sdkAppId, file: path },
          'state not used: it does not have all rooms, or rooms are discovered in another way now',
        );
        return false;
      }
      let rooms = 0;
      for await (const line of lines) {
        poller.registry.restore(roomFromLine(line, header));
        rooms += 1;
      }
      for (const task of taskNames) {
        const last = header.collections[task];
        if (last !== undefined) history.restoreCollection({ sdkAppId, task, ...last });
      }
      await poller.resume(header.polling);
      events.restored({ sdkAppId, rooms });
      logger.info({ sdk_app_id: sdkAppId, rooms }, 'state restored');
      return true;
    } catch (err) {
      if ((err as { readonly code?: unknown }).code === 'ENOENT') return false;
      events.failed({ sdkAppId, operation: 'read' });
      const setAside = `${path}.unreadable`;
      await rename(path, setAside).catch(() => {});
      logger.warn(
        { sdk_app_id: sdkAppId, file: setAside, err },
        'state cannot be read: set aside, starting without it',
      );
      return false;
    }
  }

  #pathOf(sdkAppId: number): string {
    return join(this.#options.directory, `${sdkAppId}.state`);
  }
}
