import { setTimeout as pause } from 'node:timers/promises';

export interface Wait<T> {
  /** Completes "waited for …". */
  readonly what: string;
  /** Of `performance.now()`. */
  readonly deadlineMs: number;
  readonly find: () => T | Promise<T>;
  readonly isEnough: (found: T) => boolean;
}

/** Short against minutes that last 1.5 s, and long enough to leave the processor to the servers. */
const pollIntervalMs = 100;

/** Polls until `isEnough`, and resolves with what was found. At the deadline it rejects and says what it found last. */
export async function until<T>({ what, deadlineMs, find, isEnough }: Wait<T>): Promise<T> {
  for (;;) {
    const found = await find();
    if (isEnough(found)) return found;
    if (performance.now() >= deadlineMs) {
      throw new Error(`timed out: waited for ${what}, last found ${JSON.stringify(found, undefined, 2)}`);
    }
    await pause(pollIntervalMs);
  }
}
