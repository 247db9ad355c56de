import { audienceOf } from '../rooms/latest-values.ts';
import { mayEnd } from '../rooms/lifecycle.ts';
import type { Room } from '../rooms/room.ts';
import { selectLargest } from '../rooms/selection.ts';
import type { RoomTask } from '../tasks/task.ts';

/** A plain group is asked this rarely whether it has become a live room. */
const askGroupsAgainMs = 3_600_000;

/** The rooms that are due at a trigger of a task. `roomLimit`: only the rooms with this many of the largest audiences. */
export function dueRooms(
  rooms: Iterable<Room>,
  options: {
    readonly task: Pick<RoomTask, 'liveRoomsOnly'>;
    readonly roomLimit: number | undefined;
    /** Whether the command is in the app's plan, as far as is known. If not, one room is enough to try it again: the `trial`th. */
    readonly isAvailable: boolean;
    /** Counts the triggers, so that a room which is always refused cannot keep the task paused. Default: 0. */
    readonly trial?: number;
    /** Unix milliseconds. */
    readonly nowMs: number;
  },
): Iterable<Room> {
  const { task, roomLimit, isAvailable, trial = 0, nowMs } = options;
  const due = servedRooms(rooms, { task, nowMs });
  if (!isAvailable) return oneOf([...due], trial);
  return roomLimit === undefined ? due : largestOf(due, roomLimit);
}

/** Whether the end of a room is suspected and could be proved now, or it is a configured room that has ended and may return. */
export function isToBeVerified({ isSelected, isConfigured, lifecycle }: Room): boolean {
  const { phase } = lifecycle;
  return (isSelected && phase === 'suspected' && mayEnd(lifecycle)) || (isConfigured && phase === 'ended');
}

/** The selected rooms that the task's command serves, as far as is known. */
function* servedRooms(
  rooms: Iterable<Room>,
  { task, nowMs }: { readonly task: Pick<RoomTask, 'liveRoomsOnly'>; readonly nowMs: number },
): Generator<Room> {
  for (const room of rooms) {
    if (!room.isSelected || room.lifecycle.phase === 'ended') continue;
    const wasDeniedLately = nowMs - (room.notLiveAtMs ?? nowMs) < askGroupsAgainMs;
    if (task.liveRoomsOnly && room.lifecycle.kind === 'group' && wasDeniedLately) continue;
    yield room;
  }
}

function largestOf(rooms: Iterable<Room>, places: number): readonly Room[] {
  const candidates = [...rooms].map((room) => ({ room, size: audienceOf(room), isSelected: false }));
  return [...selectLargest(candidates, places)].map(({ room }) => room);
}

function oneOf<T>(items: readonly T[], index: number): readonly T[] {
  return items.length === 0 ? [] : items.slice(index % items.length).slice(0, 1);
}
