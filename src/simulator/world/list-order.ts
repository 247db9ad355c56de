import type { Show } from './show.ts';

/** World time for which the list keeps its order: between two pages of a walk, rooms change places. */
const ORDER_MS = 5_000;

/**
 * The rooms of the list, most viewed first. The order is some seconds old, as a real list's is: a room that has just
 * ended is still there, and one that has just begun is not yet.
 */
export class ListOrder {
  readonly #source: (ms: number) => Iterable<Show>;
  #order: { readonly show: Show; views: number }[] = [];
  #atMs = -Infinity;

  constructor(source: (ms: number) => Iterable<Show>) {
    this.#source = source;
  }

  /** Makes the next read sort anew. */
  invalidate(): void {
    this.#atMs = -Infinity;
  }

  read(ms: number): readonly { readonly show: Show }[] {
    if (ms >= this.#atMs && ms - this.#atMs < ORDER_MS) return this.#order;
    this.#order = this.#sorted(ms);
    this.#atMs = ms;
    return this.#order;
  }

  /** Starts from the order before: sorting what is nearly sorted takes little. */
  #sorted(ms: number): { readonly show: Show; views: number }[] {
    const listed = new Set<Show>();
    for (const show of this.#source(ms)) if (show.isListed(ms)) listed.add(show);
    const order = this.#order.filter((entry) => listed.delete(entry.show));
    for (const show of listed) order.push({ show, views: 0 });
    for (const entry of order) entry.views = entry.show.viewsAt(ms);
    return order.toSorted((a, b) => b.views - a.views);
  }
}
