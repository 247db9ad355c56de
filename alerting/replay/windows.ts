import { noisyCount, uniform } from '../scenarios/noise.ts';
import type { Audience } from './audience-data.ts';

/** Minutes of real audience before an injected drop, enough for an hour's statistics, and after it. */
export const minutesBefore = 75;
export const minutesAfter = 15;

export interface WindowsRequest {
  readonly audiences: readonly Audience[];
  readonly count: number;
  /** Viewers that the last 15 minutes before the drop are scaled to, by their median. */
  readonly size: number;
  /** What is left after the drop; 1 for a control without one. */
  readonly share: number;
}

/**
 * Moments of real audiences, gaps and glitches included, scaled to a size, with the counting noise of that size, and a
 * drop that lasts. The same request gives the same windows, and another share the same moments.
 */
export function windowsOf({ audiences, count, size, share }: WindowsRequest): readonly Audience[] {
  const windows: Audience[] = [];
  for (let key = 0; windows.length < count; key += 2) {
    const audience = audiences[Math.floor(uniform(key) * audiences.length * 0.999999)] as Audience;
    const start = Math.floor(uniform(key + 1) * (audience.length - minutesBefore - minutesAfter) * 0.999999);
    const window = audience.slice(start, start + minutesBefore + minutesAfter);
    const level = median(window.slice(minutesBefore - 15, minutesBefore));
    // Nothing can drop where nothing is.
    if (level === undefined || level === 0) continue;
    windows.push(
      window.map((viewers, minute) =>
        viewers === undefined
          ? undefined
          : noisyCount((viewers * size * (minute < minutesBefore ? 1 : share)) / level, key, minute),
      ),
    );
  }
  return windows;
}

/** The whole series, scaled so that its median is `size`, with the counting noise of that size. */
export function scaled(audience: Audience, size: number, seed: number): Audience {
  const level = median(audience) ?? 1;
  return audience.map((viewers, minute) =>
    viewers === undefined ? undefined : noisyCount((viewers * size) / level, seed, minute),
  );
}

export function median(values: Audience): number | undefined {
  const known = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  return known[Math.floor(known.length / 2)];
}
