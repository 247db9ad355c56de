import pLimit from 'p-limit';
import type { Clock } from '../platform/clock.ts';
import { inSlices } from '../platform/time-budget.ts';

/** Runs the work that concerns all rooms of an app: one at a time, since none may see the rooms in the middle of another one. */
export class LongWork {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #oneAtATime = pLimit(1);
  #isStopped = false;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** Works through all pieces, with other work in between. Resolves at the end, or when the work is stopped. */
  run<Piece>(pieces: Iterable<Piece>, work: (piece: Piece) => void): Promise<void> {
    return this.#oneAtATime(() => inSlices(this.#untilStopped(pieces), { clock: this.#clock, work }));
  }

  /** Leaves off the present work, and does no other. */
  stop(): void {
    this.#isStopped = true;
  }

  *#untilStopped<Piece>(pieces: Iterable<Piece>): Generator<Piece> {
    for (const piece of pieces) {
      if (this.#isStopped) return;
      yield piece;
    }
  }
}
