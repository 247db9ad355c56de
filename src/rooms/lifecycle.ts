import { type RoomTaskName, roomTaskOf, roomTasks } from '../tasks/tasks.ts';

/**
 * What a room is. Live's commands serve a live room; a plain AVChatRoom group has an audience but no room info. A
 * configured room is `unknown` until a response shows it.
 */
export type RoomKind = 'unknown' | 'live' | 'group';

/** The state of a room's life, as proved by the responses so far. */
export interface Lifecycle {
  readonly kind: RoomKind;
  readonly phase: 'alive' | 'suspected' | 'ended';
  /** Whether the room list has contained the room, and is expected to contain it. */
  readonly isListed: boolean;
  /** Complete listings in a row that did not contain the room, up to the number that raises a suspicion. */
  readonly missedListings: number;
  /** When the last suspicion was cleared. */
  readonly clearedAtMs?: number;
}

export type LifecycleEvent =
  /** A listing contains the room. Only Live's list proves that it is a live room. */
  | { readonly type: 'listed'; readonly asLive: boolean }
  /** A complete listing does not contain the room. */
  | { readonly type: 'missed' }
  /** The room was created again under the same id. */
  | { readonly type: 'recreated' }
  | { readonly type: 'responded'; readonly task: RoomTaskName }
  | { readonly type: 'gone'; readonly task: RoomTaskName }
  | { readonly type: 'not a live room' };

/** Rooms move between the pages of a list that is sorted by views all the time, so one absence proves nothing. */
const missedListingsToSuspect = 2;

/**
 * A command may keep calling a room gone that exists, for example if only its chat group was removed. It raises a suspicion
 * again after this time at the earliest.
 */
const suspectAgainAfterMs = 60_000;

/** All lifecycles without a cleared suspicion. Rooms share these objects, since there are many rooms. */
const sharedLifecycles: ReadonlyMap<string, Lifecycle> = new Map(
  (['unknown', 'live', 'group'] as const).flatMap((kind) =>
    (['alive', 'suspected', 'ended'] as const).flatMap((phase) =>
      [false, true].flatMap((isListed) =>
        [0, 1, missedListingsToSuspect].map((missedListings) => {
          const lifecycle: Lifecycle = { kind, phase, isListed, missedListings };
          return [keyOf(lifecycle), lifecycle] as const;
        }),
      ),
    ),
  ),
);

export const newLifecycle: Lifecycle = sharedLifecycle({
  kind: 'unknown',
  phase: 'alive',
  isListed: false,
  missedListings: 0,
});

/**
 * The task whose command proves the end of a suspected room. A room that turned private, and a plain group, are gone for
 * the other commands.
 */
export function verifyingTask(kind: RoomKind): RoomTaskName {
  return verifiers[kind === 'group' ? 'group' : 'live'];
}

const verifiers = { live: verifierOf('live'), group: verifierOf('group') };

function verifierOf(kind: 'live' | 'group'): RoomTaskName {
  const task = roomTasks.find((definition) => 'verifies' in definition && definition.verifies === kind);
  if (task === undefined) throw new Error(`no task verifies the end of a ${kind} room`);
  return task.name;
}

/** The lifecycle of a room after an event. */
export function nextLifecycle(lifecycle: Lifecycle, event: LifecycleEvent, nowMs: number): Lifecycle {
  return sharedLifecycle(afterEvent(lifecycle, event, nowMs));
}

function afterEvent(lifecycle: Lifecycle, event: LifecycleEvent, nowMs: number): Lifecycle {
  switch (event.type) {
    case 'recreated':
      return { ...newLifecycle, kind: 'live', isListed: lifecycle.isListed };
    case 'listed':
      // The list may be older than the end, so it does not revive the room: the room is verified instead.
      if (lifecycle.phase === 'ended') return { ...lifecycle, isListed: true, missedListings: 0 };
      return {
        ...lifecycle,
        kind: event.asLive ? 'live' : lifecycle.kind,
        isListed: true,
        missedListings: 0,
        phase: isMissing(lifecycle) ? 'alive' : lifecycle.phase,
      };
    case 'missed': {
      if (!lifecycle.isListed || lifecycle.phase === 'ended') return lifecycle;
      const missedListings = Math.min(lifecycle.missedListings + 1, missedListingsToSuspect);
      const missed = { ...lifecycle, missedListings };
      return isMissing(missed) ? { ...missed, phase: 'suspected' } : missed;
    }
    case 'responded':
      return afterResponse(lifecycle, event.task, nowMs);
    case 'gone':
      return afterGone(lifecycle, event.task, nowMs);
    case 'not a live room':
      return lifecycle.kind === 'unknown' ? { ...lifecycle, kind: 'group' } : lifecycle;
  }
}

function afterResponse(lifecycle: Lifecycle, task: RoomTaskName, nowMs: number): Lifecycle {
  const { liveRoomsOnly, verifies } = roomTaskOf(task);
  const known: Lifecycle = lifecycle.kind === 'unknown' && liveRoomsOnly ? { ...lifecycle, kind: 'live' } : lifecycle;
  const provesLive = verifies === 'live';
  if (!provesLive && task !== verifyingTask(known.kind)) return known;
  if (known.phase === 'ended') return { ...newLifecycle, kind: provesLive ? 'live' : 'unknown' };
  const alive: Lifecycle = { ...known, kind: provesLive ? 'live' : known.kind, phase: 'alive' };
  if (known.phase === 'alive') return alive;
  // Missing from the list and yet alive: the room has turned private, and the list says nothing about it any more.
  return { ...alive, isListed: known.isListed && !isMissing(known), missedListings: 0, clearedAtMs: nowMs };
}

function afterGone(lifecycle: Lifecycle, task: RoomTaskName, nowMs: number): Lifecycle {
  const { kind, phase, clearedAtMs } = lifecycle;
  const { liveRoomsOnly, verifies } = roomTaskOf(task);
  if (phase === 'ended' || (kind === 'group' && liveRoomsOnly)) return lifecycle;
  if (kind === 'unknown' && verifies === 'live') return { ...lifecycle, kind: 'group' };
  const isProof = task === verifyingTask(kind);
  if (phase === 'suspected') return isProof ? { ...lifecycle, phase: 'ended' } : lifecycle;
  const wasClearedLately = clearedAtMs !== undefined && nowMs - clearedAtMs < suspectAgainAfterMs;
  return wasClearedLately && !isProof ? lifecycle : { ...lifecycle, phase: 'suspected' };
}

function isMissing({ missedListings }: Lifecycle): boolean {
  return missedListings >= missedListingsToSuspect;
}

/** The object that all rooms with this lifecycle share; the given one after a cleared suspicion. */
export function sharedLifecycle(lifecycle: Lifecycle): Lifecycle {
  return lifecycle.clearedAtMs === undefined ? (sharedLifecycles.get(keyOf(lifecycle)) ?? lifecycle) : lifecycle;
}

function keyOf({ kind, phase, isListed, missedListings }: Lifecycle): string {
  return `${kind} ${phase} ${isListed} ${missedListings}`;
}
