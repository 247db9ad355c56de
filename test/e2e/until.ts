import { setTimeout as pause } from 'node:timers/promises';

export interface Wait<T> {
  /** Completes "waited for …". */
  readonly what: string;
  /** Of `performance.now()`. */
  readonly deadlineMs: number;
  readonly find: () => T | Promise<T>;
  readonly isEnough: (found: T) => boolean;
}

/** Between two looks: often enough for minutes that last seconds, and seldom enough to leave the processor to others. */
const everyMs = 100;

/** Looks until it finds what is waited for, and resolves with that. At the deadline it rejects, saying what it found last. */
export async function until<T>({ what, deadlineMs, find, isEnough }: Wait<T>): Promise<T> {
  for (;;) {
    const found = await find();
    if (isEnough(found)) return found;
    if (performance.now() >= deadlineMs) {
      throw new Error(`gave up: waited for ${what}, found last ${JSON.stringify(found, undefined, 2)}`);
    }
    await pause(everyMs);
  }
}
