import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

import { startSimulator, type Simulator, type TrueRoom } from '../../src/simulator/simulator.ts';
import { call, payload, walk, type Answer } from './client.ts';

describe('changing a world from a test', () => {
  let simulator: Simulator;
  let nowMs: number;
  beforeEach(async () => {
    nowMs = Date.UTC(2025, 5, 1, 12) + 123;
    simulator = await startSimulator({ rooms: 30, seed: 1, now: () => nowMs });
  });
  afterEach(() => simulator.stop());

  const ids = async (): Promise<string[]> => (await walk(simulator)).map((row) => row.RoomId);
  const info = (roomId: string): Promise<Answer> => call(simulator, 'get_room_info', { RoomId: roomId });
  const online = (roomId: string): Promise<Answer> => call(simulator, 'get_online_member_num', { GroupId: roomId });
  const truth = (roomId: string): TrueRoom | undefined =>
    simulator.truth(1400000001).find((room) => room.roomId === roomId);

  it('ends a room: gone from the list, gone for every command', async () => {
    simulator.world.end('live-2');
    expect(await ids()).not.toContain('live-2');
    expect((await info('live-2'))['ErrorCode']).toBe(100004);
    expect((await online('live-2'))['ErrorCode']).toBe(10010);
    expect(truth('live-2')).toMatchObject({
      state: 'ended',
      listed: false,
      endedTimeSeconds: Math.floor(nowMs / 1000),
    });
  });

  it('creates a room again under its id, with a new CreateTime and counts from zero', async () => {
    const before = truth('live-2');
    simulator.world.recreate('live-2');
    const after = truth('live-2');
    expect(after).toMatchObject({ state: 'live', audience: 0, createTimeSeconds: Math.floor(nowMs / 1000) });
    expect(after).not.toMatchObject({
      createTimeSeconds: (before as { createTimeSeconds?: number }).createTimeSeconds,
    });
    expect(await ids()).toContain('live-2');
    simulator.world.recreate('live-2');
    expect(truth('live-2')).toMatchObject({ createTimeSeconds: Math.floor(nowMs / 1000) + 1 });
  });

  it('makes a room private: off the list, but it answers', async () => {
    simulator.world.edit('live-2', { public: false });
    expect(await ids()).not.toContain('live-2');
    expect(await info('live-2')).toMatchObject({ ErrorCode: 0, Response: { RoomInfo: { IsPublicVisible: false } } });
  });

  it('drops a room from the list, and shows one that is gone', async () => {
    simulator.world.edit('live-2', { listed: false });
    simulator.world.end('live-4');
    simulator.world.edit('live-4', { listed: true });
    const listed = await ids();
    expect([listed.includes('live-2'), listed.includes('live-4')]).toEqual([false, true]);
    expect([(await info('live-2'))['ErrorCode'], (await info('live-4'))['ErrorCode']]).toEqual([0, 100004]);
  });

  it('adds a plain group: members only, never in the list', async () => {
    simulator.world.addGroup('group 1', 77);
    expect(await ids()).not.toContain('group 1');
    expect(await online('group 1')).toMatchObject({ ErrorCode: 0, OnlineMemberNum: 77 });
    expect((await info('group 1'))['ErrorCode']).toBe(100004);
    expect((await call(simulator, 'get_member_list', { RoomId: 'group 1', Next: '' }))['ErrorCode']).toBe(100006);
    expect(truth('group 1')).toEqual({
      kind: 'group',
      roomId: 'group 1',
      state: 'live',
      audience: 77,
      onlineMembers: 77,
      memberCount: 77,
      listedMembers: 77,
    });
  });

  it.each(['say "hi"', '\\', 'two\nlines', '\u0000', '🎬', '\ud800', 'x'.repeat(400)])(
    'gives a room the name %j',
    async (roomName) => {
      simulator.world.edit('live-2', { roomName });
      expect(await info('live-2')).toMatchObject({ Response: { RoomInfo: { RoomName: roomName } } });
    },
  );

  it('sets exact counts, at once and again and again while the clock stands still', async () => {
    for (const audience of [500, 0, 12_345, 1]) {
      simulator.world.edit('live-2', { audience });
      expect(await online('live-2')).toMatchObject({ OnlineMemberNum: audience });
      expect(await payload(simulator, 'get_member_list', { RoomId: 'live-2', Next: '' })).toMatchObject({
        MemberCount: audience,
      });
    }
    simulator.world.edit('live-2', { viewCount: 9_000_000 });
    expect(truth('live-2')).toMatchObject({ viewCount: 9_000_000 });
    nowMs += 3_600_000;
    expect(truth('live-2')).toMatchObject({ onlineMembers: 1 });
  });

  it('never takes entries back', () => {
    let views = 0;
    for (const audience of [500, 0, 800, 20, 21]) {
      simulator.world.edit('live-2', { audience });
      const now = (truth('live-2') as { viewCount: number }).viewCount;
      expect(now).toBeGreaterThanOrEqual(views);
      views = now;
    }
  });

  it('refuses a room that never was, and a second one of the same id', () => {
    expect(() => simulator.world.edit('nobody', {})).toThrow('no room "nobody" in this world');
    expect(() => simulator.world.addRoom('live-2')).toThrow('cannot add room "live-2": it exists');
  });
});
