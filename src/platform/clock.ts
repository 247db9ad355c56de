/** The time, injected so that tests can control it. */
export interface Clock {
  /** Wall clock in Unix milliseconds: for timestamps that users or Tencent read. */
  readonly now: () => number;
  /** Milliseconds of a clock that is never adjusted: for durations and rates. */
  readonly monotonic: () => number;
  /** Calls back once after `delayMs`; returns what cancels it. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
