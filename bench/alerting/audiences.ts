import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** An audience, minute by minute; undefined where the source has a gap. */
export type Audience = readonly (number | undefined)[];

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

/** The same audience in a room of another size: `level` of the source becomes `size`. */
export function scaled(
  audience: Audience,
  { level, size }: { readonly level: number; readonly size: number },
): Audience {
  return audience.map((viewers) => (viewers === undefined ? undefined : (viewers * size) / level));
}

/** Of the known minutes; undefined if there are none. */
export function median(values: Audience): number | undefined {
  const known = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  return known[Math.floor(known.length / 2)];
}
