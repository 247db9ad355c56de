import type { Clock } from '../../platform/clock.ts';
import type { RoomChanges, RoomWork } from '../../rooms/registry-options.ts';
import type { RoomRegistry } from '../../rooms/registry.ts';
import type { RoomLister } from '../../tasks/task.ts';
import type { TencentClient } from '../../tencent/client.ts';
import { CallFailure } from '../../tencent/failures.ts';
import { PageCursor } from '../../tencent/page-cursor.ts';
import { listerOf, type PollerConfig } from '../poller-config.ts';
import type { TaskQueueSpec } from '../queue/app-queues.ts';
import type { Job } from '../queue/queue-entry.ts';

interface ListingsOptions extends Omit<ListingContext, 'lister' | 'isCurrent'> {
  /** How rooms are discovered at present: a reload may change it. */
  readonly lister: () => ListingContext['lister'];
  /** The value of `rooms.discover` at present. */
  readonly discover: () => string;
}

/** The listings of one app, one after another. */
export class Listings {
  readonly #options: ListingsOptions;
  #hasEnded = false;
  #hasReadList = false;
  #lastSucceeded = false;
  #startedMs: number | undefined;
  #pagesRead = 0;
  #lastDurationMs = 0;
  #listeners: ((failure?: CallFailure) => void)[] = [];

  constructor(options: ListingsOptions) {
    this.#options = options;
  }

  /** Whether a listing has ended, successfully or not. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether a listing has read the whole list since rooms are discovered in the current way. */
  get hasReadList(): boolean {
    return this.#hasReadList;
  }

  /** Whether the list is known as it is now: the last listing has succeeded too. */
  get isListKnown(): boolean {
    return this.#hasReadList && this.#lastSucceeded;
  }

  /** How far the present listing is. If no listing runs, nothing of it has been read. */
  get progress(): { readonly pages: number; readonly runningSeconds: number } {
    const nowMs = this.#options.clock.monotonic();
    return { pages: this.#pagesRead, runningSeconds: (nowMs - (this.#startedMs ?? nowMs)) / 1000 };
  }

  /** How long the last listing took or, if that is longer, how long the present one has taken so far, in milliseconds. */
  get durationMs(): number {
    const nowMs = this.#options.clock.monotonic();
    return Math.max(this.#lastDurationMs, nowMs - (this.#startedMs ?? nowMs));
  }

  /** A process before has read the whole list. */
  restore(): void {
    this.#hasReadList = true;
  }

  /** Rooms are discovered in another way now: the listings so far say nothing about it. */
  forget(): void {
    this.#hasReadList = false;
    this.#lastSucceeded = false;
  }

  /** Adds a listener that is called once, when the next listing ends. */
  onNextEnd(listener: (failure?: CallFailure) => void): void {
    this.#listeners.push(listener);
  }

  /** The listing that runs or waits will not go on: rooms are no longer discovered, or in another way. */
  cancel(): void {
    this.#end(abandoned(this.#options.lister()));
  }

  /** A listing, as a job of the request queue. */
  startJob(): Job {
    const { discover, lister: currentLister, ...context } = this.#options;
    this.#startedMs = this.#options.clock.monotonic();
    const discovery = discover();
    const lister = currentLister();
    const next = startListing({ ...context, lister, isCurrent: () => discovery === discover() });
    return {
      next: async () => {
        const result = await next();
        this.#pagesRead += 1;
        if (result === 'more') return 'more';
        if (result === 'abandoned') {
          this.#end(abandoned(lister));
          return 'done';
        }
        if (result === 'whole list') this.#hasReadList = true;
        this.#lastDurationMs = this.#options.clock.monotonic() - (this.#startedMs ?? 0);
        this.#end();
        return 'done';
      },
      failed: (failure) => this.#end(failure),
    };
  }

  #end(failure?: CallFailure): void {
    this.#hasEnded = true;
    this.#startedMs = undefined;
    this.#pagesRead = 0;
    this.#lastSucceeded = failure === undefined;
    if (failure !== undefined) void this.#options.applyAll(this.#options.registry.abandonListing());
    for (const listener of this.#listeners.splice(0)) listener(failure);
  }
}

function abandoned({ command }: RoomLister): CallFailure {
  const found = 'abandoned because a reload has changed how rooms are discovered';
  return new CallFailure({ command: command.name, reason: 'unknown', found });
}

interface ListingContext {
  readonly lister: RoomLister;
  readonly call: TencentClient['call'];
  readonly registry: RoomRegistry;
  readonly clock: Clock;
  readonly onChanges: (changes: RoomChanges) => void;
  /** Applies what work on all rooms changes. Resolves at its end. */
  readonly applyAll: (work: RoomWork) => Promise<void>;
  /** Whether the undocumented counts of the list are used. */
  readonly usesCounts: () => boolean;
  /** False once rooms are discovered in another way: then the list is of no use any more. */
  readonly isCurrent: () => boolean;
}

/**
 * Reads all pages of the room list once; each call of the returned function reads one page. The registry gets the rooms page
 * by page, so new rooms are polled while the listing goes on. Only a listing that has read the list to its end says which
 * rooms are missing: a page without rows that can be read, or without a cursor, makes it a part of the list. Resolves with
 * `abandoned` if rooms are discovered in another way meanwhile.
 */
function startListing(
  context: ListingContext,
): () => Promise<'more' | 'abandoned' | 'whole list' | 'part of the list'> {
  const { lister, call, registry, clock, onChanges, applyAll, usesCounts, isCurrent } = context;
  const { command, maxPages, roomsPerPage } = lister;
  const cursor = new PageCursor({ command: command.name, maxPages, rowsPerPage: roomsPerPage });
  let next = '';
  let unidentifiedRooms = 0;
  registry.startListing();
  return async () => {
    const page = await call(command, { next });
    if (!isCurrent()) return 'abandoned';
    let hasNewRows = false;
    for (const row of page.rooms) {
      if (!usesCounts()) row.memberCount = row.onlineCount = undefined;
      const { isFirst, changes } = registry.listed(row, clock.steady());
      hasNewRows ||= isFirst;
      onChanges(changes);
    }
    unidentifiedRooms += (page.rows ?? 0) - page.rooms.length;
    const following = cursor.after({ ...page, hasNewRows });
    if (following !== undefined) {
      next = following;
      return 'more';
    }
    const { isWhole } = cursor;
    await applyAll(registry.endListing({ isWhole, unidentifiedRooms, nowMs: clock.steady() }));
    return isWhole ? 'whole list' : 'part of the list';
  };
}

/** The settings of the request queue for the room list. */
export function listQueueSpec(config: PollerConfig, listings: Listings): TaskQueueSpec {
  return {
    task: 'room_list',
    command: listerOf(config).command,
    startJob: () => listings.startJob(),
    weightOf: () => 1,
    callsPerJob: 1,
    cacheAgeMs: 0,
    maxAgeMs: Infinity,
  };
}
