import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import type { RoomChanges } from '../../rooms/registry-options.ts';
import type { RoomRegistry } from '../../rooms/registry.ts';
import type { RoomLister } from '../../tasks/task.ts';
import type { TencentClient } from '../../tencent/client.ts';
import { CursorGuard } from '../../tencent/cursor-guard.ts';
import { CallFailure } from '../../tencent/failures.ts';
import type { Job } from '../queue/queue-entry.ts';

interface ListingsOptions extends Omit<ListingContext, 'lister' | 'isCurrent'> {
  /** How rooms are discovered at present: a reload may change it. */
  readonly lister: () => ListingContext['lister'];
  /** The value of `rooms.discover` at present. */
  readonly discover: () => string;
  /** With the app's own fields. */
  readonly logger: Logger;
}

/** The listings of one app, one after another. */
export class Listings {
  readonly #options: ListingsOptions;
  #hasEnded = false;
  #hasSucceeded = false;
  #listeners: ((failure?: CallFailure) => void)[] = [];

  constructor(options: ListingsOptions) {
    this.#options = options;
  }

  /** Whether a listing has ended, successfully or not. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether a listing has succeeded since rooms are discovered in the current way. */
  get hasSucceeded(): boolean {
    return this.#hasSucceeded;
  }

  /** Rooms are discovered in another way now: the listings so far say nothing about it. */
  forget(): void {
    this.#hasSucceeded = false;
  }

  /** Adds a listener that is called once, when the next listing ends. */
  onNextEnd(listener: (failure?: CallFailure) => void): void {
    this.#listeners.push(listener);
  }

  /** The listing that runs or waits will not go on: rooms are no longer discovered. */
  cancel(): void {
    const command = this.#options.lister().command.name;
    this.#end(
      new CallFailure({ command, reason: 'unknown', found: 'cancelled because a reload has disabled the task' }),
    );
  }

  /** A listing, as a job of the request queue. */
  startJob(): Job {
    const { discover, lister: currentLister, logger, ...context } = this.#options;
    const discovery = discover();
    const lister = currentLister();
    const next = startListing({ ...context, lister, isCurrent: () => discovery === discover() });
    return {
      next: async () => {
        const result = await next();
        if (result === 'more') return 'more';
        if (result === 'abandoned') {
          const found = 'abandoned because a reload has changed how rooms are discovered';
          this.#end(new CallFailure({ command: lister.command.name, reason: 'unknown', found }));
          return 'done';
        }
        const { unreadableRows, ...counts } = result;
        if (unreadableRows > 0) {
          logger.warn({ ...counts, unreadable_rows: unreadableRows }, 'room list has rows that could not be read');
        }
        this.#end();
        return 'done';
      },
      failed: (failure) => this.#end(failure),
    };
  }

  #end(failure?: CallFailure): void {
    this.#hasEnded = true;
    if (failure === undefined) this.#hasSucceeded = true;
    else this.#options.onChanges(this.#options.registry.abandonListing());
    for (const listener of this.#listeners.splice(0)) listener(failure);
  }
}

interface ListingContext {
  readonly lister: RoomLister;
  readonly call: TencentClient['call'];
  readonly registry: RoomRegistry;
  readonly clock: Clock;
  readonly onChanges: (changes: RoomChanges) => void;
  /** False once rooms are discovered in another way: then the list is of no use any more. */
  readonly isCurrent: () => boolean;
}

interface ListingResult {
  readonly rooms: number;
  readonly pages: number;
  /** Rows that could not be read: a room that this listing did not contain may be one of them. */
  readonly unreadableRows: number;
}

/**
 * Reads all pages of the room list once; each call of the returned function reads one page. The registry gets the rooms page
 * by page, so new rooms are polled while the listing goes on. Only a listing that reaches the end of the list, and could read
 * every row, says which rooms are missing. Resolves with `abandoned` if rooms are discovered in another way meanwhile.
 */
function startListing(context: ListingContext): () => Promise<'more' | 'abandoned' | ListingResult> {
  const { lister, call, registry, clock, onChanges, isCurrent } = context;
  const guard = new CursorGuard(lister.command.name, lister.maxPages);
  let next = '';
  let pages = 0;
  let rooms = 0;
  let unreadableRows = 0;
  registry.startListing();
  return async () => {
    const page = await call(lister.command, { next });
    if (!isCurrent()) return 'abandoned';
    pages += 1;
    unreadableRows += page.unreadableRows;
    for (const row of page.rooms) {
      const { isFirst, changes } = registry.listed(row, clock.now());
      if (isFirst) rooms += 1;
      onChanges(changes);
    }
    if (page.next !== '') {
      guard.follow(page.next);
      next = page.next;
      return 'more';
    }
    if (unreadableRows === 0) onChanges(registry.completeListing(clock.now()));
    return { rooms, pages, unreadableRows };
  };
}
