import type { Clock } from '../../src/platform/clock.ts';
import { fastClock } from '../support/fast-clock.ts';

/** How long a minute of the rules lasts: enough for a scrape and an evaluation of the rules on a busy machine. */
export const secondsPerMinute = 1.5;

const worldFactor = 60 / secondsPerMinute;

/** The clock of the simulated world: its caches and incidents keep step with the rules. */
export function worldClock(): Clock {
  return fastClock(worldFactor);
}

/** The exporter waits and judges audiences in fast time but reports real time, because Prometheus compares its timestamps with its own clock. */
export function exporterClock(): Clock {
  const clock = worldClock();
  const toWallMs = (steadyMs: number) => Date.now() - (clock.steady() - steadyMs) / worldFactor;
  return { ...clock, now: Date.now, toWallMs };
}

/**
 * The time until well between two triggers of the schedules, and `after` later, as a duration of the simulated world: no collection sees
 * only half of the incidents that begin then, even if it is late or served from a cache.
 */
export function betweenTriggers(nowMs: number, after = '0m'): string {
  return `${String(Math.ceil((1400 - (nowMs % 1000)) * worldFactor) + Number.parseInt(after, 10) * 60_000)}ms`;
}
