import { onlineMembers } from '../../rooms/latest-values.ts';
import type { RoomView } from '../../rooms/room.ts';
import { freshShareForSum } from '../../status/app-audience.ts';
import type { AppStatus } from '../../status/app-status.ts';
import { type TaskName, taskNames } from '../../tasks/tasks.ts';

/** What one room adds to the totals of its app. */
export interface RoomShare {
  readonly isAlive: boolean;
  /** Tasks for which the room has a fresh value, as bits in the order of the task names: one number saves memory. */
  readonly fresh: number;
  readonly onlineMembers: number | undefined;
}

/** Totals over the exported rooms of an app. */
export interface RoomTotals {
  /** Rooms that have not ended. */
  readonly exported: number;
  /** How many of them have a fresh value of the task. */
  readonly fresh: Readonly<Record<TaskName, number>>;
  /** The sum of the online members over the given number of rooms. */
  readonly onlineMembers: { readonly sum: number; readonly rooms: number };
  /** Rooms that have not ended and are not exported because of the series limit. */
  readonly droppedBySeries: number;
}

const shareOfEndedRoom: RoomShare = { isAlive: false, fresh: 0, onlineMembers: undefined };

export function roomShare({ latest, endedAtMs }: RoomView): RoomShare {
  if (endedAtMs !== undefined) return shareOfEndedRoom;
  return {
    isAlive: true,
    fresh: taskNames.reduce((bits, task, bit) => (latest[task] === undefined ? bits : bits | (1 << bit)), 0),
    onlineMembers: onlineMembers(latest)?.value,
  };
}

/** Keeps the totals of the rooms of an app up to date, so that no scrape has to iterate over all rooms. */
export class RoomTally {
  readonly #fresh = Object.fromEntries(taskNames.map((task) => [task, 0])) as Record<TaskName, number>;
  #exported = 0;
  #onlineRooms = 0;
  #onlineSum = 0;
  #dropped = 0;

  /** Adds (`by` 1) or subtracts (-1) an exported room. */
  count(share: RoomShare, by: 1 | -1): void {
    if (!share.isAlive) return;
    this.#exported += by;
    for (const [bit, task] of taskNames.entries()) if ((share.fresh & (1 << bit)) !== 0) this.#fresh[task] += by;
    if (share.onlineMembers === undefined) return;
    this.#onlineRooms += by;
    this.#onlineSum += by * share.onlineMembers;
  }

  /** Adds (`by` 1) or subtracts (-1) a room that is dropped because of the series limit. */
  countDropped(share: RoomShare, by: 1 | -1): void {
    if (share.isAlive) this.#dropped += by;
  }

  totals(): RoomTotals {
    return {
      exported: this.#exported,
      fresh: { ...this.#fresh },
      onlineMembers: { sum: this.#onlineSum, rooms: this.#onlineRooms },
      droppedBySeries: this.#dropped,
    };
  }
}

/**
 * The online members of an app. Undefined unless 99 % of the rooms have a value, and while rooms may be missing: before the
 * first listing has succeeded, or if a room file could never be read. If the listing found no room, 0 is the true sum.
 */
export function completeSum(
  { exported, onlineMembers: online, droppedBySeries }: RoomTotals,
  { knownRooms, droppedRooms }: Pick<AppStatus, 'knownRooms' | 'droppedRooms'>,
): number | undefined {
  if (knownRooms === undefined) return undefined;
  // The totals may be older than the status: rooms that were discovered since count as rooms without a value.
  const expected = knownRooms - droppedRooms.limit - droppedRooms.filter - droppedBySeries;
  return online.rooms >= freshShareForSum * Math.max(exported, expected) ? online.sum : undefined;
}

/** The totals of an app without rooms. */
export const noRooms: RoomTotals = new RoomTally().totals();
