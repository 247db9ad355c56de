import { ApiError } from './api-error.ts';

/**
 * The opaque `Next` of a list: where the next page begins, and the moment that the list is of. In a list that is
 * sorted anew meanwhile, rooms slip from page to page, as they do at Tencent.
 */
export interface Cursor {
  readonly offset: number;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** Hides the offset, so that nobody comes to count on it. */
const MASK = 0x5bd1e995;

export function writeCursor(cursor: Cursor): string {
  return `${String(Math.floor(cursor.atMs))}-${String((cursor.offset ^ MASK) >>> 0)}`;
}

/** Reads a `Next`; empty and absent ones are the beginning. Throws {@link ApiError} 100002. */
export function readCursor(next: unknown): Cursor | undefined {
  if (next === '' || next === undefined) return undefined;
  const parts = typeof next === 'string' ? /^(\d{1,15})-(\d{1,10})$/.exec(next) : null;
  if (parts === null) throw new ApiError(100002, 'Next');
  return { atMs: Number(parts[1]), offset: (Number(parts[2]) ^ MASK) >>> 0 };
}
