import type { Clock } from '../../src/platform/clock.ts';

/** A clock that runs `factor` times as fast as the system clock, for tests with real servers that last minutes. */
export function fastClock(factor: number): Clock {
  const startMs = performance.now();
  const epochMs = Date.now();
  const monotonic = () => (performance.now() - startMs) * factor;
  return {
    monotonic,
    now: () => epochMs + monotonic(),
    steady: () => epochMs + monotonic(),
    toWallMs: (steadyMs) => steadyMs,
    after(delayMs, callback) {
      const timer = setTimeout(callback, delayMs / factor);
      return () => clearTimeout(timer);
    },
  };
}
