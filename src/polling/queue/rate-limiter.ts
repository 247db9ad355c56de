/**
 * When a command may be called next, so that the server never counts more calls in any one second than the rate.
 *
 * What counts is when calls *arrive*, which the caller cannot see: it knows only that an answered call arrived before
 * its answer left the server. So a call holds one of `rate` places from its start until a second after the latest
 * moment at which it can have arrived. With `trip`, the shortest answer time seen, for the shortest way out and back,
 * that moment is `answered - (trip - out)`, and a new call arrives no earlier than `started + out`: the unknown `out`
 * cancels out, and a place is free again at `answered - trip + 1 s`. At a steady latency that is a second after the
 * start, however long the latency; a slow connection, a busy event loop or a handshake only delays the next call.
 * (That the shortest of many trips met no delay either way is what NTP's clock filter assumes, too: RFC 5905, 10.)
 *
 * Calls are also spaced evenly, because the quota is shared with the customer's own backend. A rateLimiter knows no timers
 * and no network: the clock is an argument, in milliseconds of a monotonic clock.
 */
export class RateLimiter {
  /** Rate without the server's complaints, in calls per second. */
  #maxRate: number;
  #rate: number;
  /** Calls whose answer is still out. Together with `#busyUntil` these are the places taken. */
  #inFlight = 0;
  /** When the places of answered calls are free again, ascending. */
  readonly #busyUntil: number[] = [];
  /** Start of the next call by the even spacing. */
  #nextStart: number;
  #shortestTrip = Infinity;
  #answers = 0;
  #rateChangedAt: number;

  /** A new rateLimiter assumes that the second before it was full, evenly spaced: another process may have run until now. */
  constructor({ ratePerSecond, nowMs }: { readonly ratePerSecond: number; readonly nowMs: number }) {
    this.#maxRate = ratePerSecond;
    this.#rate = ratePerSecond;
    this.#rateChangedAt = nowMs;
    const places = this.#places();
    for (let place = 1; place <= places; place += 1)
      this.#busyUntil.push(nowMs + (place * windowMs(ratePerSecond)) / places);
    this.#nextStart = nowMs;
  }

  /** Calls per second at present: below the configured rate after the server has complained. */
  get ratePerSecond(): number {
    return this.#rate;
  }

  /**
   * Takes another rate and remembers the calls before: a new rateLimiter would not know of those that are on their way. What
   * the server has complained of still holds.
   */
  configure(ratePerSecond: number): void {
    this.#rate = this.#rate < this.#maxRate ? Math.min(this.#rate, ratePerSecond) : ratePerSecond;
    this.#maxRate = ratePerSecond;
  }

  /** Milliseconds until a call may start: 0 for now, Infinity while that depends on an answer. */
  waitMs(nowMs: number): number {
    this.#recover(nowMs);
    while ((this.#busyUntil[0] ?? Infinity) <= nowMs) this.#busyUntil.shift();
    const taken = this.#inFlight + this.#busyUntil.length;
    const surplus = taken - this.#places();
    const spacing = Math.max(0, this.#nextStart - nowMs);
    if (surplus < 0) return spacing;
    const placeFreeAt = this.#busyUntil[surplus] ?? Infinity;
    return Math.max(spacing, placeFreeAt - nowMs);
  }

  /** A call starts: only where `waitMs` has said 0. */
  start(nowMs: number): void {
    this.#inFlight += 1;
    // A late timer may be made up for, but idle time is not saved up for a burst.
    this.#nextStart = Math.max(this.#nextStart, nowMs - catchUpMs) + 1000 / this.#rate;
  }

  /** A call that started at `startedMs` has ended. `answered` is false where no answer came: it says nothing of the trip. */
  finish({
    startedMs,
    nowMs,
    answered,
  }: {
    readonly startedMs: number;
    readonly nowMs: number;
    readonly answered: boolean;
  }): void {
    this.#inFlight -= 1;
    if (answered) {
      this.#shortestTrip = Math.min(this.#shortestTrip, nowMs - startedMs);
      this.#answers += 1;
    }
    // The first answers include handshakes: what they took is not the shortest trip yet.
    const trip = this.#answers > 2 * this.#places() ? this.#shortestTrip : 0;
    const freeAt = nowMs - trip + windowMs(this.#maxRate) + marginMs;
    // Ascending also where the trip has just become known.
    this.#busyUntil.push(Math.max(freeAt, this.#busyUntil.at(-1) ?? 0));
  }

  /** The server has complained of the frequency: half the rate, once for all calls that were on their way. */
  slowDown(nowMs: number): void {
    if (nowMs - this.#rateChangedAt < 1000 && this.#rate < this.#maxRate) return;
    this.#rate = Math.max(this.#rate * slowDownFactor, this.#maxRate * leastShare);
    this.#rateChangedAt = nowMs;
  }

  /** Additive recovery. Source: Chiu and Jain, 1989, "Analysis of the increase and decrease algorithms". */
  #recover(nowMs: number): void {
    if (this.#rate >= this.#maxRate || nowMs - this.#rateChangedAt < 1000) return;
    const seconds = (nowMs - this.#rateChangedAt) / 1000;
    this.#rate = Math.min(this.#maxRate, this.#rate + this.#maxRate * recoveryPerSecond * seconds);
    this.#rateChangedAt = nowMs;
  }

  #places(): number {
    return Math.max(1, Math.floor(this.#rate));
  }
}

/** Clocks and rounding of timers differ a little between here and the server. */
const marginMs = 5;

/** How late a timer may be and still be made up for. */
const catchUpMs = 50;

const slowDownFactor = 0.5;
const leastShare = 1 / 64;
const recoveryPerSecond = 0.02;

/** The server counts by the second; a rate below one call a second needs a longer view. */
function windowMs(ratePerSecond: number): number {
  return Math.max(1000, (Math.max(1, Math.floor(ratePerSecond)) / ratePerSecond) * 1000);
}
