import FlatQueue from 'flatqueue';

/** Outdated entries are removed when there are this many, and more than valid ones. */
const cleanUpFrom = 1024;

/**
 * A heap with the lowest order first, from which an item is removed without being searched: an entry is valid as long as
 * `orderOf` returns for its item what it returned when the item was pushed. It is held by two flat arrays, since there may
 * be a hundred thousand entries.
 */
export class LazyHeap<T> {
  readonly #orderOf: (item: T) => number | undefined;
  #heap = new FlatQueue<T>();
  #cleanUpAt = cleanUpFrom;

  /** `orderOf` returns an item's order, or undefined if it does not belong here. */
  constructor(orderOf: (item: T) => number | undefined) {
    this.#orderOf = orderOf;
  }

  /** Adds an item with its present order. */
  push(item: T): void {
    if (this.#heap.length >= this.#cleanUpAt) this.#cleanUp();
    const order = this.#orderOf(item);
    if (order !== undefined) this.#heap.push(item, order);
  }

  /** The lowest item. */
  first(): T | undefined {
    for (;;) {
      const item = this.#heap.peek();
      if (item === undefined || this.#orderOf(item) === this.#heap.peekValue()) return item;
      this.#heap.pop();
    }
  }

  /** All items, in no order. */
  items(): ReadonlySet<T> {
    return new Set(this.#validItems());
  }

  #cleanUp(): void {
    const items = this.#validItems();
    this.#heap = new FlatQueue<T>();
    // In the order in which the heap holds them, each item is pushed after its parent and can stay where it is.
    for (const item of items) this.#heap.push(item, this.#orderOf(item) ?? 0);
    this.#cleanUpAt = 2 * this.#heap.length + cleanUpFrom;
  }

  /** Items of valid entries. An item that was removed and added again with the same order may be here twice. */
  #validItems(): readonly T[] {
    const { ids, values, length } = this.#heap;
    return ids.slice(0, length).filter((item, index) => this.#orderOf(item) === values[index]);
  }
}
