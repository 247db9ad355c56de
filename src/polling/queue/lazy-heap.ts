import FlatQueue from 'flatqueue';

/** Entries that no longer stand are cleared away once there are so many, and more than those that do. */
const clearFrom = 1024;

/**
 * A heap, the lowest order first, whose items need not be found to be removed: an entry stands as long as `orderOf` says
 * of its item what it said when it was pushed. Two flat arrays hold it, since there may be a hundred thousand.
 */
export class LazyHeap<T> {
  readonly #orderOf: (item: T) => number | undefined;
  #heap = new FlatQueue<T>();
  #clearAt = clearFrom;

  /** `orderOf` gives an item's order, or undefined where it does not belong here. */
  constructor(orderOf: (item: T) => number | undefined) {
    this.#orderOf = orderOf;
  }

  /** Adds an item with its present order. */
  push(item: T): void {
    if (this.#heap.length >= this.#clearAt) this.#clear();
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
    return new Set(this.#standing());
  }

  #clear(): void {
    const before = this.#standing();
    this.#heap = new FlatQueue<T>();
    // In the order in which the heap holds them each is pushed behind its parent, where it can stay.
    for (const item of before) this.#heap.push(item, this.#orderOf(item) ?? 0);
    this.#clearAt = 2 * this.#heap.length + clearFrom;
  }

  /** Items of the entries that stand; one that was taken out and put back at the same place may be here twice. */
  #standing(): readonly T[] {
    const { ids, values, length } = this.#heap;
    return ids.slice(0, length).filter((item, index) => this.#orderOf(item) === values[index]);
  }
}
