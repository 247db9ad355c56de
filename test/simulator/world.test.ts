import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type GroundTruthRoom, type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { type ApiResponse, call, listRooms, payload } from './client.ts';

describe('A change of a world', () => {
  let simulator: Simulator;
  let nowMs: number;
  beforeEach(async () => {
    nowMs = Date.UTC(2025, 5, 1, 12) + 123;
    simulator = await startSimulator({ rooms: 30, seed: 1, now: () => nowMs });
  });
  afterEach(() => simulator.stop());

  const ids = async (): Promise<string[]> => (await listRooms(simulator)).map((row) => row.RoomId);
  const info = (roomId: string): Promise<ApiResponse> =>
    call(simulator, { command: 'get_room_info', body: { RoomId: roomId } });
  const online = (roomId: string): Promise<ApiResponse> =>
    call(simulator, { command: 'get_online_member_num', body: { GroupId: roomId } });
  const truth = (roomId: string): GroundTruthRoom | undefined =>
    simulator.truth(1400000001).find((room) => room.roomId === roomId);

  it('A room that is ended leaves the room list, and commands report it as gone', async () => {
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

  it('A room that is recreated keeps its id and gets a new CreateTime and counts from zero', async () => {
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

  it('A room that becomes private leaves the room list, but get_room_info still returns it', async () => {
    simulator.world.edit('live-2', { public: false });
    expect(await ids()).not.toContain('live-2');
    expect(await info('live-2')).toMatchObject({ ErrorCode: 0, Response: { RoomInfo: { IsPublicVisible: false } } });
  });

  it('An edit can remove a live room from the room list, and list a room that has ended', async () => {
    simulator.world.edit('live-2', { listed: false });
    simulator.world.end('live-4');
    simulator.world.edit('live-4', { listed: true });
    const listed = await ids();
    expect([listed.includes('live-2'), listed.includes('live-4')]).toEqual([false, true]);
    expect([(await info('live-2'))['ErrorCode'], (await info('live-4'))['ErrorCode']]).toEqual([0, 100004]);
  });

  it('A plain group has only members and is never in the room list', async () => {
    simulator.world.addGroup('group 1', 77);
    expect(await ids()).not.toContain('group 1');
    expect(await online('group 1')).toMatchObject({ ErrorCode: 0, OnlineMemberNum: 77 });
    expect((await info('group 1'))['ErrorCode']).toBe(100004);
    expect(
      (await call(simulator, { command: 'get_member_list', body: { RoomId: 'group 1', Next: '' } }))['ErrorCode'],
    ).toBe(100006);
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
    'A room can have the name %j',
    async (roomName) => {
      simulator.world.edit('live-2', { roomName });
      expect(await info('live-2')).toMatchObject({ Response: { RoomInfo: { RoomName: roomName } } });
    },
  );

  it('Exact counts take effect at once, even several times while the clock stands still', async () => {
    for (const audience of [500, 0, 12_345, 1]) {
      simulator.world.edit('live-2', { audience });
      expect(await online('live-2')).toMatchObject({ OnlineMemberNum: audience });
      expect(
        await payload(simulator, { command: 'get_member_list', body: { RoomId: 'live-2', Next: '' } }),
      ).toMatchObject({
        MemberCount: audience,
      });
    }
    simulator.world.edit('live-2', { viewCount: 9_000_000 });
    expect(truth('live-2')).toMatchObject({ viewCount: 9_000_000 });
    nowMs += 3_600_000;
    expect(truth('live-2')).toMatchObject({ onlineMembers: 1 });
  });

  it('The view count never decreases when the audience is set', () => {
    let views = 0;
    for (const audience of [500, 0, 800, 20, 21]) {
      simulator.world.edit('live-2', { audience });
      const now = (truth('live-2') as { viewCount: number }).viewCount;
      expect(now).toBeGreaterThanOrEqual(views);
      views = now;
    }
  });

  it('An unknown room cannot be edited, and an existing room id cannot be added', () => {
    expect(() => simulator.world.edit('nobody', {})).toThrow('no room "nobody" in this world');
    expect(() => simulator.world.addRoom('live-2')).toThrow('cannot add room "live-2": it exists');
  });
});
