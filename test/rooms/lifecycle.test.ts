import { describe, expect, it } from '@jest/globals';
import {
  type GoneEvent,
  type Lifecycle,
  type LifecycleEvent,
  newLifecycle,
  nextLifecycle,
  type RoomKind,
  verifyingTask,
} from '../../src/rooms/lifecycle.ts';
import type { RoomTaskName } from '../../src/tasks/tasks.ts';

const nowMs = 10_000_000;

const inEachPhase = (kind: RoomKind) => {
  const inPhase =
    (phase: Lifecycle['phase']) =>
    (others: Partial<Lifecycle> = {}) => ({ ...newLifecycle, kind, phase, ...others });
  return {
    alive: inPhase('alive'),
    suspected: (others: Partial<Lifecycle> = {}) => inPhase('suspected')({ suspectedAtMs: nowMs - 5000, ...others }),
    ended: inPhase('ended'),
  };
};

const unknown = inEachPhase('unknown');
const live = inEachPhase('live');
const group = inEachPhase('group');

const responded = (task: RoomTaskName): LifecycleEvent => ({ type: 'responded', task });
const gone = (task: RoomTaskName, others: Partial<GoneEvent> = {}): LifecycleEvent => ({
  type: 'gone',
  task,
  code: task === 'room_info' ? 100004 : 10010,
  askedAtMs: nowMs,
  isMassEnd: false,
  ...others,
});
const listedAsLive: LifecycleEvent = { type: 'listed', asLive: true };
const listedAsGroup: LifecycleEvent = { type: 'listed', asLive: false };
const missed: LifecycleEvent = { type: 'missed' };
const recreated: LifecycleEvent = { type: 'recreated' };
const notLive: LifecycleEvent = { type: 'not a live room' };

const listed = { isListed: true };
const missedOnce = { isListed: true, missedListings: 1 };
const missedTwice = { isListed: true, missedListings: 2 };
const suspectedNow = { suspectedAtMs: nowMs };
const clearedNow = { clearedAtMs: nowMs };
const clearedLately = { clearedAtMs: nowMs - 59_999 };
const clearedLongAgo = { clearedAtMs: nowMs - 60_000 };

const next = (before: Lifecycle, event: LifecycleEvent) => nextLifecycle(before, event, nowMs);

describe('An unknown room', () => {
  it('An unknown room is a live room once the room list contains it', () => {
    expect(next(unknown.alive(), listedAsLive)).toEqual(live.alive(listed));
  });

  it('An unknown room stays unknown if the list of groups contains it', () => {
    expect(next(unknown.alive(), listedAsGroup)).toEqual(unknown.alive(listed));
  });

  it('An unknown room is a live room once its room info responds', () => {
    expect(next(unknown.alive(), responded('room_info'))).toEqual(live.alive());
  });

  it('An unknown room is a live room once its member list responds', () => {
    expect(next(unknown.alive(), responded('member_list'))).toEqual(live.alive());
  });

  it('An unknown room is a live room once its stats respond', () => {
    expect(next(unknown.alive(), responded('room_stats'))).toEqual(live.alive());
  });

  it('An unknown room stays unknown if its online count responds', () => {
    expect(next(unknown.alive(), responded('online_members'))).toEqual(unknown.alive());
  });

  it('An unknown room stays unknown if its group members respond', () => {
    expect(next(unknown.alive(), responded('group_members'))).toEqual(unknown.alive());
  });

  it('An unknown room is a group if its room info is gone, and that raises no suspicion', () => {
    expect(next(unknown.alive(), gone('room_info'))).toEqual(group.alive());
  });

  it('An unknown room is a group if a command says that it is not a live room', () => {
    expect(next(unknown.alive(), notLive)).toEqual(group.alive());
  });

  it('An unknown room is suspected if its online count is gone', () => {
    expect(next(unknown.alive(), gone('online_members'))).toEqual(unknown.suspected(suspectedNow));
  });

  it('An unknown room becomes a suspected group if its room info is gone after its online count', () => {
    expect(next(unknown.suspected(), gone('room_info'))).toEqual(group.suspected());
  });

  it('A suspicion against an unknown room is cleared if its room info responds', () => {
    expect(next(unknown.suspected(), responded('room_info'))).toEqual(live.alive(clearedNow));
  });

  it('A suspicion against an unknown room stays if only its online count responds, because its room info verifies it', () => {
    expect(next(unknown.suspected(), responded('online_members'))).toEqual(unknown.suspected());
  });
});

describe('A live room', () => {
  it('A live room is expected in the list once the list contains it', () => {
    expect(next(live.alive(), listedAsLive)).toEqual(live.alive(listed));
  });

  it('A live room is not missing from a list that never contained it', () => {
    expect(next(live.alive(), missed)).toEqual(live.alive());
  });

  it('One listing without a live room raises no suspicion', () => {
    expect(next(live.alive(listed), missed)).toEqual(live.alive(missedOnce));
  });

  it('A listing with a live room makes up for the one without it', () => {
    expect(next(live.alive(missedOnce), listedAsLive)).toEqual(live.alive(listed));
  });

  it('Two listings in a row without a live room raise a suspicion', () => {
    expect(next(live.alive(missedOnce), missed)).toEqual(live.suspected({ ...missedTwice, ...suspectedNow }));
  });

  it('Further listings without a suspected room change nothing', () => {
    expect(next(live.suspected(missedTwice), missed)).toEqual(live.suspected(missedTwice));
  });

  it('A suspicion that listings raised is cleared by a listing with the room', () => {
    expect(next(live.suspected(missedTwice), listedAsLive)).toEqual(live.alive(listed));
  });

  it('A suspicion that a command raised is not cleared by a listing, which may be old', () => {
    expect(next(live.suspected(listed), listedAsLive)).toEqual(live.suspected(listed));
  });

  it('The room info clears a suspicion, and the room has turned private if two listings did not contain it', () => {
    expect(next(live.suspected(missedTwice), responded('room_info'))).toEqual(live.alive(clearedNow));
  });

  it('The room info clears a suspicion that a command raised, and the room stays expected in the list', () => {
    expect(next(live.suspected(missedOnce), responded('room_info'))).toEqual(live.alive({ ...listed, ...clearedNow }));
  });

  it('Other responses than the room info do not clear a suspicion against a live room', () => {
    expect(next(live.suspected(missedTwice), responded('online_members'))).toEqual(live.suspected(missedTwice));
  });

  it('A live room stays alive if its room info responds', () => {
    expect(next(live.alive(missedOnce), responded('room_info'))).toEqual(live.alive(missedOnce));
  });

  it('A live room is suspected if its room info is gone', () => {
    expect(next(live.alive(listed), gone('room_info'))).toEqual(live.suspected({ ...listed, ...suspectedNow }));
  });

  it('A live room is suspected if its online count is gone', () => {
    expect(next(live.alive(listed), gone('online_members'))).toEqual(live.suspected({ ...listed, ...suspectedNow }));
  });

  it('A live room is suspected if its member list is gone', () => {
    expect(next(live.alive(listed), gone('member_list'))).toEqual(live.suspected({ ...listed, ...suspectedNow }));
  });

  it('A live room ends if its room info is gone while it is suspected', () => {
    expect(next(live.suspected(missedTwice), gone('room_info'))).toEqual(live.ended(missedTwice));
  });

  it.each([
    ['the call started less than 5 s after the suspicion', missedTwice, { askedAtMs: nowMs - 1 }],
    ['the error code is that of a missing chat group', missedTwice, { code: 10010 }],
    ['the error code says that the group id is invalid', missedTwice, { code: 10015 }],
    ['the last listing contained it', listed, {}],
    ['many rooms seem to end at once, and only one listing did not contain it', missedOnce, { isMassEnd: true }],
  ])('A live room that is suspected does not end by its room info if %s', (_, state, event) => {
    expect(next(live.suspected(state), gone('room_info', event))).toEqual(live.suspected(state));
  });

  it('A live room that no list contained ends, while many rooms seem to end at once, only after a minute', () => {
    const suspectedFor = (ms: number) => live.suspected({ suspectedAtMs: nowMs - ms });
    const massEnd = gone('room_info', { isMassEnd: true });
    expect([59_999, 60_000].map((ms) => next(suspectedFor(ms), massEnd).phase)).toEqual(['suspected', 'ended']);
  });

  it('A live room does not end if another command calls it gone while it is suspected', () => {
    expect(next(live.suspected(listed), gone('online_members'))).toEqual(live.suspected(listed));
  });

  it('A live room is not suspected again by another command within a minute after a suspicion was cleared', () => {
    expect(next(live.alive(clearedLately), gone('online_members'))).toEqual(live.alive(clearedLately));
  });

  it('A live room is suspected again by another command a minute after a suspicion was cleared', () => {
    expect(next(live.alive(clearedLongAgo), gone('online_members'))).toEqual(
      live.suspected({ ...clearedLongAgo, ...suspectedNow }),
    );
  });

  it('A live room is suspected again at once if its room info is gone', () => {
    expect(next(live.alive(clearedLately), gone('room_info'))).toEqual(
      live.suspected({ ...clearedLately, ...suspectedNow }),
    );
  });

  it('A live room stays a live room if one command says that it is not one', () => {
    expect(next(live.alive(), notLive)).toEqual(live.alive());
  });

  it('A live room starts a new life without suspicion when it is created again', () => {
    expect(next(live.suspected({ ...missedTwice, ...clearedNow }), recreated)).toEqual(live.alive(listed));
  });
});

describe('A plain group', () => {
  it('A plain group stays a group if the list of groups contains it', () => {
    expect(next(group.alive(), listedAsGroup)).toEqual(group.alive(listed));
  });

  it('A plain group becomes a live room if the room list contains it', () => {
    expect(next(group.alive(), listedAsLive)).toEqual(live.alive(listed));
  });

  it('A plain group becomes a live room if its room info responds', () => {
    expect(next(group.alive(), responded('room_info'))).toEqual(live.alive());
  });

  it('A plain group is not suspected if its room info is gone', () => {
    expect(next(group.alive(), gone('room_info'))).toEqual(group.alive());
  });

  it('A plain group is not suspected if its member list is gone', () => {
    expect(next(group.alive(), gone('member_list'))).toEqual(group.alive());
  });

  it('A plain group is not suspected if its stats are gone', () => {
    expect(next(group.alive(), gone('room_stats'))).toEqual(group.alive());
  });

  it('A plain group is suspected if its online count is gone', () => {
    expect(next(group.alive(), gone('online_members'))).toEqual(group.suspected(suspectedNow));
  });

  it('A plain group is suspected if its group members are gone', () => {
    expect(next(group.alive(), gone('group_members'))).toEqual(group.suspected(suspectedNow));
  });

  it('A plain group ends if its online count is gone while it is suspected', () => {
    expect(next(group.suspected(), gone('online_members'))).toEqual(group.ended());
  });

  it('A plain group does not end if its group members are gone while it is suspected', () => {
    expect(next(group.suspected(), gone('group_members'))).toEqual(group.suspected());
  });

  it('The online count clears a suspicion against a plain group', () => {
    expect(next(group.suspected(), responded('online_members'))).toEqual(group.alive(clearedNow));
  });

  it('The group members do not clear a suspicion against a plain group', () => {
    expect(next(group.suspected(), responded('group_members'))).toEqual(group.suspected());
  });

  it('A plain group stays a group if a command says that it is not a live room', () => {
    expect(next(group.alive(), notLive)).toEqual(group.alive());
  });
});

describe('A room that has ended', () => {
  it('A listing does not revive a room that has ended, because the list may be older than the end', () => {
    expect(next(live.ended(missedTwice), listedAsLive)).toEqual(live.ended(listed));
  });

  it('A listing without a room that has ended changes nothing', () => {
    expect(next(live.ended(listed), missed)).toEqual(live.ended(listed));
  });

  it('A room that has ended is alive again if its room info responds', () => {
    expect(next(live.ended(missedTwice), responded('room_info'))).toEqual(live.alive());
  });

  it('A late response to another command does not revive a room that has ended', () => {
    expect(next(live.ended(), responded('online_members'))).toEqual(live.ended());
  });

  it('A group that has ended is alive again if its online count responds, and what it is must be found out again', () => {
    expect(next(group.ended(), responded('online_members'))).toEqual(unknown.alive());
  });

  it('A group that has ended is alive again as a live room if its room info responds', () => {
    expect(next(group.ended(), responded('room_info'))).toEqual(live.alive());
  });

  it('A late response to its group members does not revive a group that has ended', () => {
    expect(next(group.ended(), responded('group_members'))).toEqual(group.ended());
  });

  it('A room that has ended stays ended if a command calls it gone again', () => {
    expect(next(live.ended(listed), gone('room_info'))).toEqual(live.ended(listed));
  });

  it('A room that has ended is alive again when it is created again', () => {
    expect(next(live.ended(listed), recreated)).toEqual(live.alive(listed));
  });
});

describe('verifyingTask', () => {
  it('The room info proves the end of a live room, and the online count that of a plain group', () => {
    expect((['unknown', 'live', 'group'] as const).map(verifyingTask)).toEqual([
      'room_info',
      'room_info',
      'online_members',
    ]);
  });
});
