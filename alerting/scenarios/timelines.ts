import { noisyCount } from './noise.ts';
import type { Timeline } from './scenario.ts';

/** Minute at which incidents happen: by then the baseline stands. */
export const incidentMinute = 25;

export function steady(level: number): Timeline {
  return () => level;
}

/** One level before a minute, another from it on. */
export function step(before: number, after: number, minute = incidentMinute): Timeline {
  return (now) => (now < minute ? before : after);
}

/** Given samples from a minute on, then `after`; before it, `level`. */
export function samples(level: number, values: readonly (number | undefined)[], after: number): Timeline {
  return (now) => {
    const index = now - incidentMinute;
    if (index < 0) return level;
    return index < values.length ? values[index] : after;
  };
}

/** Leaves by half in each half-life, from a minute on. */
export function decay(level: number, halfLifeMinutes: number, minute = incidentMinute): Timeline {
  return (now) => Math.round(level * 2 ** (-Math.max(0, now - minute) / halfLifeMinutes));
}

/** No samples in [from, to). */
export function gap(timeline: Timeline, from: number, to: number): Timeline {
  return (now) => (now >= from && now < to ? undefined : timeline(now));
}

/** Only in [from, to). */
export function during(timeline: Timeline, from: number, to = Number.POSITIVE_INFINITY): Timeline {
  return (now) => (now >= from && now < to ? timeline(now) : undefined);
}

/** Counting noise: a standard deviation of √level, the same at each run. */
export function noisy(timeline: Timeline, seed: number): Timeline {
  return (now) => {
    const level = timeline(now);
    return level === undefined ? undefined : noisyCount(level, seed, now);
  };
}
