import type { Clock } from '../../src/platform/clock.ts';

/** A clock that moves only when a test advances it. The wall clock and the monotonic clock differ by `epochMs`. */
export class FakeClock implements Clock {
  readonly #epochMs: number;
  #elapsedMs = 0;
  #stepMs = 0;
  #timers: { readonly atMs: number; readonly callback: () => void }[] = [];

  constructor(epochMs = 1_700_000_000_000) {
    this.#epochMs = epochMs;
  }

  now = () => this.#epochMs + this.#elapsedMs + this.#stepMs;
  monotonic = () => this.#elapsedMs;
  steady = () => this.#epochMs + this.#elapsedMs;
  toWallMs = (steadyMs: number) => steadyMs + this.#stepMs;
  after = (delayMs: number, callback: () => void) => {
    const timer = { atMs: this.#elapsedMs + delayMs, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  /** Number of pending timers. */
  get timers(): number {
    return this.#timers.length;
  }

  /** Sets the wall clock forward, or back if `stepMs` is negative. */
  setWallClock(stepMs: number): void {
    this.#stepMs += stepMs;
  }

  /** Moves time forward, timer by timer; promises settle in between. */
  async advance(ms: number): Promise<void> {
    const until = this.#elapsedMs + ms;
    await settle();
    for (;;) {
      const [next] = this.#timers.filter((timer) => timer.atMs <= until).toSorted((a, b) => a.atMs - b.atMs);
      if (next === undefined) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#elapsedMs = Math.max(this.#elapsedMs, next.atMs);
      next.callback();
      await settle();
    }
    this.#elapsedMs = until;
  }
}

/** Lets promises settle. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
