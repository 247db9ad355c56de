import { type LifecycleEvent, mayEnd, nextLifecycle } from './lifecycle.ts';
import type { MassEnd } from './mass-end.ts';
import type { StoredRoom } from './room.ts';
import type { Sessions } from './session.ts';
import type { StoredRooms } from './stored-rooms.ts';

interface Transition {
  readonly event: LifecycleEvent;
  /** Unix milliseconds. */
  readonly nowMs: number;
  readonly sessions: Sessions;
  readonly massEnd: MassEnd;
  readonly rooms: StoredRooms;
}

/** Moves the lifecycle of a room on, with everything that follows from it for what is known of the room. Call within `update`. */
export function transition(room: StoredRoom, { event, nowMs, sessions, massEnd, rooms }: Transition): void {
  const { phase: before, missedListings } = room.lifecycle;
  room.lifecycle = nextLifecycle(room.lifecycle, event, nowMs);
  const { phase } = room.lifecycle;
  // The end of a room that was not exported is not exported either.
  const endIsExported = room.isProven && room.isSelected;
  if (event.type === 'listed' && !room.isProven) sessions.discovered(room);
  if (event.type === 'listed' || event.type === 'responded') room.isProven = true;
  if (phase === 'ended' && before !== 'ended') {
    if (room.isSelected) massEnd.ended(nowMs);
    if (endIsExported) {
      room.endedAtMs = nowMs;
      sessions.ended(room, event, nowMs);
    }
    room.isSelected = false;
    rooms.clear(room);
  } else if (phase !== 'ended' && before === 'ended') {
    room.endedAtMs = undefined;
    rooms.selectIfPlaceIsFree(room);
    sessions.began(room);
  } else if (event.type === 'recreated') {
    if (endIsExported) sessions.ended(room, event, nowMs);
    sessions.began(room);
    rooms.clear(room);
    if (room.isSelected) rooms.changes.addDue(room);
  } else if (phase === 'suspected' && room.isSelected) {
    if (before === 'alive') massEnd.suspected(nowMs);
    if (mayEnd(room.lifecycle) && (before === 'alive' || missedListings < room.lifecycle.missedListings))
      rooms.changes.addToVerify(room);
  }
}
