import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** An audience, minute by minute; undefined where the source has a gap. */
export type Audience = readonly (number | undefined)[];

/** Minutes of real audience before an injected drop, enough for the statistics of an hour, and after it. */
export const minutesBefore = 75;
export const minutesAfter = 15;

/** The series of a folder, one for each `*.csv.gz`. */
export function readAudiences(folder: string): readonly Audience[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.csv.gz'))
    .toSorted()
    .map((file) => parseAudience(gunzipSync(readFileSync(join(folder, file))).toString('utf8'), file));
}

/** A header, then one line a minute: `unix_minute_ts,viewers`. Throws for a line that is not a pair of numbers. */
export function parseAudience(csv: string, file: string): Audience {
  const rows = csv.trim().split('\n').slice(1);
  const samples = rows.map((row, index) => {
    const [timestamp, viewers, ...rest] = row.split(',').map(Number);
    if (!Number.isFinite(timestamp) || !Number.isFinite(viewers) || rest.length > 0) {
      throw new Error(`${file}:${String(index + 2)}: found "${row}", expected unix_minute_ts,viewers`);
    }
    return { minute: Math.floor((timestamp as number) / 60), viewers: viewers as number };
  });
  const first = samples[0]?.minute ?? 0;
  const audience: (number | undefined)[] = [];
  for (const { minute, viewers } of samples) audience[minute - first] = viewers;
  return Array.from(audience);
}

export interface WindowsOptions {
  readonly audiences: readonly Audience[];
  readonly count: number;
  /** The windows are scaled so that the median of the last 15 minutes before the drop is this. */
  readonly size: number;
  /** The share that remains after the drop; 1 for a control without a drop. */
  readonly share: number;
}

/**
 * Windows of real audiences with their gaps and glitches, scaled to a size, with the counting noise of that size and a
 * drop that lasts. Equal options give equal windows; another share gives the same moments.
 */
export function windowsOf({ audiences, count, size, share }: WindowsOptions): readonly Audience[] {
  const windows: Audience[] = [];
  for (let key = 0; windows.length < count; key += 2) {
    const audience = audiences[Math.floor(uniform(key) * audiences.length * 0.999999)] as Audience;
    const start = Math.floor(uniform(key + 1) * (audience.length - minutesBefore - minutesAfter) * 0.999999);
    const window = audience.slice(start, start + minutesBefore + minutesAfter);
    const level = median(window.slice(minutesBefore - 15, minutesBefore));
    // An empty room cannot drop.
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

/** A count whose expectation is `level`: its standard deviation is √level. */
function noisyCount(level: number, seed: number, index: number): number {
  return Math.max(0, Math.round(level + Math.sqrt(level) * normal(seed, index)));
}

/** A standard normal deviate that depends only on both numbers. Source: Box and Muller, 1958. */
function normal(seed: number, index: number): number {
  const key = seed * 1_000_003 + index * 2;
  return Math.sqrt(-2 * Math.log(uniform(key))) * Math.cos(2 * Math.PI * uniform(key + 1));
}

/** In (0, 1], the same for the same key. The mixer is the one of splitmix32. */
function uniform(key: number): number {
  let bits = Math.imul(key + 1, 0x9e3779b9);
  bits = Math.imul(bits ^ (bits >>> 16), 0x21f0aaad);
  bits = Math.imul(bits ^ (bits >>> 15), 0x735a2d97);
  return (((bits ^ (bits >>> 15)) >>> 0) + 1) / 2 ** 32;
}
