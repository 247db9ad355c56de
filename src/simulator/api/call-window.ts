const windowMs = 1_000;

/**
 * Counts the calls of the last second in a sliding window, as a server does. A call leaves the window exactly one second
 * after it arrived.
 */
export class CallWindow {
  #times: number[] = [];
  /** Index of the first time that is still in the window. */
  #first = 0;
  #peak = 0;
  #total = 0;

  /** Calls in the window that ends now. */
  count(nowMs: number): number {
    while (this.#first < this.#times.length && nowMs - (this.#times[this.#first] as number) >= windowMs) {
      this.#first += 1;
    }
    if (this.#first > 1_024 && this.#first * 2 > this.#times.length) {
      this.#times = this.#times.slice(this.#first);
      this.#first = 0;
    }
    return this.#times.length - this.#first;
  }

  /** Counts a call; the time is that of a monotonic clock in milliseconds. */
  add(nowMs: number): void {
    this.#times.push(nowMs);
    this.#total += 1;
    this.#peak = Math.max(this.#peak, this.count(nowMs));
  }

  /** The most calls in any one second so far. */
  get peak(): number {
    return this.#peak;
  }

  get total(): number {
    return this.#total;
  }
}
