import { clear, field, get, set, shift, type Slot } from './audience-slots.ts';

// All times are in minutes.

/** Newer minutes wait before they count for the baseline, so that the beginning of a loss does not lower it. */
const waitingMinutes = 3;
const minuteCount = field.recentMembers - field.minutes;
/** Of fewer minutes, a median says little. */
const fewestMinutes = 3;
const recentCount = field.recentAges - field.recentMembers;
/** Responses that follow each other faster than this share a place, so that the places reach back for about a minute. */
const shortestAge = 1 / 8;
/** Of a room that is polled more slowly, a single response below this share of the baseline is believed. */
const slowInterval = 3;
const believedRatio = 0.5;
/** After a longer gap, nobody knows whether the audience changed suddenly. */
const longestGap = 4;

/** Whether the time since the response before is a gap, and not the interval at which the room is polled. */
export function isAfterGap(slot: Slot, elapsed: number): boolean {
  return elapsed > Math.max(1, 3 * get(slot, field.interval));
}

/** After a gap, and after false zeros, a level needs new responses. */
export function forgetRecent(slot: Slot): void {
  clear(slot, field.recentMembers, 2 * recentCount);
}

/** The level stays unknown until there are two responses, and the step until minutes have ended. */
export function noticeGap(slot: Slot, elapsed: number): void {
  forgetRecent(slot);
  set(slot, field.level, NaN);
  if (elapsed > longestGap) set(slot, field.minutesSinceGap, 0);
}

export function addResponse(slot: Slot, members: number, elapsed: number): void {
  updateInterval(slot, elapsed);
  for (let at = field.recentAges; at < field.recentAges + recentCount; at += 1) set(slot, at, get(slot, at) + elapsed);
  const apart = get(slot, field.recentAges + 1) - get(slot, field.recentAges);
  // The newest response is replaced if the one before it is that young.
  if (!(apart < shortestAge)) {
    shift(slot, field.recentMembers, recentCount);
    shift(slot, field.recentAges, recentCount);
  }
  set(slot, field.recentMembers, members);
  set(slot, field.recentAges, 0);
  updateLevel(slot);
}

function updateInterval(slot: Slot, elapsed: number): void {
  const interval = get(slot, field.interval);
  if (elapsed === 0) return;
  // A room may be polled more slowly from now on: a second gap of the same length is an interval.
  const weight = isAfterGap(slot, elapsed) ? 1 / 2 : 1 / 8;
  set(slot, field.interval, Number.isNaN(interval) ? elapsed : interval + weight * (elapsed - interval));
}

/**
 * The median of the responses of the last minute. A room that is polled more slowly has the higher one of its last two
 * responses, because a single low one says little. If the next one is minutes away, the loss of half of the audience is not
 * kept back for it.
 */
function updateLevel(slot: Slot): void {
  let count = 0;
  while (count < recentCount && get(slot, field.recentAges + count) <= 1) count += 1;
  const newest = get(slot, field.recentMembers);
  const isBelievedAtOnce =
    get(slot, field.recentAges + 1) > slowInterval && newest < believedRatio * get(slot, field.baseline);
  if (count >= 3) set(slot, field.level, median(copy(slot, field.recentMembers, count)));
  else if (Number.isNaN(get(slot, field.recentMembers + 1))) return;
  else set(slot, field.level, isBelievedAtOnce ? newest : higherOfTwo(slot));
}

export function lowerOfTwo(slot: Slot): number {
  return Math.min(get(slot, field.recentMembers), get(slot, field.recentMembers + 1));
}

export function higherOfTwo(slot: Slot): number {
  return Math.max(get(slot, field.recentMembers), get(slot, field.recentMembers + 1));
}

/** Minutes since the first of the newest responses in a row that are below a bound. */
export function minutesBelow(slot: Slot, bound: number): number {
  let count = 0;
  while (count < recentCount && get(slot, field.recentMembers + count) < bound) count += 1;
  return count === 0 ? 0 : get(slot, field.recentAges + count - 1);
}

/** The level of 2 to 4 minutes before; NaN if it is unknown, or a gap is between. */
export function earlierLevel(slot: Slot): number {
  if (get(slot, field.minutesSinceGap) < waitingMinutes) return NaN;
  return Math.max(get(slot, field.minutes + 1), get(slot, field.minutes + 2));
}

/** The lowest of the last minutes that are over: the audience had at least this for a while. */
export function lowestEarlierLevel(slot: Slot): number {
  return Math.min(get(slot, field.minutes), get(slot, field.minutes + 1), get(slot, field.minutes + 2));
}

/** Call it after the response has been judged: a loss that it proves must not reach the baseline. */
export function addToMinute(slot: Slot, { members, elapsed, isFrozen }: ToMinute): void {
  set(slot, field.age, get(slot, field.age) + elapsed);
  if (get(slot, field.age) >= 1) {
    shift(slot, field.minutes, isFrozen ? waitingMinutes : minuteCount);
    set(slot, field.minutes, get(slot, field.sum) / get(slot, field.count));
    set(slot, field.minutesSinceGap, get(slot, field.minutesSinceGap) + 1);
    set(slot, field.age, NaN);
    if (!isFrozen) updateBaseline(slot);
  }
  if (Number.isNaN(get(slot, field.age))) {
    for (const at of [field.sum, field.count, field.age]) set(slot, at, 0);
  }
  set(slot, field.sum, get(slot, field.sum) + members);
  set(slot, field.count, get(slot, field.count) + 1);
}

interface ToMinute {
  readonly members: number;
  readonly elapsed: number;
  /** The minutes of a loss do not count for the baseline. */
  readonly isFrozen: boolean;
}

/** This number of members is normal from now on. The room's unrest stays as it was. */
export function restartBaseline(slot: Slot, members: number): void {
  const oldest = field.minutes + waitingMinutes;
  clear(slot, oldest, minuteCount - waitingMinutes);
  for (let at = 0; at < fewestMinutes; at += 1) set(slot, oldest + at, members);
  set(slot, field.baseline, members);
}

function updateBaseline(slot: Slot): void {
  const oldest = field.minutes + waitingMinutes;
  let count = 0;
  while (count < minuteCount - waitingMinutes && !Number.isNaN(get(slot, oldest + count))) count += 1;
  let change = 0;
  for (let at = oldest + 1; at < oldest + count; at += 1) change += Math.abs(get(slot, at) - get(slot, at - 1));
  const baseline = count < fewestMinutes ? NaN : median(copy(slot, oldest, count));
  set(slot, field.baseline, baseline);
  set(slot, field.deviation, Math.max(Math.sqrt(baseline), change / (count - 1)));
}

function copy({ numbers, first }: Slot, at: number, count: number): Float32Array {
  return numbers.slice(first + at, first + at + count);
}

/** Sorts the values. */
function median(values: Float32Array): number {
  values.sort();
  const middle = values.length >> 1;
  const upper = values[middle] as number;
  return values.length % 2 === 1 ? upper : ((values[middle - 1] as number) + upper) / 2;
}
