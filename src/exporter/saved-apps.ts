import type { StateEvents } from '../metrics/self/state-metrics.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logging/logger.ts';
import { TimeBudget } from '../platform/time-budget.ts';
import type { AppPoller } from '../polling/app-poller.ts';
import { type ByTask, byTask, type SavedPolling } from '../polling/saved-polling.ts';
import { roomFromLine, roomToLine } from '../rooms/saved-room.ts';
import type { LastCollection, PollingHistory } from '../status/polling-history.ts';
import type { RoomMemory, SavedMemory } from '../status/room-memory.ts';
import { taskNames } from '../tasks/tasks.ts';

/** How often what has changed is written. */
const everyMs = 15_000;

const format = 'state of tencent-live-exporter';
const version = 1;

/** The first line of a state. The lines after it are the rooms. */
interface Header {
  readonly format: string;
  readonly version: number;
  readonly sdkAppId: number;
  /** Whether it was written at stop, so that nothing has changed since. */
  readonly isLast: boolean;
  /** By how much the wall clock was ahead of the times of the rooms, in milliseconds, because it had been set. Default: 0. */
  readonly clockStepMs?: number;
  /** By the clock of the times of the rooms. */
  readonly savedAtMs?: number;
  readonly polling: SavedPolling;
  readonly collections: ByTask<LastCollection>;
  /** What the status page remembers; older versions did not save it. */
  readonly memory?: SavedMemory | undefined;
}

export function stateHeader(fields: Omit<Header, 'format' | 'version'>): Header {
  return { format, version, ...fields };
}

/** An app that is polled. */
export interface SavedApp {
  readonly sdkAppId: number;
  readonly poller: AppPoller;
}

interface SavedLines {
  /** They are checked before the first one. */
  readonly lines: AsyncGenerator<string>;
  /** How long ago they were saved, if another machine may have done so, whose clock may differ. */
  readonly ageMs?: number;
}

/** Where the states of apps are kept. */
export interface StateStore {
  /** Resolves with the bytes that were written, or with undefined if the app has another owner now. */
  readonly write: (sdkAppId: number, lines: AsyncIterable<string>) => Promise<number | undefined>;
  /** Resolves with undefined if there is no state. */
  readonly read: (sdkAppId: number) => Promise<SavedLines | undefined>;
  /** Keeps a state that cannot be read; resolves with fields that say where. */
  readonly setAside: (sdkAppId: number) => Promise<Readonly<Record<string, string>>>;
  /** Where a state is, as a field of a log line. */
  readonly place: (sdkAppId: number) => Readonly<Record<string, string>>;
}

interface SavedAppsOptions {
  /** Undefined if nothing is saved. */
  readonly store: StateStore | undefined;
  readonly apps: () => readonly SavedApp[];
  readonly history: Pick<PollingHistory, 'lastCollection' | 'restoreCollection'>;
  readonly memory: Pick<RoomMemory, 'save' | 'restore'>;
  readonly events: StateEvents;
  /** Is called after an app was written. `polling`: what was written of it. */
  readonly onWritten?: (sdkAppId: number, polling: SavedPolling) => void;
  readonly clock: Clock;
  readonly logger: Logger;
}

/**
 * Saves what is known of each app, every 15 s and at stop, and restores it at the next start. No error of the store is fatal:
 * without its state, an app starts as if it were new.
 */
export class SavedApps {
  readonly #options: SavedAppsOptions;
  /** The version of the registry that was written last, by app. */
  readonly #written = new WeakMap<AppPoller, number>();
  /** Apps whose last write failed: that is logged once. */
  readonly #failing = new Set<number>();
  #cancel: () => void = () => {};
  #isStopped = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: SavedAppsOptions) {
    this.#options = options;
  }

  /** Starts to write. */
  start(): void {
    if (this.#options.store === undefined) return;
    this.#cancel = this.#options.clock.after(everyMs, () => void (this.#writing = this.#writeAndWait()));
  }

  /** Writes for the last time. Never rejects. Idempotent. */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#cancel();
    await this.#writing;
    await this.#writeAll();
  }

  async #writeAndWait(): Promise<void> {
    await this.#writeAll();
    if (!this.#isStopped) this.start();
  }

  async #writeAll(): Promise<void> {
    for (const app of this.#options.apps()) await this.write(app, { isLast: this.#isStopped });
  }

  /** Writes the state of an app although it has not changed: the store has lost it. Never rejects. */
  async writeAgain(app: SavedApp): Promise<void> {
    this.#written.delete(app.poller);
    await this.write(app, { isLast: false });
  }

  /** Writes the state of an app if it has changed, or if it is the last time. Never rejects. */
  async write(app: SavedApp, { isLast }: { readonly isLast: boolean }): Promise<void> {
    const { store, events, onWritten = () => {}, clock, logger } = this.#options;
    const { sdkAppId, poller } = app;
    const registryVersion = poller.registry.version;
    if (store === undefined || (this.#written.get(poller) === registryVersion && !isLast)) return;
    const fields = { sdk_app_id: sdkAppId, ...store.place(sdkAppId) };
    try {
      let polling: SavedPolling | undefined;
      const lines = this.#linesOf(app, { isLast, onHeader: (header) => ({ polling } = header) });
      const bytes = await store.write(sdkAppId, lines);
      if (bytes === undefined) return;
      if (polling !== undefined) onWritten(sdkAppId, polling);
      this.#written.set(poller, registryVersion);
      events.written({ sdkAppId, bytes, atMs: clock.now() });
      if (this.#failing.delete(sdkAppId)) logger.info(fields, 'state is written again');
    } catch (err) {
      events.failed({ sdkAppId, operation: 'write' });
      if (this.#failing.has(sdkAppId)) return;
      this.#failing.add(sdkAppId);
      logger.warn({ ...fields, err }, 'state cannot be written: a restart now would begin without it');
    }
  }

  async *#linesOf(
    { sdkAppId, poller }: SavedApp,
    { isLast, onHeader }: { readonly isLast: boolean; readonly onHeader: (header: Header) => void },
  ): AsyncGenerator<string> {
    const { history, memory, clock } = this.#options;
    // Otherwise rooms would contain events after the saved position, and the next owner would apply them again.
    const release = poller.events.hold();
    try {
      const header = stateHeader({
        sdkAppId,
        isLast,
        savedAtMs: clock.steady(),
        clockStepMs: clock.toWallMs(0),
        polling: poller.savedState,
        collections: byTask((task) => history.lastCollection({ sdkAppId, task })),
        memory: memory.save(sdkAppId),
      });
      onHeader(header);
      yield JSON.stringify(header);
      const budget = new TimeBudget(clock);
      // A room that changes meanwhile is saved as it was or as it is then.
      for (const room of poller.registry.rooms()) {
        yield roomToLine(room, poller.registry.audiences);
        if (budget.isExceeded) await budget.yield();
      }
    } finally {
      release();
    }
  }

  /** Starts to poll an app: from its state, if there is one that can be used. Never rejects. */
  async startApp(app: SavedApp): Promise<void> {
    if (!(await this.#resume(app))) void app.poller.start();
  }

  /** Resolves with whether there was a state that could be used. */
  async #resume({ sdkAppId, poller }: SavedApp): Promise<boolean> {
    const { store, history, memory, events, clock, logger } = this.#options;
    if (store === undefined) return false;
    const fields = { sdk_app_id: sdkAppId, ...store.place(sdkAppId) };
    try {
      const saved = await store.read(sdkAppId);
      if (saved === undefined) return false;
      const { lines, ageMs } = saved;
      const first = await lines.next();
      const header = JSON.parse(first.value ?? '') as Header;
      if (header.format !== format || header.version !== version || header.sdkAppId !== sdkAppId) {
        throw new Error(`expected the first line of a ${format}, version ${version}, of app ${sdkAppId}`);
      }
      if (!poller.canResume(header.polling)) {
        logger.info(fields, 'state not used: it does not have all rooms, or rooms are discovered in another way now');
        return false;
      }
      const { isLast, clockStepMs = 0, savedAtMs = 0 } = header;
      const nowMs = clock.steady();
      const laterMs = ageMs === undefined ? clockStepMs - clock.toWallMs(0) : nowMs - (savedAtMs + ageMs);
      const { audiences } = poller.registry;
      let rooms = 0;
      for await (const line of lines) {
        poller.registry.restore(roomFromLine(line, { isLast, laterMs, nowMs, audiences }));
        rooms += 1;
      }
      for (const task of taskNames) {
        const last = header.collections[task];
        if (last !== undefined) history.restoreCollection({ sdkAppId, task, ...last });
      }
      if (header.memory !== undefined) {
        memory.restore(sdkAppId, header.memory, (atMs) => Math.min(atMs + laterMs, nowMs));
      }
      await poller.resume(header.polling, header);
      events.restored({ sdkAppId, rooms });
      logger.info({ sdk_app_id: sdkAppId, rooms }, 'state restored');
      return true;
    } catch (err) {
      events.failed({ sdkAppId, operation: 'read' });
      const kept = await store.setAside(sdkAppId).catch(() => ({}));
      logger.warn({ ...fields, ...kept, err }, 'state cannot be read: the app starts without it');
      return false;
    }
  }
}
