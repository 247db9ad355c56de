import { describe, expect, it } from '@jest/globals';
import { completeSum, noRooms, roomShare, RoomTally } from '../../../src/metrics/rooms/room-totals.ts';
import { taskNames, type RoomView } from '../../../src/rooms/room.ts';
import { endedRoom, wholeRoom } from '../../support/room-samples.ts';

function roomsOf(counts: readonly (number | undefined)[]): readonly RoomView[] {
  return counts.map((onlineMembers, index) => ({
    id: `room-${index}`,
    latest: onlineMembers === undefined ? {} : { online_members: { atMs: 1, value: { onlineMembers } } },
  }));
}

function tallyOf(rooms: readonly RoomView[]): RoomTally {
  const tally = new RoomTally();
  for (const room of rooms) tally.count(roomShare(room), 1);
  return tally;
}

describe('RoomTally', () => {
  it('counts the rooms that live, and by task those with a value', () => {
    expect(tallyOf([wholeRoom, ...roomsOf([1, undefined]), endedRoom]).totals()).toEqual({
      exported: 3,
      fresh: { ...Object.fromEntries(taskNames.map((task) => [task, 1])), online_members: 2 },
      onlineMembers: { sum: 874, rooms: 2 },
      droppedBySeries: 0,
    });
  });

  it('is as before when the rooms that came have gone', () => {
    const tally = tallyOf([wholeRoom, endedRoom]);
    tally.countDropped(roomShare(wholeRoom), 1);
    for (const room of [wholeRoom, endedRoom]) tally.count(roomShare(room), -1);
    tally.countDropped(roomShare(wholeRoom), -1);
    expect(tally.totals()).toEqual(noRooms);
  });

  it('counts the dropped rooms that live', () => {
    const tally = new RoomTally();
    for (const room of [wholeRoom, endedRoom]) tally.countDropped(roomShare(room), 1);
    expect(tally.totals()).toEqual({ ...noRooms, droppedBySeries: 1 });
  });
});

describe('completeSum', () => {
  it.each<[string, readonly (number | undefined)[], boolean, number | undefined]>([
    ['sums when every room has a value', [1, 2, 3], true, 6],
    ['sums when 99 of 100 have one', [...Array<number>(99).fill(2), undefined], true, 198],
    ['is unknown when 98 of 100 have one', [...Array<number>(98).fill(2), undefined, undefined], true, undefined],
    ['is 0 when a walk found no room', [], true, 0],
    ['is unknown before the first walk', [], false, undefined],
    ['is unknown before the first walk also where static rooms have a value', [5], false, undefined],
    ['is unknown when no room has a value', [undefined], true, undefined],
  ])('%s', (_promise, counts, areRoomsKnown, sum) => {
    expect(completeSum(tallyOf(roomsOf(counts)).totals(), areRoomsKnown)).toBe(sum);
  });
});
