import { describe, expect, it } from '@jest/globals';
import { roomTotals } from '../../src/exposition/room-totals.ts';
import { taskNames, type RoomView } from '../../src/rooms/room.ts';
import { endedRoom, wholeRoom } from './room-samples.ts';

function roomsOf(counts: readonly (number | undefined)[]): readonly RoomView[] {
  return counts.map((onlineMembers, index) => ({
    id: `room-${index}`,
    readings: onlineMembers === undefined ? {} : { online_members: { atMs: 1, value: { onlineMembers } } },
  }));
}

describe('roomTotals', () => {
  it('counts the rooms that live, and by task those with a value', () => {
    const { exported, fresh } = roomTotals({
      rooms: [wholeRoom, ...roomsOf([1, undefined]), endedRoom],
      knownRooms: 4,
    });
    expect({ exported, fresh }).toEqual({
      exported: 3,
      fresh: { ...Object.fromEntries(taskNames.map((task) => [task, 1])), online_members: 2 },
    });
  });

  it.each<[string, readonly (number | undefined)[], number | undefined, number | undefined]>([
    ['sums when every room has a value', [1, 2, 3], 3, 6],
    ['sums when 99 of 100 have one', [...Array<number>(99).fill(2), undefined], 100, 198],
    ['is unknown when 98 of 100 have one', [...Array<number>(98).fill(2), undefined, undefined], 100, undefined],
    ['is 0 when a walk found no room', [], 0, 0],
    ['is unknown before the first walk', [], undefined, undefined],
    ['is unknown before the first walk also where static rooms have a value', [5], undefined, undefined],
    ['is unknown when no room has a value', [undefined], 1, undefined],
  ])('%s', (_promise, counts, knownRooms, sum) => {
    expect(roomTotals({ rooms: roomsOf(counts), knownRooms }).onlineMembers).toBe(sum);
  });
});
