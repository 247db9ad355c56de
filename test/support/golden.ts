import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file of `golden/`, which is what `actual` must equal; with `UPDATE_GOLDEN=1` the file is first made so. */
export function golden(file: string, actual: string): string {
  const path = fileURLToPath(new URL(`golden/${file}`, import.meta.url));
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, actual);
  return readFileSync(path, 'utf8');
}
