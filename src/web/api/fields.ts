import { z } from 'zod';

export const count = () => z.int().min(0);
export const seconds = () => z.number().min(0);

/** In UTC, to the second: `fromdateiso8601` of jq reads no fractions. */
export const time = () => z.iso.datetime({ precision: 0 });

/** Unix milliseconds as such a time. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Null if the time is not known. */
export function timeOrNull(ms: number | undefined): string | null {
  return ms === undefined ? null : timeText(ms);
}

/** To the millisecond. */
export function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
