import FlatQueue from 'flatqueue';

/** Outdated entries are left behind when there are this many entries, and more outdated than valid ones. */
const leaveBehindFrom = 1024;

/** How many entries move with each one that is pushed: so all have moved long before there are too many again. */
const movedPerPush = 4;

/**
 * A heap with the lowest order first, from which an item is removed without being searched: an entry is valid as long as
 * `orderOf` returns for its item what it returned when the item was pushed. It is held by flat arrays, since there may be a hundred
 * thousand entries. For the same reason, they are never all checked at once.
 */
export class LazyHeap<T> {
  readonly #orderOf: (item: T) => number | undefined;
  #heap = new FlatQueue<T>();
  /** Entries before outdated ones were left behind: the valid ones move to the other heap one by one. */
  #before = new FlatQueue<T>();
  #leaveBehindAt = leaveBehindFrom;

  /** `orderOf` returns an item's order, or undefined if it does not belong here. */
  constructor(orderOf: (item: T) => number | undefined) {
    this.#orderOf = orderOf;
  }

  /** Adds an item with its current order. */
  push(item: T): void {
    const order = this.#orderOf(item);
    if (order === undefined) return;
    this.#heap.push(item, order);
    if (this.#before.length > 0) {
      this.#moveSome();
    } else if (this.#heap.length >= this.#leaveBehindAt) {
      this.#before = this.#heap;
      this.#heap = new FlatQueue<T>();
    }
  }

  /**
   * The lowest item. `outdated`: at most this many outdated entries are passed over before it is undefined, and the next call goes
   * on from there. Default: all of them.
   */
  first({ outdated = Infinity }: { readonly outdated?: number } = {}): T | undefined {
    const [a, b] = [this.#heap, this.#before].map((heap) => this.#validTop(heap, outdated));
    if (a === undefined || b === undefined) return a ?? b;
    return (this.#heap.peekValue() ?? 0) <= (this.#before.peekValue() ?? 0) ? a : b;
  }

  /** The items of all entries in no order, outdated ones included: an item may come several times. */
  *items(): Generator<T> {
    for (const { ids, length } of [this.#heap, this.#before]) {
      for (let index = 0; index < length; index += 1) yield ids[index] as T;
    }
  }

  #validTop(heap: FlatQueue<T>, outdated: number): T | undefined {
    for (let passed = 0; passed <= outdated; passed += 1) {
      const item = heap.peek();
      if (item === undefined || this.#orderOf(item) === heap.peekValue()) return item;
      heap.pop();
    }
    return undefined;
  }

  /** The last entry of a heap can be removed without moving another one. */
  #moveSome(): void {
    const { ids, values } = this.#before;
    for (let moved = 0; moved < movedPerPush && this.#before.length > 0; moved += 1) {
      this.#before.length -= 1;
      const item = ids[this.#before.length] as T;
      const order = values[this.#before.length] as number;
      if (this.#orderOf(item) === order) this.#heap.push(item, order);
    }
    if (this.#before.length > 0) return;
    this.#before = new FlatQueue<T>();
    this.#leaveBehindAt = 2 * this.#heap.length + leaveBehindFrom;
  }
}
