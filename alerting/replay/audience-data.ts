import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A real audience, minute by minute; undefined where the source has a gap. */
export type Audience = readonly (number | undefined)[];

/**
 * The series of a folder: gzip CSV, `unix_minute_ts,viewers`, a sample a minute. Empty where the folder is absent.
 * Throws for a line that is no pair of numbers.
 */
export function readAudiences(folder: string): ReadonlyMap<string, Audience> {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.csv.gz')) : [];
  return new Map(
    files
      .toSorted()
      .map((file) => [file.slice(0, -'.csv.gz'.length), parseAudience(readGzip(join(folder, file)), file)]),
  );
}

function readGzip(path: string): string {
  return gunzipSync(readFileSync(path)).toString('utf8');
}

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
