import { describe, expect, it } from '@jest/globals';
import type { Session } from '../../src/rooms/session.ts';
import { RoomMemory } from '../../src/status/room-memory.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { statusWorld } from '../support/status-worlds.ts';

const app = 1_400_000_001;

const session = (roomId: string): Session => ({
  roomId,
  roomName: 'Evening show',
  ownerAccount: 'host',
  createdAtSeconds: 1000,
  endedAtMs: 4_600_000,
  found: { task: 'room_info', reason: 'gone' },
  viewerSeconds: 7200,
  observedSeconds: 3600,
  peakOnlineMembers: 12,
  peakAtSeconds: 2000,
  views: 30,
  stats: undefined,
  finalStatistic: undefined,
});

describe('What is remembered of rooms', () => {
  it('The values that were last known before an outage are remembered, whenever it begins', async () => {
    for (const calmMs of [600_000, 610_000, 620_000, 630_000, 640_000]) {
      const world = statusWorld({ apps: 1 });
      await world.pass(calmMs);
      const lastMs = world.clock.steady();
      const room = world.rooms.get(app)?.get('live-0');
      const onlineMembers = room?.latest.online_members?.value.onlineMembers;

      await world.pass(3_600_000, { without: [app] });

      const last = world.memory.lastKnown(app);
      expect([last?.atMs, last?.rooms.get('live-0')?.atMs]).toEqual([lastMs, lastMs]);
      expect(last?.rooms.get('live-0')?.onlineMembers).toBe(onlineMembers);
    }
  });

  it('While too few rooms are known for the sum, the last known sum stays', async () => {
    const world = statusWorld({ apps: 1 });
    await world.pass(600_000);
    const before = world.memory.lastKnown(app)?.viewers;

    world.setApp(app, { knownRooms: 50 });
    await world.pass(600_000);

    expect(before).toBeGreaterThan(0);
    expect(world.memory.lastKnown(app)?.viewers).toBe(before);
  });

  it('Very many rooms are remembered bit by bit, so that other work goes on in between', async () => {
    const clock = new FakeClock();
    let elapsedMs = 0;
    // Each room seems to take a millisecond.
    const slow = { after: clock.after, steady: clock.steady, monotonic: () => (elapsedMs += 1) };
    const memory = new RoomMemory(slow);
    const world = statusWorld({ apps: 1 });
    memory.start({ statuses: () => world.data().apps, rooms: world.data().rooms.rooms });
    expect(memory.lastKnown(app)).toBeUndefined();

    let turns = 0;
    for (; memory.lastKnown(app) === undefined; turns += 1) await new Promise((resolve) => setImmediate(resolve));

    expect(turns).toBeGreaterThanOrEqual(10);
    expect(memory.lastKnown(app)?.rooms.size).toBe(40);
  });

  it('At most 2,000 rooms are remembered with their last values, and the apps share that number', async () => {
    const world = statusWorld({ apps: 2, roomsPerApp: 1100 });
    await world.pass(60_000);

    expect([app, app + 1].map((id) => world.memory.lastKnown(id)?.rooms.size)).toEqual([1000, 1000]);
  });

  it('An app that another replica polls now is forgotten', async () => {
    const clock = new FakeClock();
    const memory = new RoomMemory(clock);
    const world = statusWorld({ apps: 1 });
    let apps = world.data().apps;
    memory.start({ statuses: () => apps, rooms: world.data().rooms.rooms });
    expect(memory.lastKnown(app)).toBeDefined();

    apps = [];
    await clock.advance(60_000);

    expect(memory.lastKnown(app)).toBeUndefined();
  });

  it('The 100 rooms that have ended last are remembered, without accounts', () => {
    const memory = new RoomMemory(new FakeClock());
    for (let index = 0; index < 120; index += 1) memory.sessionEnded(app, session(`room-${index}`));

    const { endedRooms } = memory;
    expect([endedRooms.length, endedRooms.at(-1)?.roomId]).toEqual([100, 'room-20']);
    expect(endedRooms[0]).toEqual({
      sdkAppId: app,
      roomId: 'room-119',
      roomName: 'Evening show',
      createdAtSeconds: 1000,
      endedAtMs: 4_600_000,
      durationSeconds: 3600,
      peakOnlineMembers: 12,
      viewerSeconds: 7200,
      views: 30,
    });
  });

  it('A room whose name was not known any more at its end keeps the last known one', async () => {
    const world = statusWorld({ apps: 1 });
    await world.pass(10_000);

    world.memory.sessionEnded(app, { ...session('live-3'), roomName: undefined });

    expect(world.memory.endedRooms[0]?.roomName).toBe('Evening show #1.3');
  });

  it('Another process continues the list of rooms that have ended, by its own clock', () => {
    const before = new RoomMemory(new FakeClock());
    before.sessionEnded(app, session('first'));
    before.sessionEnded(app + 1, session('of another app'));
    const after = new RoomMemory(new FakeClock());
    after.sessionEnded(app, { ...session('forgotten'), endedAtMs: 1 });
    after.sessionEnded(app + 2, { ...session('earlier'), endedAtMs: 2 });

    after.restore(app, before.save(app), (atMs) => atMs + 5000);

    expect(after.endedRooms.map(({ roomId, endedAtMs }) => [roomId, endedAtMs])).toEqual([
      ['first', 4_605_000],
      ['earlier', 2],
    ]);
  });

  it('Once it is stopped, no timer is left', async () => {
    const clock = new FakeClock();
    const stop = new RoomMemory(clock).start({ statuses: () => [], rooms: () => [] });
    await clock.advance(120_000);

    stop();

    expect(clock.timers).toBe(0);
  });
});
