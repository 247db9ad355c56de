import { taskNames, type RoomView, type TaskName } from '../../rooms/room.ts';
import { onlineMembers } from './room-facts.ts';

/** A sum over fewer of the rooms looks like a drop of the audience. */
const freshShareForSum = 0.99;

/** What one room adds to its app's totals. */
export interface RoomShare {
  readonly isAlive: boolean;
  /** Tasks of which the room has a value that is not stale, as bits in the order of their names: there are many rooms. */
  readonly fresh: number;
  readonly onlineMembers: number | undefined;
}

/** Totals over the rooms of an app that are shown. */
export interface RoomTotals {
  /** Rooms that are alive. */
  readonly exported: number;
  /** Of those, how many have a value of the task that is not stale. */
  readonly fresh: Readonly<Record<TaskName, number>>;
  /** The sum of the online members, over so many of the rooms. */
  readonly onlineMembers: { readonly sum: number; readonly rooms: number };
  /** Rooms that are alive and not shown, because of the limit of series. */
  readonly droppedBySeries: number;
}

const shareOfEnded: RoomShare = { isAlive: false, fresh: 0, onlineMembers: undefined };

export function roomShare({ latest, endedAtMs }: RoomView): RoomShare {
  if (endedAtMs !== undefined) return shareOfEnded;
  return {
    isAlive: true,
    fresh: taskNames.reduce((bits, task, bit) => (latest[task] === undefined ? bits : bits | (1 << bit)), 0),
    onlineMembers: onlineMembers(latest)?.value,
  };
}

/** Keeps the totals of an app's rooms as they come, change and go, so that no scrape has to walk over all of them. */
export class RoomTally {
  readonly #fresh = Object.fromEntries(taskNames.map((task) => [task, 0])) as Record<TaskName, number>;
  #exported = 0;
  #onlineRooms = 0;
  #onlineSum = 0;
  #dropped = 0;

  /** A room is shown (`by` 1) or no longer (-1). */
  count(share: RoomShare, by: 1 | -1): void {
    if (!share.isAlive) return;
    this.#exported += by;
    for (const [bit, task] of taskNames.entries()) if ((share.fresh & (1 << bit)) !== 0) this.#fresh[task] += by;
    if (share.onlineMembers === undefined) return;
    this.#onlineRooms += by;
    this.#onlineSum += by * share.onlineMembers;
  }

  /** A room is dropped for the limit of series (`by` 1) or no longer (-1). */
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
 * The online members of an app: undefined unless 99 % of the rooms have a value, and before the first walk has
 * succeeded, when rooms are still missing. No room at all after a walk is a true 0.
 */
export function completeSum(
  { exported, onlineMembers: online }: RoomTotals,
  areRoomsKnown: boolean,
): number | undefined {
  return areRoomsKnown && online.rooms >= freshShareForSum * exported ? online.sum : undefined;
}

/** The totals of an app of which no room is known. */
export const noRooms: RoomTotals = new RoomTally().totals();
