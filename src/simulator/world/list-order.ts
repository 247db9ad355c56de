import type { Broadcast } from './broadcast.ts';

/** World time for which the room list keeps its order. Rooms can change places between two pages of a listing. */
const orderLifetimeMs = 5_000;

interface Entry {
  readonly broadcast: Broadcast;
  views: number;
}

/**
 * The order of the room list, most viewed first. Like the real list it is a few seconds old: a room that has just ended
 * is still listed, and a room that has just begun is not yet listed.
 */
export class ListOrder {
  readonly #source: (ms: number) => Iterable<Broadcast>;
  #order: Entry[] = [];
  #sortedMs = -Infinity;

  constructor(source: (ms: number) => Iterable<Broadcast>) {
    this.#source = source;
  }

  /** Makes the next read sort again. */
  invalidate(): void {
    this.#sortedMs = -Infinity;
  }

  read(ms: number): readonly { readonly broadcast: Broadcast }[] {
    if (ms >= this.#sortedMs && ms - this.#sortedMs < orderLifetimeMs) return this.#order;
    this.#order = this.#sort(ms);
    this.#sortedMs = ms;
    return this.#order;
  }

  /** Starts from the previous order, because sorting an almost sorted array is fast. */
  #sort(ms: number): Entry[] {
    const listed = new Set<Broadcast>();
    for (const broadcast of this.#source(ms)) if (broadcast.isListed(ms)) listed.add(broadcast);
    const order = this.#order.filter((entry) => listed.delete(entry.broadcast));
    for (const broadcast of listed) order.push({ broadcast, views: 0 });
    for (const entry of order) entry.views = entry.broadcast.viewsAt(ms);
    return order.toSorted((a, b) => b.views - a.views);
  }
}
