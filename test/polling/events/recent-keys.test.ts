import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RecentKeys } from '../../../src/polling/events/recent-keys.ts';

const windowMs = 1000;
const capacity = 8;

/** When each key was remembered last, and how many others were remembered since. */
class Reference {
  readonly #remembered: { readonly key: number; readonly atMs: number }[] = [];

  /** Whether the key must be found, because it is young enough and among the newest. */
  mustKnow(key: number, nowMs: number): boolean {
    const newest = this.#remembered.slice(-capacity);
    return newest.some((entry) => entry.key === key && nowMs - entry.atMs < windowMs);
  }

  /** Whether the key was remembered at all. */
  mayKnow(key: number): boolean {
    return this.#remembered.some((entry) => entry.key === key);
  }

  remember(key: number, atMs: number): void {
    this.#remembered.push({ key, atMs });
  }
}

describe('The keys of recent events', () => {
  it('A key is found for as long as it is young and among the newest, and one that never came is never found', () => {
    const step = fc.record({ key: fc.integer({ min: 1, max: 40 }), afterMs: fc.constantFrom(0, 1, 100, 999, 1000) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const keys = new RecentKeys({ windowMs, capacity });
        const reference = new Reference();
        let nowMs = 0;
        for (const { key, afterMs } of steps) {
          nowMs += afterMs;
          const isNew = keys.add(key, nowMs);
          if (isNew && reference.mustKnow(key, nowMs)) throw new Error(`${key} was forgotten too early`);
          if (!isNew && !reference.mayKnow(key)) throw new Error(`${key} was found, but it never came`);
          if (isNew) reference.remember(key, nowMs);
        }
      }),
    );
  });

  it('Everything is forgotten after twice the window', () => {
    const keys = new RecentKeys({ windowMs, capacity });
    expect([keys.add(1, 0), keys.add(1, 999), keys.add(2, 1000), keys.add(3, 2000), keys.add(1, 2000)]).toEqual([
      true,
      false,
      true,
      true,
      true,
    ]);
  });
});
