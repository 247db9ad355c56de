/** What is kept of the audience of one room, in 4-byte numbers: where each of them is. NaN stands for unknown. */
export const field = {
  /** Means of minutes, the newest first: a few that wait, and those that make up the baseline. */
  minutes: 0,
  /** The newest responses, the newest first: their members, and how many minutes before the newest one they came. */
  recentMembers: 18,
  recentAges: 24,
  level: 30,
  baseline: 31,
  deviation: 32,
  /** Usual time between two responses, in minutes. */
  interval: 33,
  /** The minute that is not over: the sum of its responses, their number, and how many minutes ago the first one came. */
  sum: 34,
  count: 35,
  age: 36,
  /** For how many minutes all responses have been 0, and for how many they have been few. */
  zeroMinutes: 37,
  smallMinutes: 38,
  /** The loss in progress: the lowest responses, the largest step down, and for how many minutes the audience has been back. */
  lowest: 39,
  stepRatio: 40,
  backMinutes: 41,
  /** How many minutes have ended since a gap. */
  minutesSinceGap: 42,
} as const;

const numberCount = 43;

/** And in 8-byte numbers, Unix milliseconds. */
export const timeField = { newest: 0, lossStart: 1 } as const;

const timeCount = 2;
export const savedCount = timeCount + numberCount;

const slotsInChunk = 256;

interface Chunk {
  readonly numbers: Float32Array;
  readonly times: Float64Array;
}

/** Where the numbers of a room are: the arrays of its chunk, and its first indexes in them. */
export interface Slot extends Chunk {
  readonly first: number;
  readonly firstTime: number;
}

export function get({ numbers, first }: Slot, at: number): number {
  return numbers[first + at] as number;
}

export function set({ numbers, first }: Slot, at: number, value: number): void {
  numbers[first + at] = value;
}

export function getTime({ times, firstTime }: Slot, at: number): number {
  return times[firstTime + at] as number;
}

export function setTime({ times, firstTime }: Slot, at: number, atMs: number): void {
  times[firstTime + at] = atMs;
}

export function clear({ numbers, first }: Slot, at = 0, count = numberCount): void {
  numbers.fill(NaN, first + at, first + at + count);
}

/** Moves a list of numbers by one, so that its first place is free for a new one. The last one is lost. */
export function shift({ numbers, first }: Slot, at: number, count: number): void {
  numbers.copyWithin(first + at + 1, first + at, first + at + count - 1);
}

/** All numbers of a room, the times first. Finite, because JSON has no others: -1 stands for NaN, and no number is negative. */
export function saveSlot({ numbers, times, first, firstTime }: Slot): readonly number[] {
  return [
    ...times.subarray(firstTime, firstTime + timeCount),
    ...Array.from(numbers.subarray(first, first + numberCount), (value) => Math.round(value * 1000) / 1000),
  ].map((value) => (Number.isNaN(value) ? -1 : value));
}

export function restoreSlot(
  { numbers, times, first, firstTime }: Slot,
  saved: readonly number[],
  here: (atMs: number) => number,
): void {
  const values = saved.map((value) => (value === -1 ? NaN : value));
  times.set(values.slice(0, timeCount).map(here), firstTime);
  numbers.set(values.slice(timeCount), first);
}

/**
 * The numbers of many rooms. Chunks of typed arrays, because objects would take three times the memory, and one large array
 * would be copied, and half empty, each time that it grows.
 */
export class AudienceSlots {
  readonly #chunks: Chunk[] = [];
  readonly #free: number[] = [];

  /** The slot is empty: all of its numbers are NaN. */
  take(): number {
    if (this.#free.length === 0) this.#grow();
    return this.#free.pop() as number;
  }

  release(index: number): void {
    const slot = this.at(index);
    clear(slot);
    slot.times.fill(NaN, slot.firstTime, slot.firstTime + timeCount);
    this.#free.push(index);
  }

  at(index: number): Slot {
    const { numbers, times } = this.#chunks[Math.floor(index / slotsInChunk)] as Chunk;
    const place = index % slotsInChunk;
    return { numbers, times, first: place * numberCount, firstTime: place * timeCount };
  }

  #grow(): void {
    const firstIndex = this.#chunks.length * slotsInChunk;
    this.#chunks.push({
      numbers: new Float32Array(slotsInChunk * numberCount).fill(NaN),
      times: new Float64Array(slotsInChunk * timeCount).fill(NaN),
    });
    for (let place = slotsInChunk - 1; place >= 0; place -= 1) this.#free.push(firstIndex + place);
  }
}
