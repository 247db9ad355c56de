interface RecentKeysOptions {
  /** How long a key is remembered at least, unless there are too many. */
  readonly windowMs: number;
  /** How many of the newest keys are remembered at least. A power of two. */
  readonly capacity: number;
}

/** Five minutes: later copies of an event are not expected. The memory is 16 MB, for all apps together. */
export const recentEventKeys: RecentKeysOptions = { windowMs: 300_000, capacity: 2 ** 19 };

/**
 * Remembers keys in two generations, the older of which is forgotten as a whole. A generation is a hash table of fixed size with
 * linear probing, at most half full: a Set of as many keys takes five times the memory and stops the process while it grows.
 */
export class RecentKeys {
  readonly #options: RecentKeysOptions;
  /** 0 is an empty place. Allocated with the first key. */
  #newer = new Float64Array(0);
  #older = new Float64Array(0);
  #newerKeys = 0;
  #newerSinceMs = -Infinity;

  constructor(options: RecentKeysOptions) {
    this.#options = options;
  }

  /** Returns whether the key is new, and remembers it. It is a positive integer, evenly distributed. */
  add(key: number, nowMs: number): boolean {
    this.#rotateIfDue(nowMs);
    if (this.#older[placeOf(key, this.#older)] === key) return false;
    const place = placeOf(key, this.#newer);
    if (this.#newer[place] === key) return false;
    this.#newer[place] = key;
    this.#newerKeys += 1;
    return true;
  }

  #rotateIfDue(nowMs: number): void {
    const { windowMs, capacity } = this.#options;
    if (this.#newer.length === 0) {
      this.#newer = new Float64Array(2 * capacity);
      this.#older = new Float64Array(2 * capacity);
    }
    if (this.#newerKeys < capacity && nowMs - this.#newerSinceMs < windowMs) return;
    [this.#newer, this.#older] = [this.#older.fill(0), this.#newer];
    this.#newerKeys = 0;
    this.#newerSinceMs = nowMs;
  }
}

/** Where the key is, or the empty place for it. */
function placeOf(key: number, table: Float64Array): number {
  let place = key % table.length;
  while (table[place] !== 0 && table[place] !== key) place = (place + 1) % table.length;
  return place;
}
