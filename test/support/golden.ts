import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The content of a file in `golden/`, which `actual` must equal. With `UPDATE_GOLDEN=1` the file is written first. */
export function golden(file: string, actual: string): string {
  const path = fileURLToPath(new URL(`golden/${file}`, import.meta.url));
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(path, actual);
  return readFileSync(path, 'utf8');
}
