import { uptime } from 'node:os';

/** The time, injected so that tests can control it. */
export interface Clock {
  /** Wall clock in Unix milliseconds, which may be set at any time: only for cron schedules, signatures and exported times. */
  readonly now: () => number;
  /** Milliseconds of a clock that is never set and does not stop while the machine is suspended: for durations and rates. */
  readonly monotonic: () => number;
  /** The monotonic clock, counted from the Unix time at the start of the process: for times that are stored and compared. */
  readonly steady: () => number;
  /** The wall clock's time for a time of `steady`: they differ once the wall clock has been set. Whoever exports a time uses it. */
  readonly toWallMs: (steadyMs: number) => number;
  /** Calls back once after `delayMs`; returns what cancels it. */
  readonly after: (delayMs: number, callback: () => void) => () => void;
}

/** Smaller differences come from the delay between reading two clocks: an exported time must not vary by them. */
const smallestStepMs = 1000;

/** How often it is checked whether the machine was suspended. */
const checkSuspendedEveryMs = 1000;

interface TimeSources {
  readonly now: () => number;
  /** Milliseconds without the time for which the machine was suspended. */
  readonly running: () => number;
  /** Seconds with that time. */
  readonly uptimeSeconds: () => number;
}

export function createSystemClock({ now, running, uptimeSeconds }: TimeSources): Omit<Clock, 'after'> {
  let checkedAtMs = running();
  let checkedUptimeSeconds = uptimeSeconds();
  let suspendedMs = 0;
  const monotonic = () => {
    const runningMs = running();
    const sinceCheckMs = runningMs - checkedAtMs;
    if (sinceCheckMs < checkSuspendedEveryMs) return runningMs + suspendedMs;
    const seconds = uptimeSeconds();
    const missedMs = (seconds - checkedUptimeSeconds) * 1000 - sinceCheckMs;
    checkedAtMs = runningMs;
    checkedUptimeSeconds = seconds;
    if (missedMs >= smallestStepMs) suspendedMs += missedMs;
    return runningMs + suspendedMs;
  };
  const startedMs = now() - monotonic();
  const steady = () => startedMs + monotonic();
  let stepMs = 0;
  const toWallMs = (steadyMs: number) => {
    const differenceMs = now() - steady();
    if (Math.abs(differenceMs - stepMs) >= smallestStepMs) stepMs = Math.round(differenceMs);
    return steadyMs + stepMs;
  };
  return { now, monotonic, steady, toWallMs };
}

export const systemClock: Clock = {
  ...createSystemClock({ now: Date.now, running: () => performance.now(), uptimeSeconds: uptime }),
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
