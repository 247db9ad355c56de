const WINDOW_MS = 1_000;

/**
 * Calls of the last second, as a server counts them: in a window that slides. A call leaves the window one second
 * after it came, to the fraction of a millisecond.
 */
export class CallWindow {
  #times: number[] = [];
  /** Times before this index have left the window. */
  #first = 0;
  #peak = 0;
  #total = 0;

  /** Calls in the window that ends now. */
  count(nowMs: number): number {
    while (this.#first < this.#times.length && nowMs - (this.#times[this.#first] as number) >= WINDOW_MS) {
      this.#first += 1;
    }
    if (this.#first > 1_024 && this.#first * 2 > this.#times.length) {
      this.#times = this.#times.slice(this.#first);
      this.#first = 0;
    }
    return this.#times.length - this.#first;
  }

  /** Counts a call, at a moment of a monotonic clock in milliseconds. */
  add(nowMs: number): void {
    this.#times.push(nowMs);
    this.#total += 1;
    this.#peak = Math.max(this.#peak, this.count(nowMs));
  }

  /** The most calls that any one second has held. */
  get peak(): number {
    return this.#peak;
  }

  get total(): number {
    return this.#total;
  }
}
