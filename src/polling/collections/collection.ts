import type { CallFailure, FailureReason } from '../../tencent/failures.ts';

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
