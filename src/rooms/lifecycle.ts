import type { RoomTaskName } from './room.ts';

/**
 * What a room is. Live's commands serve a live room; a plain AVChatRoom group has an audience but no room info. A room
 * that the config names is `unknown` until an answer tells.
 */
export type RoomKind = 'unknown' | 'live' | 'group';

/** Where a room stands in its life, as far as the answers so far prove. */
export interface Life {
  readonly kind: RoomKind;
  readonly phase: 'alive' | 'suspect' | 'ended';
  /** Whether the room list has held the room, and so must go on holding it. */
  readonly listed: boolean;
  /** Complete walks in a row that did not meet the room, up to the number that raises a suspicion. */
  readonly missedWalks: number;
  /** When the last suspicion was cleared. */
  readonly clearedAtMs?: number;
}

export type LifeEvent =
  /** Met by a walk; only Live's list proves that it is a live room. */
  | { readonly type: 'listed'; readonly asLive: boolean }
  | { readonly type: 'missed' }
  | { readonly type: 'recreated' }
  | { readonly type: 'answered'; readonly task: RoomTaskName }
  | { readonly type: 'gone'; readonly task: RoomTaskName }
  | { readonly type: 'not a live room' };

export const newLife: Life = { kind: 'unknown', phase: 'alive', listed: false, missedWalks: 0 };

/** Rooms slip between the pages of a list that is sorted anew all the time: one absence proves nothing. */
const missedWalksToSuspect = 2;

/** A command that goes on saying "gone" of a room that lives (a chat group removed alone, say) is believed this rarely. */
const doubtAgainAfterMs = 60_000;

/** The one command whose "gone" ends a suspect: a room that turned private or a plain group is gone for the others. */
export function decisiveTask(kind: RoomKind): 'room_info' | 'online_members' {
  return kind === 'group' ? 'online_members' : 'room_info';
}

/** Whether only live rooms answer the task's command. */
export function isLiveTask(task: RoomTaskName): boolean {
  return task === 'room_info' || task === 'member_list' || task === 'room_stats';
}

/** Lives as they have come about, by what they say: there are many rooms and few lives. */
const knownLives = new Map<string, Life>();

/** The life of a room after an event. Lives that are alike are one object, unless a suspicion was cleared. */
export function nextLife(life: Life, event: LifeEvent, nowMs: number): Life {
  const next = lifeAfter(life, event, nowMs);
  if (next === life || next.clearedAtMs !== undefined) return next;
  const said = `${next.kind} ${next.phase} ${next.listed} ${next.missedWalks}`;
  const known = knownLives.get(said);
  if (known === undefined) knownLives.set(said, next);
  return known ?? next;
}

function lifeAfter(life: Life, event: LifeEvent, nowMs: number): Life {
  switch (event.type) {
    case 'recreated':
      return { ...newLife, kind: 'live', listed: life.listed };
    case 'listed':
      // The list may be older than the end, so it doesn't wake the dead: the room is asked for instead.
      if (life.phase === 'ended') return { ...life, listed: true, missedWalks: 0 };
      return {
        ...life,
        kind: event.asLive ? 'live' : life.kind,
        listed: true,
        missedWalks: 0,
        phase: missedEnough(life) ? 'alive' : life.phase,
      };
    case 'missed': {
      if (!life.listed || life.phase === 'ended') return life;
      const missed = { ...life, missedWalks: Math.min(life.missedWalks + 1, missedWalksToSuspect) };
      return missedEnough(missed) ? { ...missed, phase: 'suspect' } : missed;
    }
    case 'answered':
      return afterAnswer(life, event.task, nowMs);
    case 'gone':
      return afterGone(life, event.task, nowMs);
    case 'not a live room':
      return life.kind === 'unknown' ? { ...life, kind: 'group' } : life;
  }
}

function missedEnough(life: Life): boolean {
  return life.missedWalks >= missedWalksToSuspect;
}

function afterAnswer(life: Life, task: RoomTaskName, nowMs: number): Life {
  const known: Life = life.kind === 'unknown' && isLiveTask(task) ? { ...life, kind: 'live' } : life;
  const isProof = task === 'room_info' || task === decisiveTask(known.kind);
  if (!isProof) return known;
  if (known.phase === 'ended') return { ...newLife, kind: task === 'room_info' ? 'live' : 'unknown' };
  const alive: Life = { ...known, kind: task === 'room_info' ? 'live' : known.kind, phase: 'alive' };
  if (known.phase === 'alive') return alive;
  // Missing from the list and yet alive: the room has turned private, and the list says no more about it.
  return { ...alive, listed: known.listed && !missedEnough(known), missedWalks: 0, clearedAtMs: nowMs };
}

function afterGone(life: Life, task: RoomTaskName, nowMs: number): Life {
  if (life.phase === 'ended') return life;
  if (life.kind === 'group' && isLiveTask(task)) return life;
  if (life.kind === 'unknown' && task === 'room_info') return { ...life, kind: 'group' };
  const isDecisive = task === decisiveTask(life.kind);
  if (life.phase === 'suspect') return isDecisive ? { ...life, phase: 'ended' } : life;
  const recentlyCleared = life.clearedAtMs !== undefined && nowMs - life.clearedAtMs < doubtAgainAfterMs;
  return recentlyCleared && !isDecisive ? life : { ...life, phase: 'suspect' };
}
