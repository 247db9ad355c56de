import { type LifecycleEvent, mayEnd, nextLifecycle } from './lifecycle.ts';
import type { MassEnd } from './mass-end.ts';
import type { PendingChanges } from './registry-options.ts';
import { clearValues, type StoredRoom } from './room.ts';
import type { Sessions } from './session.ts';

interface Transition {
  readonly event: LifecycleEvent;
  /** Unix milliseconds. */
  readonly nowMs: number;
  readonly sessions: Sessions;
  readonly massEnd: MassEnd;
  readonly changes: PendingChanges;
  readonly selectIfPlaceIsFree: () => void;
}

/** Moves the lifecycle of a room on, with everything that follows from it for what is known of the room. */
export function transition(
  room: StoredRoom,
  { event, nowMs, sessions, massEnd, changes, selectIfPlaceIsFree }: Transition,
): void {
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
    clearValues(room);
  } else if (phase !== 'ended' && before === 'ended') {
    room.endedAtMs = undefined;
    selectIfPlaceIsFree();
    sessions.began(room);
  } else if (event.type === 'recreated') {
    if (endIsExported) sessions.ended(room, event, nowMs);
    sessions.began(room);
    clearValues(room);
    if (room.isSelected) changes.addDue(room);
  } else if (phase === 'suspected' && room.isSelected) {
    if (before === 'alive') massEnd.suspected(nowMs);
    if (mayEnd(room.lifecycle) && (before === 'alive' || missedListings < room.lifecycle.missedListings))
      changes.addToVerify(room);
  }
}
