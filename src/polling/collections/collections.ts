import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import type { TaskName } from '../../tasks/tasks.ts';
import type { CallFailure, FailureReason } from '../../tencent/failures.ts';
import type { PollingObserver } from '../observer.ts';

export interface CollectionSummary {
  readonly succeeded: boolean;
  readonly rooms: number;
  readonly failed: number;
  /** One failure of the most frequent reason; undefined if nothing failed. */
  readonly failure: CallFailure | undefined;
  /** Milliseconds of the monotonic clock. */
  readonly startedMs: number;
}

/** The share of rooms that must have responded. */
const neededShare = 0.95;

/**
 * One run of a task over the rooms that were due at a trigger. It ends when all of them were tried. The first one of a
 * process also waits for the first listing, which discovers the rooms.
 */
export class Collection {
  readonly #startedMs: number;
  readonly #onEnd: (summary: CollectionSummary) => void;
  readonly #failures = new Map<FailureReason, { readonly example: CallFailure; count: number }>();
  #pending = 0;
  #rooms = 0;
  #isOpen = true;
  #hasUnknownRooms = false;

  constructor(options: { readonly startedMs: number; readonly onEnd: (summary: CollectionSummary) => void }) {
    this.#startedMs = options.startedMs;
    this.#onEnd = options.onEnd;
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
    this.#count(failure);
    this.#endIfDone();
  }

  /** All rooms of this collection were added. A failure means that not all rooms are known: then the collection fails. */
  close(failure?: CallFailure): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (failure !== undefined) this.#hasUnknownRooms = true;
    this.#count(failure);
    this.#endIfDone();
  }

  #count(failure: CallFailure | undefined): void {
    if (failure === undefined) return;
    const sameReason = this.#failures.get(failure.reason);
    if (sameReason === undefined) this.#failures.set(failure.reason, { example: failure, count: 1 });
    else sameReason.count += 1;
  }

  #endIfDone(): void {
    if (this.#isOpen || this.#pending > 0) return;
    const failures = [...this.#failures.values()];
    const failed = failures.reduce((sum, { count }) => sum + count, 0);
    const [mostFrequent] = failures.toSorted((a, b) => b.count - a.count);
    this.#onEnd({
      succeeded: !this.#hasUnknownRooms && this.#rooms - failed >= neededShare * this.#rooms,
      rooms: this.#rooms,
      failed,
      failure: mostFrequent?.example,
      startedMs: this.#startedMs,
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
}

/** The collections of one task of one app. One runs at a time, and each is counted and logged when it ends. */
export class TaskCollections {
  readonly #options: TaskCollectionsOptions;
  #running: Collection | undefined;
  #lastSucceeded: boolean | undefined;
  #loggedReason: string | undefined;
  #resolveFirst: (succeeded: boolean) => void = () => {};
  /** Resolves when the first collection has ended, with whether it succeeded. */
  readonly firstEnded = new Promise<boolean>((resolve) => (this.#resolveFirst = resolve));

  constructor(options: TaskCollectionsOptions) {
    this.#options = options;
  }

  /** Whether the last collection succeeded; undefined before the first has ended. */
  get lastSucceeded(): boolean | undefined {
    return this.#lastSucceeded;
  }

  /** The running collection, if rooms may still be added: the first one, until the first listing has ended. */
  get open(): Collection | undefined {
    return this.#running?.isOpen === true ? this.#running : undefined;
  }

  /** Starts a collection. While one is running, returns undefined and counts the trigger as skipped. */
  start(): Collection | undefined {
    const { clock, observer, sdkAppId, task } = this.#options;
    if (this.#running !== undefined) {
      observer.collectionSkipped({ sdkAppId, task });
      return undefined;
    }
    this.#running = new Collection({ startedMs: clock.monotonic(), onEnd: (summary) => this.#end(summary) });
    return this.#running;
  }

  #end(summary: CollectionSummary): void {
    const { clock, observer, sdkAppId, task, appRefusal } = this.#options;
    const durationSeconds = (clock.monotonic() - summary.startedMs) / 1000;
    const succeeded = summary.succeeded && appRefusal() === undefined;
    this.#running = undefined;
    this.#lastSucceeded = succeeded;
    this.#resolveFirst(succeeded);
    observer.collectionFinished({ sdkAppId, task, succeeded, finishedAtMs: clock.now(), durationSeconds });
    this.#log({ ...summary, succeeded }, durationSeconds);
  }

  /** A failure is logged when it starts, when its reason changes and when it is over, and not at each collection. */
  #log({ failure, rooms, failed, succeeded }: CollectionSummary, durationSeconds: number): void {
    const { logger, task, appRefusal } = this.#options;
    const fields = { task, rooms, duration_seconds: Math.round(durationSeconds * 1000) / 1000 };
    const reason = failure?.reason;
    if (failure !== undefined && reason !== this.#loggedReason && appRefusal() === undefined) {
      const message = succeeded ? 'some rooms did not respond' : 'collection failed';
      logger.warn({ ...fields, failed, err: failure }, message);
    } else if (failure === undefined && this.#loggedReason !== undefined) {
      logger.info(fields, 'collections of this task succeed again');
    } else {
      logger.debug({ ...fields, failed }, 'collection ended');
    }
    this.#loggedReason = reason;
  }
}
