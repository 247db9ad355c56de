import type { Clock } from './clock.ts';

/** Short enough that a call of the API or another scrape hardly notices. */
const sliceMs = 2;

/** Long work in slices, between which the event loop turns. */
export class TimeBudget {
  readonly #clock: Pick<Clock, 'monotonic'>;
  #endMs: number;

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    this.#endMs = clock.monotonic() + sliceMs;
  }

  /** Whether it is time to rest; asked between two pieces of work that take well under a slice each. */
  get isExceeded(): boolean {
    return this.#clock.monotonic() >= this.#endMs;
  }

  /** Lets everything that waits on the event loop have its turn, and begins the next slice. */
  async yield(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#endMs = this.#clock.monotonic() + sliceMs;
  }
}
