interface EndedCall {
  readonly atMs: number;
  /** False if no response came. */
  readonly responded: boolean;
}

/**
 * When a command may be called next, so that the server never counts more calls in any one second than the rate.
 *
 * What counts is when calls *arrive*, which the caller cannot see: it only knows that a call arrived before its response
 * left the server. So each call takes one of `rate` places, from its start until a second after the latest moment at
 * which it can have arrived. Let `roundTrip` be the shortest response time seen, and `out` the unknown time that this
 * call took to the server. The latest moment is `responded - (roundTrip - out)`, and a new call arrives no earlier than
 * `started + out`. So `out` cancels out, and the place is free again at `responded - roundTrip + 1 s`. At a steady latency
 * that is a second after the start, however long the latency is; a slow connection, a busy event loop or a TLS handshake
 * only delays the next call. (NTP's clock filter also assumes that the shortest of many round trips was hardly delayed in
 * either direction: RFC 5905, section 10.)
 *
 * Calls are also spaced evenly, because the customer's own backend shares the quota. The rate limiter uses neither timers
 * nor the network: the time is an argument, in milliseconds of a monotonic clock.
 */
export class RateLimiter {
  /** The configured rate, in calls per second. */
  #maxRate: number;
  #rate: number;
  /** Calls that have not ended. Together with `#ended` these are the places taken. */
  #inFlight = 0;
  /**
   * The calls that have the other places, in the order in which they ended. When these are free again follows from the round trip that is
   * known then: a shorter one shows that the calls before were delayed, maybe on their way to the server.
   */
  readonly #ended: EndedCall[] = [];
  /** When the next call may start by the even spacing. */
  #nextStart: number;
  #shortestRoundTrip = Infinity;
  #responses = 0;
  #rateChangedAt: number;

  /** A new rate limiter assumes that the second before it was full, evenly spaced: another process may have run until now. */
  constructor({ ratePerSecond, nowMs }: { readonly ratePerSecond: number; readonly nowMs: number }) {
    this.#maxRate = ratePerSecond;
    this.#rate = ratePerSecond;
    this.#rateChangedAt = nowMs;
    const places = this.#places();
    const secondBefore = nowMs - windowMs(ratePerSecond) - marginMs;
    for (let place = 1; place <= places; place += 1)
      this.#ended.push({ atMs: secondBefore + (place * windowMs(ratePerSecond)) / places, responded: false });
    this.#nextStart = nowMs;
  }

  /** The current rate in calls per second: below the configured rate after the server has complained. */
  get ratePerSecond(): number {
    return this.#rate;
  }

  /** Applies another rate. The calls that were made still count, and so does a slow-down that the server asked for. */
  configure(ratePerSecond: number): void {
    this.#rate = this.#rate < this.#maxRate ? Math.min(this.#rate, ratePerSecond) : ratePerSecond;
    this.#maxRate = ratePerSecond;
  }

  /** Milliseconds until a call may start: 0 for now, Infinity while that depends on a response. */
  waitMs(nowMs: number): number {
    this.#recover(nowMs);
    while (this.#ended[0] !== undefined && this.#freeAt(this.#ended[0]) <= nowMs) this.#ended.shift();
    const taken = this.#inFlight + this.#ended.length;
    const surplus = taken - this.#places();
    const spacing = Math.max(0, this.#nextStart - nowMs);
    if (surplus < 0) return spacing;
    if (surplus >= this.#ended.length) return Infinity;
    return Math.max(spacing, ...this.#ended.slice(0, surplus + 1).map((call) => this.#freeAt(call) - nowMs));
  }

  /** A call starts. Only allowed if `waitMs` returned 0. */
  start(nowMs: number): void {
    this.#inFlight += 1;
    // The delay of a late timer is made up for, but idle time is not saved for a burst.
    this.#nextStart = Math.max(this.#nextStart, nowMs - catchUpMs) + 1000 / this.#rate;
  }

  /** A call that started at `startedMs` has ended. `responded` is false if no response came: then the round trip is unknown. */
  finish({
    startedMs,
    nowMs,
    responded,
  }: {
    readonly startedMs: number;
    readonly nowMs: number;
    readonly responded: boolean;
  }): void {
    this.#inFlight -= 1;
    if (responded) {
      this.#shortestRoundTrip = Math.min(this.#shortestRoundTrip, nowMs - startedMs);
      this.#responses += 1;
    }
    this.#ended.push({ atMs: nowMs, responded });
  }

  /** The server has complained about the frequency: halves the rate, once for all calls that were in flight. */
  slowDown(nowMs: number): void {
    if (nowMs - this.#rateChangedAt < 1000 && this.#rate < this.#maxRate) return;
    this.#rate = Math.max(this.#rate * slowDownFactor, this.#maxRate * leastShare);
    this.#rateChangedAt = nowMs;
  }

  /** A connection can be closed sooner after the arrival of a call than its response would have come. */
  #freeAt({ atMs, responded }: EndedCall): number {
    return atMs - (responded ? this.#knownRoundTrip() : 0) + windowMs(this.#maxRate) + marginMs;
  }

  /** Additive recovery. Source: Chiu and Jain, 1989, "Analysis of the increase and decrease algorithms". */
  #recover(nowMs: number): void {
    if (this.#rate >= this.#maxRate || nowMs - this.#rateChangedAt < 1000) return;
    const seconds = (nowMs - this.#rateChangedAt) / 1000;
    this.#rate = Math.min(this.#maxRate, this.#rate + this.#maxRate * recoveryPerSecond * seconds);
    this.#rateChangedAt = nowMs;
  }

  /** What is known of the shortest round trip. The first responses include handshakes and a busy start. */
  #knownRoundTrip(): number {
    if (this.#responses <= Math.max(fewResponses, 2 * this.#places())) return 0;
    // On a busy machine no call may be fast in both directions, but one call in the one and another in the other.
    return Math.max(0, this.#shortestRoundTrip - uncertaintyMs);
  }

  #places(): number {
    return Math.max(1, Math.floor(this.#rate));
  }
}

/** Allows for small differences between the clocks and timers here and at the server. */
const marginMs = 5;

/** Fewer responses than these do not show the shortest round trip, and others show it only roughly. */
const fewResponses = 20;
const uncertaintyMs = 10;

/** The longest delay of a timer that is made up for. */
const catchUpMs = 50;

const slowDownFactor = 0.5;
const leastShare = 1 / 64;
const recoveryPerSecond = 0.02;

/** The server counts by the second; a rate below one call a second needs a longer window. */
function windowMs(ratePerSecond: number): number {
  return Math.max(1000, (Math.max(1, Math.floor(ratePerSecond)) / ratePerSecond) * 1000);
}
