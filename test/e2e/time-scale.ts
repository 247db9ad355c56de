import type { Clock } from '../../src/platform/clock.ts';
import { fastClock } from '../support/fast-clock.ts';

/** How long a minute of the rules lasts: long enough for a scrape and an evaluation of the rules on a busy machine. */
export const secondsPerMinute = 1.5;

const worldFactor = 60 / secondsPerMinute;

/** A count is asked for again after nine seconds of the exporter's clock at the earliest: less than a true second. */
const exporterFactor = 12;

/** The simulated world's clock: its caches and incidents keep step with the rules. */
export function worldClock(): Clock {
  return fastClock(worldFactor);
}

/** The exporter waits in a hurry, but tells the true time: Prometheus compares its timestamps with its own clock. */
export function exporterClock(): Clock {
  return { ...fastClock(exporterFactor), now: Date.now };
}

/**
 * From now until well between two firings of the schedules, as a duration of the world: no collection sees half of what
 * happens then, even a late one or one that is served from a cache.
 */
export function betweenFirings(nowMs: number): string {
  return `${String(Math.ceil((1400 - (nowMs % 1000)) * worldFactor))}ms`;
}
