import { describe, expect, it } from '@jest/globals';
import { RoomLookup, type RoomSort } from '../../src/status/room-status.ts';
import { statusWorld, worldIn } from '../support/status-worlds.ts';

const firstApp = 1_400_000_001;

describe('The lookup of rooms', () => {
  it.each([
    ['online_members', ['live-0', 'live-1', 'live-2']],
    ['view_count', ['live-5', 'live-4', 'live-3']],
  ] as const)('Rooms can be sorted by %s', (sort, ids) => {
    const world = statusWorld({ apps: 1, roomsPerApp: 6 });

    const { matches, rooms } = new RoomLookup(world.data().rooms).find({ search: '', sort, limit: 3 });

    expect([matches, rooms.map(({ roomId }) => roomId)]).toEqual([6, ids]);
  });

  it.each([
    ['LIVE-1', ['live-1', 'live-10', 'live-11']],
    ['show #1.11', ['live-11']],
    ['nothing', []],
  ])('The search for "%s" finds rooms by a part of their id or name', (search, ids) => {
    const world = statusWorld({ apps: 1, roomsPerApp: 12 });

    const { rooms } = new RoomLookup(world.data().rooms).find({ search, sort: 'online_members', limit: 20 });

    expect(rooms.map(({ roomId }) => roomId)).toEqual(ids);
  });

  it('The biggest movers are those whose audience is farthest from that of 10 minutes ago', async () => {
    const world = statusWorld({ apps: 1, roomsPerApp: 4 });
    await world.pass(900_000);
    const set = (roomId: string, onlineMembers: number) => {
      const room = world.rooms.get(firstApp)?.get(roomId);
      if (room !== undefined)
        room.latest = { online_members: { atMs: world.clock.steady(), value: { onlineMembers } } };
    };
    set('live-1', 0);
    set('live-3', 50_000);

    const find = (sort: RoomSort) => new RoomLookup(world.data().rooms).find({ search: '', sort, limit: 1 }).rooms[0];
    expect([find('gain')?.roomId, find('loss')?.roomId]).toEqual(['live-3', 'live-1']);
    expect(find('gain')?.change).toBeGreaterThan(40_000);
    expect(find('loss')?.change).toBeLessThan(-5000);
  });

  it('Without a past, no room is a mover', () => {
    const world = statusWorld();

    expect(new RoomLookup(world.data().rooms).find({ search: '', sort: 'gain', limit: 5 })).toEqual({
      matches: 0,
      rooms: [],
    });
  });

  it('In an outage the largest rooms keep their last known values, with their times', async () => {
    const calm = await worldIn('calm');
    const world = await worldIn('outage');

    const largest = (of: typeof world) =>
      new RoomLookup(of.data().rooms).find({ search: '', sort: 'online_members', limit: 3 }).rooms;

    const [room] = largest(world);
    expect(room?.online).toEqual({ value: 16_781, atMs: calm.clock.now(), isCurrent: false });
    expect([room?.roomName, room?.members, room?.lastKnown?.members]).toEqual(['Evening show #1.0', undefined, 16_791]);
    expect(largest(world).map(({ roomId }) => roomId)).toEqual(largest(calm).map(({ roomId }) => roomId));
    expect(
      new RoomLookup(world.data().rooms).find({ search: 'show #2.0', sort: 'online_members', limit: 3 }).matches,
    ).toBe(1);
  });
});
