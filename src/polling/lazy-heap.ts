import TinyQueue from 'tinyqueue';

interface Entry<T> {
  readonly item: T;
  readonly order: number;
  /** Of those with one order, the first to come is the first to go. */
  readonly sequence: number;
  /** The item's version when it was pushed: if that has changed, the entry no longer stands. */
  readonly version: number;
}

/** Something that may stand in several heaps at once, and leaves them all when its version changes. */
export interface Versioned {
  readonly version: number;
}

/** Entries that no longer stand are cleared away once there are so many, and more than those that do. */
const clearFrom = 1024;

/** A heap, the lowest order first, whose entries need not be found to be removed. */
export class LazyHeap<T extends Versioned> {
  #heap = new TinyQueue<Entry<T>>([], byOrder);
  #clearAt = clearFrom;
  #sequence = 0;

  push(item: T, order: number): void {
    if (this.#heap.length >= this.#clearAt) {
      this.#heap = new TinyQueue(this.#heap.data.filter(stands), byOrder);
      this.#clearAt = 2 * this.#heap.length + clearFrom;
    }
    this.#sequence += 1;
    this.#heap.push({ item, order, sequence: this.#sequence, version: item.version });
  }

  /** The lowest entry that stands. */
  first(): { readonly item: T; readonly order: number } | undefined {
    for (;;) {
      const entry = this.#heap.peek();
      if (entry === undefined || stands(entry)) return entry;
      this.#heap.pop();
    }
  }

  /** Everything that stands, in no order. */
  items(): readonly T[] {
    return this.#heap.data.filter(stands).map(({ item }) => item);
  }
}

function stands(entry: Entry<Versioned>): boolean {
  return entry.item.version === entry.version;
}

function byOrder(a: Entry<Versioned>, b: Entry<Versioned>): number {
  return a.order - b.order || a.sequence - b.sequence;
}
