import type { CallFailure, FailureReason } from '../../tencent/failures.ts';

export interface CollectionSummary {
  readonly succeeded: boolean;
  readonly rooms: number;
  readonly failed: number;
  /** One failure of the commonest reason; undefined where nothing failed. */
  readonly failure: CallFailure | undefined;
  readonly startedMs: number;
}

/** The share of rooms that must have answered. */
const neededShare = 0.95;

/**
 * One round of a task over the rooms that were due at its firing. It ends when all of them were tried; the first one of
 * a process also waits for the first walk, which tells the rooms.
 */
export class Collection {
  readonly #startedMs: number;
  readonly #onEnd: (summary: CollectionSummary) => void;
  readonly #failures = new Map<FailureReason, { readonly example: CallFailure; count: number }>();
  #pending = 0;
  #rooms = 0;
  #admitting = true;
  #isBlind = false;

  constructor({
    startedMs,
    onEnd,
  }: {
    readonly startedMs: number;
    readonly onEnd: (summary: CollectionSummary) => void;
  }) {
    this.#startedMs = startedMs;
    this.#onEnd = onEnd;
  }

  /** Whether rooms may still be added. */
  get admitting(): boolean {
    return this.#admitting;
  }

  add(): void {
    this.#pending += 1;
    this.#rooms += 1;
  }

  /** A room has been tried; without a failure it has answered, and "gone" is an answer. */
  settle(failure?: CallFailure): void {
    this.#pending -= 1;
    this.#note(failure);
    this.#endIfDone();
  }

  /** All rooms of this round have been added. A fault that stood in the way of knowing them fails the round. */
  close(failure?: CallFailure): void {
    if (!this.#admitting) return;
    this.#admitting = false;
    if (failure !== undefined) this.#isBlind = true;
    this.#note(failure);
    this.#endIfDone();
  }

  #note(failure: CallFailure | undefined): void {
    if (failure === undefined) return;
    const alike = this.#failures.get(failure.reason);
    if (alike === undefined) this.#failures.set(failure.reason, { example: failure, count: 1 });
    else alike.count += 1;
  }

  #endIfDone(): void {
    if (this.#admitting || this.#pending > 0) return;
    const failures = [...this.#failures.values()];
    const failed = failures.reduce((sum, { count }) => sum + count, 0);
    const [commonest] = failures.toSorted((a, b) => b.count - a.count);
    this.#onEnd({
      succeeded: !this.#isBlind && this.#rooms - failed >= neededShare * this.#rooms,
      rooms: this.#rooms,
      failed,
      failure: commonest?.example,
      startedMs: this.#startedMs,
    });
  }
}
