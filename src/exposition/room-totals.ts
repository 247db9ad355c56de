import { taskNames, type TaskName } from '../rooms/room.ts';
import type { AppState } from './app-state.ts';
import { onlineMembers } from './room-facts.ts';

/** A sum over fewer of the rooms looks like a drop of the audience. */
const freshShareForSum = 0.99;

/** What one pass over an app's rooms tells. */
export interface RoomTotals {
  /** Rooms that are exported and alive. */
  readonly exported: number;
  /** Of those, how many have a value of the task that is not stale. */
  readonly fresh: Readonly<Record<TaskName, number>>;
  /**
   * The sum of the published online members; undefined unless 99 % of the exported rooms have one, and before the
   * first walk has succeeded, when rooms are still missing. No room at all after a walk is a true 0.
   */
  readonly onlineMembers: number | undefined;
}

export function roomTotals({ rooms, knownRooms }: Pick<AppState, 'rooms' | 'knownRooms'>): RoomTotals {
  const fresh = Object.fromEntries(taskNames.map((task) => [task, 0])) as Record<TaskName, number>;
  let exported = 0;
  let counted = 0;
  let sum = 0;
  for (const { readings, endedAtMs } of rooms) {
    if (endedAtMs !== undefined) continue;
    exported += 1;
    for (const task of taskNames) if (readings[task] !== undefined) fresh[task] += 1;
    const online = onlineMembers(readings)?.value;
    if (online === undefined) continue;
    counted += 1;
    sum += online;
  }
  const complete = knownRooms !== undefined && counted >= freshShareForSum * exported;
  return { exported, fresh, onlineMembers: complete ? sum : undefined };
}
