import { describe, expect, it } from '@jest/globals';
import { completeSum, noRooms, roomShare, RoomTally } from '../../../src/metrics/rooms/totals.ts';
import type { RoomView } from '../../../src/rooms/room.ts';
import { taskNames } from '../../../src/tasks/tasks.ts';
import { completeRoom, endedRoom } from '../../support/sample-rooms.ts';

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
  it('Rooms that have not ended are counted, and those with a value by task', () => {
    expect(tallyOf([completeRoom, ...roomsOf([1, undefined]), endedRoom]).totals()).toEqual({
      exported: 3,
      fresh: { ...Object.fromEntries(taskNames.map((task) => [task, 1])), online_members: 2 },
      onlineMembers: { sum: 874, rooms: 2 },
      droppedBySeries: 0,
    });
  });

  it('The totals return to zero when all rooms are subtracted again', () => {
    const tally = tallyOf([completeRoom, endedRoom]);
    tally.countDropped(roomShare(completeRoom), 1);
    for (const room of [completeRoom, endedRoom]) tally.count(roomShare(room), -1);
    tally.countDropped(roomShare(completeRoom), -1);
    expect(tally.totals()).toEqual(noRooms);
  });

  it('Dropped rooms that have not ended are counted', () => {
    const tally = new RoomTally();
    for (const room of [completeRoom, endedRoom]) tally.countDropped(roomShare(room), 1);
    expect(tally.totals()).toEqual({ ...noRooms, droppedBySeries: 1 });
  });
});

describe('completeSum', () => {
  it.each<[string, readonly (number | undefined)[], boolean, number | undefined]>([
    ['The values are summed if every room has one', [1, 2, 3], true, 6],
    ['The values are summed if 99 of 100 rooms have one', [...Array<number>(99).fill(2), undefined], true, 198],
    [
      'The sum is unknown if 98 of 100 rooms have a value',
      [...Array<number>(98).fill(2), undefined, undefined],
      true,
      undefined,
    ],
    ['The sum is 0 if a listing found no room', [], true, 0],
    ['The sum is unknown before the first listing', [], false, undefined],
    ['The sum is unknown before the first listing even if static rooms have a value', [5], false, undefined],
    ['The sum is unknown if no room has a value', [undefined], true, undefined],
  ])('%s', (_title, counts, areRoomsKnown, sum) => {
    const status = { knownRooms: areRoomsKnown ? counts.length : undefined, droppedRooms: { limit: 0, filter: 0 } };
    expect(completeSum(tallyOf(roomsOf(counts)).totals(), status)).toBe(sum);
  });

  it('The sum is unknown, and not 0, while a listing has discovered rooms that no scrape contains yet', () => {
    const droppedRooms = { limit: 0, filter: 0 };
    const noRoomYet = tallyOf(roomsOf([])).totals();
    expect(completeSum(noRoomYet, { knownRooms: 10_000, droppedRooms })).toBeUndefined();
    expect(completeSum(tallyOf(roomsOf([1, 2])).totals(), { knownRooms: 3, droppedRooms })).toBeUndefined();
  });

  it('The sum is that of the exported rooms, whatever filters and limits exclude', () => {
    const status = { knownRooms: 9, droppedRooms: { limit: 3, filter: 4 } };
    expect(completeSum(tallyOf(roomsOf([1, 2])).totals(), status)).toBe(3);
  });
});
