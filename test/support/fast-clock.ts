import type { Clock } from '../../src/platform/clock.ts';

/** A clock that runs so many times as fast as the system's: a real server answers, and minutes pass in a test's time. */
export function fastClock(factor: number): Clock {
  const startMs = performance.now();
  const epochMs = Date.now();
  const monotonic = () => (performance.now() - startMs) * factor;
  return {
    monotonic,
    now: () => epochMs + monotonic(),
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs / factor);
      return () => clearTimeout(timer);
    },
  };
}
