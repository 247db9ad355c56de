import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import type { TaskName } from '../../tasks/tasks.ts';
import type { CallFailure, FailureReason } from '../../tencent/failures.ts';
import type { PollingObserver } from '../observer.ts';

export interface CollectionSummary {
  readonly succeeded: boolean;
  readonly rooms: number;
  readonly failed: number;
  /** Why the rooms are not all known or, if they are, one failure of the most frequent reason; undefined if nothing failed. */
  readonly failure: CallFailure | undefined;
  /** Milliseconds of the monotonic clock. */
  readonly startedMs: number;
}

/** The share of rooms that must have responded. */
const neededShare = 0.95;

interface CollectionOptions {
  readonly startedMs: number;
  /** Whether all rooms are known, so that a collection without rooms has nothing to do. */
  readonly areRoomsKnown: () => boolean;
  readonly onEnd: (summary: CollectionSummary) => void;
}

/**
 * One run of a task over the rooms that were due at a trigger. It ends when all of them were tried. The first one of a
 * process also waits for the first listing, which discovers the rooms.
 */
export class Collection {
  readonly #options: CollectionOptions;
  readonly #failures = new Map<FailureReason, { readonly example: CallFailure; count: number }>();
  #pending = 0;
  #rooms = 0;
  #isOpen = true;
  #listingFailure: CallFailure | undefined;

  constructor(options: CollectionOptions) {
    this.#options = options;
  }

  /** Whether rooms may still be added. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  add(): void {
    this.#pending += 1;
    this.#rooms += 1;
  }

  /** A room was tried. Without a failure it has responded; "gone" is a response. */
  settle(failure?: CallFailure): void {
    this.#pending -= 1;
    if (failure !== undefined) this.#count(failure);
    this.#endIfDone();
  }

  /** A room will not be tried, because it no longer matters: it is as if it had not been due. */
  withdraw(): void {
    this.#pending -= 1;
    this.#rooms -= 1;
    this.#endIfDone();
  }

  /** All rooms of this collection were added. A failure means that not all rooms are known: then the collection fails. */
  close(listingFailure?: CallFailure): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#listingFailure = listingFailure;
    this.#endIfDone();
  }

  #count(failure: CallFailure): void {
    const sameReason = this.#failures.get(failure.reason);
    if (sameReason === undefined) this.#failures.set(failure.reason, { example: failure, count: 1 });
    else sameReason.count += 1;
  }

  #endIfDone(): void {
    if (this.#isOpen || this.#pending > 0) return;
    const { startedMs, areRoomsKnown, onEnd } = this.#options;
    const failures = [...this.#failures.values()];
    const failed = failures.reduce((sum, { count }) => sum + count, 0);
    const [mostFrequent] = failures.toSorted((a, b) => b.count - a.count);
    // Without a call, success is only that there is nothing to do.
    const isComplete = this.#rooms === 0 ? areRoomsKnown() : this.#rooms - failed >= neededShare * this.#rooms;
    onEnd({
      succeeded: this.#listingFailure === undefined && isComplete,
      rooms: this.#rooms,
      failed,
      failure: this.#listingFailure ?? mostFrequent?.example,
      startedMs,
    });
  }
}

interface TaskCollectionsOptions {
  readonly sdkAppId: number;
  readonly task: TaskName;
  readonly clock: Clock;
  readonly observer: PollingObserver;
  /** With the app's own fields. */
  readonly logger: Logger;
  /** Why the API refuses the whole app; undefined unless it does. */
  readonly appRefusal: () => CallFailure | undefined;
  readonly areRoomsKnown: () => boolean;
}

/** The collections of one task of one app. One runs at a time, and each is counted when it ends. */
export class TaskCollections {
  readonly #options: TaskCollectionsOptions;
  #running: Collection | undefined;
  #lastSucceeded: boolean | undefined;
  #resolveFirst: (succeeded: boolean) => void = () => {};
  /** Resolves when the first collection has ended, with whether it succeeded. */
  readonly firstEnded = new Promise<boolean>((resolve) => (this.#resolveFirst = resolve));

  constructor(options: TaskCollectionsOptions) {
    this.#options = options;
  }

  /** Continues after a process whose last collection succeeded or not. */
  restore(lastSucceeded: boolean): void {
    this.#lastSucceeded = lastSucceeded;
  }

  /** Whether the last collection succeeded; undefined before the first has ended. */
  get lastSucceeded(): boolean | undefined {
    return this.#lastSucceeded;
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  /** The running collection, if rooms may still be added: the first one, until the first listing has ended. */
  get open(): Collection | undefined {
    return this.#running?.isOpen === true ? this.#running : undefined;
  }

  /** Starts a collection. While one is running, returns undefined and counts the trigger as skipped. */
  start(): Collection | undefined {
    const { clock, observer, sdkAppId, task, areRoomsKnown } = this.#options;
    if (this.#running !== undefined) {
      observer.collectionSkipped({ sdkAppId, task });
      return undefined;
    }
    const startedMs = clock.monotonic();
    this.#running = new Collection({ startedMs, areRoomsKnown, onEnd: (summary) => this.#end(summary) });
    return this.#running;
  }

  #end(summary: CollectionSummary): void {
    const { clock, observer, sdkAppId, task, appRefusal, logger } = this.#options;
    const durationSeconds = (clock.monotonic() - summary.startedMs) / 1000;
    const succeeded = summary.succeeded && appRefusal() === undefined;
    this.#running = undefined;
    this.#lastSucceeded = succeeded;
    this.#resolveFirst(succeeded);
    observer.collectionFinished({ sdkAppId, task, succeeded, finishedAtMs: clock.steady(), durationSeconds });
    // The calls that failed are in the log already: see CallFailureLog.
    const { rooms, failed, failure } = summary;
    const fields = { task, rooms, failed, duration_seconds: Math.round(durationSeconds * 1000) / 1000 };
    if (succeeded) logger.debug(fields, 'collection succeeded');
    else logger.debug({ ...fields, err: failure ?? appRefusal() }, 'collection failed');
  }
}
