/** The shares of the rooms, or of their audiences, for which the time is reported. */
export const shares = [0.5, 0.9, 0.99, 1] as const;

export interface FirstCallsReport {
  /** Rooms that were not called yet. */
  readonly missing: number;
  /** Seconds from the start until these shares of the rooms were called; null if that has not happened yet. */
  readonly seconds: readonly (number | null)[];
  /** The same, of the audience: a room counts as much as it has viewers. */
  readonly weightedSeconds: readonly (number | null)[];
  /** The longest time between two calls for one of the largest rooms before all rooms were called, in seconds. */
  readonly largestAgeSeconds: number;
}

/** "The 200 largest". */
const largestRooms = 200;

/** Notes when each room was called first by one command, and how old the values of the largest rooms become meanwhile. */
export class FirstCalls {
  #audiences: ReadonlyMap<string, number>;
  readonly #firstMs = new Map<string, number>();
  readonly #lastMs = new Map<string, number>();
  readonly #largest: ReadonlySet<string>;
  #largestAgeMs = 0;

  /** The largest audience first. */
  constructor(rooms: readonly { readonly roomId: string; readonly audience: number }[]) {
    this.#audiences = new Map(rooms.map(({ roomId, audience }) => [roomId, audience]));
    this.#largest = new Set(rooms.slice(0, largestRooms).map(({ roomId }) => roomId));
  }

  called(roomId: string, nowMs: number): void {
    const isOver = this.#firstMs.size >= this.#audiences.size;
    if (!this.#firstMs.has(roomId)) this.#firstMs.set(roomId, nowMs);
    if (isOver || !this.#largest.has(roomId)) return;
    const ageMs = nowMs - (this.#lastMs.get(roomId) ?? nowMs);
    this.#largestAgeMs = Math.max(this.#largestAgeMs, ageMs);
    this.#lastMs.set(roomId, nowMs);
  }

  firstMs(roomId: string): number | undefined {
    return this.#firstMs.get(roomId);
  }

  keepOnly(live: ReadonlySet<string>): void {
    this.#audiences = new Map([...this.#audiences].filter(([id]) => live.has(id) || this.#firstMs.has(id)));
  }

  report(startedMs: number): FirstCallsReport {
    const called = [...this.#audiences]
      .flatMap(([id, audience]) => {
        const firstMs = this.#firstMs.get(id);
        return firstMs === undefined ? [] : [{ firstMs, audience }];
      })
      .toSorted((a, b) => a.firstMs - b.firstMs);
    const viewers = [...this.#audiences.values()].reduce((sum, audience) => sum + audience, 0);
    const secondsUntil = (weightOf: (audience: number) => number, total: number) => {
      let sum = 0;
      const sums = called.map(({ audience }) => (sum += weightOf(audience)));
      return shares.map((share) => {
        const firstMs = called[sums.findIndex((reached) => reached >= share * total)]?.firstMs;
        return firstMs === undefined ? null : (firstMs - startedMs) / 1000;
      });
    };
    return {
      missing: this.#audiences.size - called.length,
      seconds: secondsUntil(() => 1, this.#audiences.size),
      weightedSeconds: secondsUntil((audience) => audience, viewers),
      largestAgeSeconds: this.#largestAgeMs / 1000,
    };
  }
}
