const minuteMs = 60_000;

/** If more of an app's rooms than this share, and at least this many, seem to end within a minute, a mass end is suspected. */
const believableShare = 0.2;
const fewestSuspected = 5;

/** A list that has become this short at once, by at least as many rooms as above, must be confirmed. */
const shrunkenShare = 0.5;

/**
 * Notices if many rooms of an app seem to end at once. Then the responses may be wrong: a backend that has lost its data calls every
 * room gone, or gives an empty list. Times are in milliseconds of the steady clock.
 */
export class MassEnd {
  readonly #suspicions = new LastMinute();
  readonly #ends = new LastMinute();
  #listed = 0;
  #isListShrunken = false;

  /** A room that is exported is suspected. */
  suspected(nowMs: number): void {
    this.#suspicions.add(nowMs);
  }

  /** A room that was exported has ended. */
  ended(nowMs: number): void {
    this.#ends.add(nowMs);
  }

  /** A complete listing has contained this many rooms. Returns whether that is believed at once: if not, the next one must agree. */
  listingEnded(listed: number): boolean {
    const lost = this.#listed - listed;
    this.#isListShrunken = !this.#isListShrunken && lost >= fewestSuspected && listed <= shrunkenShare * this.#listed;
    if (!this.#isListShrunken) this.#listed = listed;
    return !this.#isListShrunken;
  }

  /** `rooms`: those that are exported and have not ended. */
  isSuspected({ rooms, nowMs }: { readonly rooms: number; readonly nowMs: number }): boolean {
    if (this.#isListShrunken) return true;
    const suspicions = this.#suspicions.count(nowMs);
    return suspicions >= fewestSuspected && suspicions > believableShare * (rooms + this.#ends.count(nowMs));
  }
}

/** Counts the events of the last minute, to the second. */
class LastMinute {
  /** The oldest second first. */
  readonly #bySecond = new Map<number, number>();

  add(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    this.#bySecond.set(second, (this.#bySecond.get(second) ?? 0) + 1);
    if (this.#bySecond.size > minuteMs / 1000) this.#forgetOld(nowMs);
  }

  count(nowMs: number): number {
    this.#forgetOld(nowMs);
    return [...this.#bySecond.values()].reduce((sum, events) => sum + events, 0);
  }

  #forgetOld(nowMs: number): void {
    for (const second of this.#bySecond.keys()) {
      if (nowMs - second * 1000 <= minuteMs) return;
      this.#bySecond.delete(second);
    }
  }
}
