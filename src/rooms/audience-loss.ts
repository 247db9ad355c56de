import {
  earlierLevel,
  higherOfTwo,
  lowerOfTwo,
  lowestEarlierLevel,
  minutesBelow,
  restartBaseline,
} from './audience-level.ts';
import { field, get, getTime, set, setTime, type Slot, timeField } from './audience-slots.ts';

/** A loss begins below this share of the baseline, if it is also below that share of the level of some minutes before. */
const lossRatio = 0.8;
const suddenRatio = 0.85;
/** A smaller loss is counting noise: standard deviations. */
const noiseFactor = 2.5;
/** A loss that has never been below this share of the baseline is slight. */
const slightRatio = 0.7;
/** Much of a loss has come back. */
const returnedRatio = 0.3;
/** The audience is back at this share of the baseline, for this number of minutes. */
const backRatio = 0.85;
const backMinutes = 3;
/** After this number of minutes, a loss is the new normal. */
const longestLoss = 60;
/** Minutes after which a loss is not young any more: the longest glitch and a little more. */
const youngLoss = 6;

export function isInLoss(slot: Slot): boolean {
  return !Number.isNaN(get(slot, field.lowest));
}

/**
 * Whether viewers come back is seen in real responses only. So the time of a loss that has just begun starts again after a gap
 * and after false zeros.
 */
export function restartYoungLoss(slot: Slot, atMs: number, minuteMs: number): void {
  if (atMs - getTime(slot, timeField.lossStart) < youngLoss * minuteMs) setTime(slot, timeField.lossStart, atMs);
}

interface Moment {
  readonly atMs: number;
  /** Minutes since the response before. */
  readonly elapsed: number;
  /** For how many minutes this had been the response before it was believed. */
  readonly waitedMinutes: number;
  readonly minuteMs: number;
}

/** Call it when the level is up to date. */
export function updateLoss(slot: Slot, moment: Moment): void {
  const level = get(slot, field.level);
  const baseline = get(slot, field.baseline);
  const earlier = earlierLevel(slot);
  const step = level / earlier;
  const isSudden = !(step >= suddenRatio);
  if (!isInLoss(slot)) {
    const isLoss = level < lossRatio * baseline && level < baseline - noiseFactor * Math.sqrt(baseline);
    if (isLoss && isSudden) startLoss(slot, { ...moment, level, earlier, baseline });
    return;
  }
  const lossMinutes = (moment.atMs - getTime(slot, timeField.lossStart)) / moment.minuteMs;
  const isOld = lossMinutes > Math.max(5, 4 * get(slot, field.interval));
  if (isOld && step < suddenRatio && isAnotherLoss(slot, { level, earlier, baseline })) {
    restartBaseline(slot, Math.min(earlier, baseline));
    startLoss(slot, { ...moment, level, earlier, baseline });
    return;
  }
  set(slot, field.lowest, Math.min(get(slot, field.lowest), lowestOf(slot)));
  if (step < suddenRatio && !(get(slot, field.stepRatio) <= step)) set(slot, field.stepRatio, step);
  set(slot, field.backMinutes, level >= backRatio * baseline ? get(slot, field.backMinutes) + moment.elapsed : 0);
  if (get(slot, field.backMinutes) >= backMinutes) endLoss(slot);
  else if (lossMinutes >= longestLoss) {
    endLoss(slot);
    restartBaseline(slot, level);
  }
}

/**
 * A room that loses its audience again has another loss, of what it had in between, if the first one was slight, or much of it had
 * come back for minutes. A stream that flaps has one loss.
 */
function isAnotherLoss(slot: Slot, { level, earlier, baseline }: Levels): boolean {
  const lowest = get(slot, field.lowest);
  if (level >= slightRatio * Math.min(baseline, earlier)) return false;
  return lowest >= slightRatio * baseline || lowestEarlierLevel(slot) - lowest >= returnedRatio * (baseline - lowest);
}

interface Levels {
  readonly level: number;
  readonly earlier: number;
  readonly baseline: number;
}

function startLoss(slot: Slot, { atMs, waitedMinutes, minuteMs, level, earlier, baseline }: Moment & Levels): void {
  // The first response that is nearer to the level than to what was before.
  const bound = (level + (Number.isNaN(earlier) ? baseline : earlier)) / 2;
  const minutes = Math.max(waitedMinutes, minutesBelow(slot, bound));
  setTime(slot, timeField.lossStart, Math.round(atMs - minutes * minuteMs));
  set(slot, field.lowest, lowestOf(slot));
  set(slot, field.stepRatio, level / earlier);
  set(slot, field.backMinutes, 0);
}

/** A single low response says little, unless the level believed it. */
function lowestOf(slot: Slot): number {
  return Math.min(get(slot, field.level), higherOfTwo(slot));
}

function endLoss(slot: Slot): void {
  for (const at of [field.lowest, field.stepRatio, field.backMinutes]) set(slot, at, NaN);
  setTime(slot, timeField.lossStart, NaN);
}

/**
 * The share of the loss that came back since the lowest responses. One standard deviation of counting noise does not count, and
 * neither does a single higher response.
 */
export function regainedRatio(slot: Slot): number {
  const lowest = get(slot, field.lowest);
  const regained = lowerOfTwo(slot) - lowest - Math.sqrt(lowest);
  return regained > 0 ? Math.min(regained / (get(slot, field.baseline) - lowest), 1) : 0;
}
