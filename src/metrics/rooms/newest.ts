import type { LatestValue } from '../../rooms/room.ts';

/** One field of a reading, at the reading's time; absent where the answer did not give it. */
export function field<T, F>(
  reading: LatestValue<T> | undefined,
  pick: (value: T) => F | undefined,
): LatestValue<F> | undefined {
  const value = reading === undefined ? undefined : pick(reading.value);
  return reading === undefined || value === undefined ? undefined : { value, atMs: reading.atMs };
}

/** The newest of the latest that are there; of two of the same instant, the one named first. */
export function newest<T>(...latest: readonly (LatestValue<T> | undefined)[]): LatestValue<T> | undefined {
  return latest.reduce((best, reading) => {
    if (reading === undefined) return best;
    return best === undefined || reading.atMs > best.atMs ? reading : best;
  }, undefined);
}
