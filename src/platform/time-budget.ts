import type { Clock } from './clock.ts';

/** Short enough that calls and scrapes hardly notice. */
const budgetMs = 2;

/** Splits long work, so that the event loop can do other work in between. */
export class TimeBudget {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #endMs: number;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    this.#endMs = clock.monotonic() + budgetMs;
  }

  /** Whether it is time to yield. Check it between pieces of work that take much less than 2 ms each. */
  get isExceeded(): boolean {
    return this.#clock.monotonic() >= this.#endMs;
  }

  /** Lets everything run that waits for the event loop, and starts the next budget. */
  async yield(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#endMs = this.#clock.monotonic() + budgetMs;
  }
}

/**
 * Works through all pieces, and lets the event loop do other work in between. Every loop over something of which there may be very
 * many goes through this function or checks a budget itself.
 */
export async function inSlices<Piece>(
  pieces: Iterable<Piece>,
  { clock, work }: { readonly clock: Pick<Clock, 'monotonic'>; readonly work: (piece: Piece) => void },
): Promise<void> {
  const budget = new TimeBudget(clock);
  for (const piece of pieces) {
    work(piece);
    if (budget.isExceeded) await budget.yield();
  }
}
