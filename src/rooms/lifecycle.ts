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
  /** When the present suspicion was raised. */
  readonly suspectedAtMs?: number;
  /** When the last suspicion was cleared. */
  readonly clearedAtMs?: number;
}

/** A command calls a room gone. */
export interface GoneEvent {
  readonly type: 'gone';
  readonly task: RoomTaskName;
  /** The API's error code. */
  readonly code: number | undefined;
  /** When the call started. */
  readonly askedAtMs: number;
  /** Many rooms of the app seem to end at once. */
  readonly isMassEnd: boolean;
  /** When a webhook has reported the end; undefined if none has. */
  readonly reportedAtMs?: number | undefined;
}

export type LifecycleEvent =
  /** A listing contains the room. Only Live's list proves that it is a live room. */
  | { readonly type: 'listed'; readonly asLive: boolean }
  /** A complete listing does not contain the room. */
  | { readonly type: 'missed' }
  /** The room was created again under the same id. */
  | { readonly type: 'recreated' }
  | { readonly type: 'responded'; readonly task: RoomTaskName }
  | GoneEvent
  | { readonly type: 'not a live room' };

/** Rooms move between the pages of a list that is sorted by views all the time, so one absence proves nothing. */
const missedListingsToSuspect = 2;

/**
 * A command may keep calling a room gone that exists, for example if only its chat group was removed. It raises a suspicion
 * again after this time at the earliest.
 */
const suspectAgainAfterMs = 60_000;

/** Two responses of the same moment may have the same cause, which is not the end of the room: the call that proves it starts later. */
export const confirmAfterMs = 5000;

/** While many rooms seem to end at once, a room that is not expected in the list must be called gone for this long. */
const confirmMassEndAfterMs = 60_000;

/** The only error code that proves the end of a room: other codes of the class "gone" may concern its chat group only. */
const provingCodes: Readonly<Record<RoomKind, number>> = { unknown: 100004, live: 100004, group: 10010 };

/** All lifecycles without the time of a suspicion. Rooms share these objects, since there are many rooms. */
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
        ...(isMissing(lifecycle) ? unsuspected(lifecycle) : lifecycle),
        kind: event.asLive ? 'live' : lifecycle.kind,
        isListed: true,
        missedListings: 0,
      };
    case 'missed': {
      if (!lifecycle.isListed || lifecycle.phase === 'ended') return lifecycle;
      const missedListings = Math.min(lifecycle.missedListings + 1, missedListingsToSuspect);
      const missed = { ...lifecycle, missedListings };
      return isMissing(missed) ? suspect(missed, nowMs) : missed;
    }
    case 'responded':
      return afterResponse(lifecycle, event.task, nowMs);
    case 'gone':
      return afterGone(lifecycle, event, nowMs);
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
  const alive: Lifecycle = { ...unsuspected(known), kind: provesLive ? 'live' : known.kind };
  if (known.phase === 'alive') return alive;
  // Missing from the list and yet alive: the room has turned private, and the list says nothing about it any more.
  return { ...alive, isListed: known.isListed && !isMissing(known), missedListings: 0, clearedAtMs: nowMs };
}

function afterGone(before: Lifecycle, event: GoneEvent, nowMs: number): Lifecycle {
  const { kind, clearedAtMs } = before;
  const { liveRoomsOnly, verifies } = roomTaskOf(event.task);
  if (before.phase === 'ended' || (kind === 'group' && liveRoomsOnly)) return before;
  if (kind === 'unknown' && verifies === 'live') return { ...before, kind: 'group' };
  const isProof = event.task === verifyingTask(kind) && event.code === provingCodes[kind];
  // A reported end alone raises no suspicion, since anybody may forge it. With a proof, it has been suspected since the report.
  const isReported = isProof && event.reportedAtMs !== undefined;
  const lifecycle = isReported ? suspect(before, event.reportedAtMs) : before;
  const { phase } = lifecycle;
  if (phase === 'suspected') return isProof && isConfirmed(lifecycle, event) ? ended(lifecycle) : lifecycle;
  const wasClearedLately = clearedAtMs !== undefined && nowMs - clearedAtMs < suspectAgainAfterMs;
  return wasClearedLately && !isProof ? lifecycle : suspect(lifecycle, nowMs);
}

function suspect(lifecycle: Lifecycle, nowMs: number): Lifecycle {
  return { ...lifecycle, phase: 'suspected', suspectedAtMs: lifecycle.suspectedAtMs ?? nowMs };
}

function unsuspected({ kind, isListed, missedListings, clearedAtMs }: Lifecycle): Lifecycle {
  return { kind, phase: 'alive', isListed, missedListings, ...(clearedAtMs === undefined ? {} : { clearedAtMs }) };
}

function ended({ kind, isListed, missedListings }: Lifecycle): Lifecycle {
  return { kind, phase: 'ended', isListed, missedListings };
}

/** Whether a proof is believed. A room that the last complete listing contained has not ended. */
function isConfirmed(lifecycle: Lifecycle, { askedAtMs, isMassEnd }: GoneEvent): boolean {
  const suspectedForMs = askedAtMs - (lifecycle.suspectedAtMs ?? -Infinity);
  if (lifecycle.isListed) {
    const missedListings = isMassEnd ? missedListingsToSuspect : 1;
    return suspectedForMs >= confirmAfterMs && lifecycle.missedListings >= missedListings;
  }
  return suspectedForMs >= (isMassEnd ? confirmMassEndAfterMs : confirmAfterMs);
}

/** Whether the next proof could end a suspected room that was suspected for long enough. */
export function mayEnd({ isListed, missedListings }: Lifecycle): boolean {
  return !isListed || missedListings > 0;
}

function isMissing({ missedListings }: Lifecycle): boolean {
  return missedListings >= missedListingsToSuspect;
}

/** The object that all rooms with this lifecycle share; the given one if it has the time of a suspicion. */
export function sharedLifecycle(lifecycle: Lifecycle): Lifecycle {
  const hasTime = lifecycle.suspectedAtMs !== undefined || lifecycle.clearedAtMs !== undefined;
  return hasTime ? lifecycle : (sharedLifecycles.get(keyOf(lifecycle)) ?? lifecycle);
}

function keyOf({ kind, phase, isListed, missedListings }: Lifecycle): string {
  return `${kind} ${phase} ${isListed} ${missedListings}`;
}
