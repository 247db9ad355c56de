import { addResponse, addToMinute, forgetRecent, isAfterGap, noticeGap } from './audience-level.ts';
import { isInLoss, regainedRatio, restartYoungLoss, updateLoss } from './audience-loss.ts';
import {
  AudienceSlots,
  clear,
  field,
  get,
  getTime,
  restoreSlot,
  savedCount,
  saveSlot,
  set,
  setTime,
  type Slot,
  timeField,
} from './audience-slots.ts';

/** How the audience of a room develops. Rules decide what is an incident. */
export interface AudienceTrend {
  /** Members that the room usually has; does not follow a sudden loss for up to an hour. Undefined until there are enough responses. */
  readonly baseline: number | undefined;
  /** Recent level ÷ baseline. */
  readonly dropRatio: number | undefined;
  /** The room's own unrest: its usual change from minute to minute in members, at least that of counting (√baseline). */
  readonly deviation: number | undefined;
  /** A loss in progress, noticed with wide margins: wider than any sensible threshold of a rule. */
  readonly loss: AudienceLoss | undefined;
}

export interface AudienceLoss {
  /** Unix milliseconds of the first low response. */
  readonly startedAtMs: number;
  /** Smallest level ÷ the level of 2 to 4 minutes before; undefined if a gap hid it. */
  readonly stepRatio: number | undefined;
  /** Share of the loss that came back since the lowest responses, beyond counting noise: 0 to 1. */
  readonly regainedRatio: number;
}

interface AudienceResponse {
  readonly members: number;
  /** Unix milliseconds. */
  readonly atMs: number;
}

/** The audience from which on a room has a slot, and that below which it loses the slot after an hour. */
const smallestAudience = 20;
const smallAudience = 15;
/** In minutes. */
const hour = 60;
/** The API reports a false 0 for up to 4 minutes. */
const falseZeroMinutes = 5;
/** A response that is older than this is not a late one: the clock was set back. */
const lateMinutes = 2;

/**
 * The recent audiences of the rooms of an app. Each response is taken in at once, in constant time, and a room takes less than
 * 200 bytes. All times are those of the responses: nothing here reads a clock.
 */
export class AudienceHistory {
  readonly #slots = new AudienceSlots();
  readonly #minuteMs: number;

  /** `minuteMs` is the length of a minute in milliseconds: tests run faster. */
  constructor({ minuteMs = 60_000 }: { readonly minuteMs?: number } = {}) {
    this.#minuteMs = minuteMs;
  }

  /** Takes in a response. Returns the room's slot; undefined while the room is too small for one. */
  responded(index: number | undefined, { members, atMs }: AudienceResponse): number | undefined {
    if (!Number.isFinite(members) || members < 0 || !Number.isFinite(atMs)) return index;
    if (index === undefined && members < smallestAudience) return undefined;
    const taken = index ?? this.#slots.take();
    const slot = this.#slots.at(taken);
    const elapsed = this.#elapse(slot, atMs);
    if (elapsed === undefined) return taken;
    if (isSmall(slot, members, elapsed)) {
      this.#slots.release(taken);
      return undefined;
    }
    this.#takeIn(slot, { members, atMs }, elapsed);
    return taken;
  }

  trend(index: number): AudienceTrend {
    const slot = this.#slots.at(index);
    const baseline = known(get(slot, field.baseline));
    const level = known(get(slot, field.level));
    return {
      baseline,
      dropRatio: baseline === undefined || baseline === 0 || level === undefined ? undefined : level / baseline,
      deviation: known(get(slot, field.deviation)),
      loss: isInLoss(slot)
        ? {
            startedAtMs: getTime(slot, timeField.lossStart),
            stepRatio: known(get(slot, field.stepRatio)),
            regainedRatio: regainedRatio(slot),
          }
        : undefined,
    };
  }

  /** Forgets a room: it ended, began a new life, or is no longer selected. */
  release(index: number): void {
    this.#slots.release(index);
  }

  /** What is known of a room, for {@link restore}. */
  save(index: number): readonly number[] {
    return saveSlot(this.#slots.at(index));
  }

  /**
   * Takes a slot for a saved room; undefined for what {@link save} cannot have returned. `here` converts a saved time to this
   * process' clock.
   */
  restore(saved: readonly number[], here: (atMs: number) => number = (atMs) => atMs): number | undefined {
    const isSaved =
      saved.length === savedCount &&
      saved.every((value) => Number.isFinite(value) && (value >= 0 || value === -1)) &&
      saved[timeField.newest] !== -1;
    if (!isSaved) return undefined;
    const index = this.#slots.take();
    restoreSlot(this.#slots.at(index), saved, here);
    return index;
  }

  /** Moves a room's time on. Returns the minutes since its newest response; undefined if this one is late, or the same one. */
  #elapse(slot: Slot, atMs: number): number | undefined {
    const newest = getTime(slot, timeField.newest);
    const elapsed = Number.isNaN(newest) ? 0 : (atMs - newest) / this.#minuteMs;
    if (elapsed < 0 ? elapsed > -lateMinutes : atMs === newest) return undefined;
    setTime(slot, timeField.newest, atMs);
    if (elapsed > hour) {
      // What was usual that long ago says nothing.
      clear(slot);
      setTime(slot, timeField.lossStart, NaN);
      return 0;
    }
    // The clock was set back: a loss in progress keeps its age.
    if (elapsed < 0) setTime(slot, timeField.lossStart, getTime(slot, timeField.lossStart) + atMs - newest);
    return Math.max(elapsed, 0);
  }

  #takeIn(slot: Slot, { members, atMs }: AudienceResponse, elapsed: number): void {
    const zeroMinutes = get(slot, field.zeroMinutes);
    const waitedMinutes = members > 0 ? 0 : Number.isNaN(zeroMinutes) ? 0 : zeroMinutes + elapsed;
    set(slot, field.zeroMinutes, members > 0 ? NaN : waitedMinutes);
    if (members === 0 && waitedMinutes < falseZeroMinutes) return;
    const isGap = isAfterGap(slot, elapsed);
    const wereFalseZeros = members > 0 && zeroMinutes < falseZeroMinutes;
    const wereRealZeros = members === 0 && zeroMinutes < falseZeroMinutes;
    if (isGap) noticeGap(slot, elapsed);
    if (wereFalseZeros || wereRealZeros) forgetRecent(slot);
    if (isGap || wereFalseZeros) restartYoungLoss(slot, atMs, this.#minuteMs);
    // Several responses proved that the room is empty, so the level need not wait for a second one.
    if (wereRealZeros) addResponse(slot, 0, elapsed / 2);
    addResponse(slot, members, wereRealZeros ? elapsed / 2 : elapsed);
    updateLoss(slot, { atMs, elapsed, waitedMinutes, minuteMs: this.#minuteMs });
    addToMinute(slot, { members, elapsed, isFrozen: isInLoss(slot) });
  }
}

/** Whether the room has been small for an hour. */
function isSmall(slot: Slot, members: number, elapsed: number): boolean {
  const before = get(slot, field.smallMinutes);
  set(slot, field.smallMinutes, members >= smallAudience ? NaN : Number.isNaN(before) ? 0 : before + elapsed);
  return get(slot, field.smallMinutes) >= hour;
}

function known(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
