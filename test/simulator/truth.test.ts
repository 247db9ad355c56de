import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type GroundTruthLiveRoom, type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { call, callText, listRooms, payload } from './client.ts';

const frozenMs = Date.UTC(2025, 5, 1, 12) + 123;

describe('A world whose clock stands still', () => {
  let simulator: Simulator;
  let rooms: readonly GroundTruthLiveRoom[];
  beforeAll(async () => {
    simulator = await startSimulator({ rooms: 200, seed: 1, now: () => frozenMs });
    rooms = simulator.truth(1400000001).filter((room) => room.kind === 'live');
  });
  afterAll(() => simulator.stop());

  it('Every channel is on the air at the start', () => {
    expect(rooms.map((room) => room.state)).toEqual(rooms.map(() => 'live'));
  });

  it('The room list contains exactly the public rooms, most viewed first, with their true values', async () => {
    const listed = rooms.filter((room) => room.public).toSorted((a, b) => b.viewCount - a.viewCount);
    expect(listed.length).toBe(192);
    const rows = await listRooms(simulator);
    expect(rows.map((row) => row.ViewCount)).toEqual(listed.map((room) => room.viewCount));
    const byId = new Map(listed.map((room) => [room.roomId, room]));
    for (const row of rows) {
      const room = byId.get(row.RoomId);
      expect(row).toMatchObject({
        RoomName: room?.roomName,
        Owner_Account: room?.ownerAccount,
        ActivityStatus: room?.activityStatus,
        ViewCount: room?.viewCount,
      });
      expect(row.Category).toEqual(room?.categories);
      expect(row.CreateTime === 0 ? undefined : row.CreateTime).toBe(room?.createTimeSeconds);
      byId.delete(row.RoomId);
    }
    expect([...byId.keys()]).toEqual([]);
  });

  it('The undocumented counts of some rows are 0 or old, although people are there', async () => {
    const counted = (await listRooms(simulator)).filter((row) => row.OnlineCount !== undefined);
    const onlineMembers = new Map(rooms.map((room) => [room.roomId, room.onlineMembers]));
    const wrong = counted.filter((row) => row.OnlineCount !== onlineMembers.get(row.RoomId));
    expect(wrong.some((row) => row.OnlineCount === 0)).toBe(true);
    expect(wrong.some((row) => row.OnlineCount !== 0)).toBe(true);
    expect(counted.length).toBeLessThan(rooms.length / 2);
  });

  it('The room info of some rooms dates their creation one second later than the list', async () => {
    const lags = await Promise.all(
      (await listRooms(simulator)).map(async ({ RoomId, CreateTime }) => {
        const { RoomInfo } = await payload<{ RoomInfo: { CreateTime?: number } }>(simulator, {
          command: 'get_room_info',
          body: { RoomId },
        });
        return (RoomInfo.CreateTime ?? 0) - (CreateTime ?? 0);
      }),
    );
    expect(new Set(lags)).toEqual(new Set([0, 1]));
  });

  it('get_room_info, get_online_member_num, get_member_list and get_room_stats return the ground truth', async () => {
    for (const room of rooms) {
      const info = await callText(simulator, { command: 'get_room_info', body: { RoomId: room.roomId } });
      expect(info).toMatch(new RegExp(`"Owner_Account":"?${room.ownerAccount}[",]`));
      expect((JSON.parse(info) as { Response: { RoomInfo: unknown } }).Response.RoomInfo).toMatchObject({
        RoomId: room.roomId,
        RoomName: room.roomName,
        RoomType: 'Live',
        ViewCount: room.viewCount,
        IsSeatEnabled: room.seatsEnabled,
        MaxSeatCount: room.maxSeats,
        MaxMemberCount: room.maxMembers,
        IsPublicVisible: room.public,
      });
      expect(await call(simulator, { command: 'get_online_member_num', body: { GroupId: room.roomId } })).toEqual({
        ActionStatus: 'OK',
        ErrorInfo: '',
        ErrorCode: 0,
        OnlineMemberNum: room.onlineMembers,
      });
      const members = await payload<{ MemberCount: number }>(simulator, {
        command: 'get_member_list',
        body: {
          RoomId: room.roomId,
          Next: '',
        },
      });
      expect(members.MemberCount).toBe(room.memberCount);
      expect(await payload(simulator, { command: 'get_room_stats', body: { RoomId: room.roomId } })).toEqual({
        TotalViewers: room.totals.viewers,
        TotalGiftsSent: room.totals.gifts,
        TotalGiftCoins: room.totals.giftCoins,
        TotalUniqueGiftSenders: room.totals.giftSenders,
        TotalLikesReceived: room.totals.likes,
        TotalMsgCount: room.totals.messages,
      });
    }
  });

  it('get_room_info has every quirk that was seen in real responses', async () => {
    const seen = new Set<string>();
    for (const room of rooms) {
      const text = await callText(simulator, { command: 'get_room_info', body: { RoomId: room.roomId } });
      const { RoomInfo: info } = (JSON.parse(text) as { Response: { RoomInfo: Record<string, unknown> } }).Response;
      seen.add(`owner ${/"Owner_Account":"/.test(text) ? 'text' : 'integer'}`);
      seen.add(`mode ${info['TakeSeatMode'] as string | number}`);
      seen.add(`muted ${JSON.stringify(info['IsMessageDisabled'])}`);
      seen.add(`created ${info['CreateTime'] === undefined ? 'absent' : info['CreateTime'] === 0 ? '0' : 'given'}`);
      seen.add(`category ${typeof info['Category']}`);
    }
    expect([...seen].toSorted()).toEqual([
      'category object',
      'category undefined',
      'created 0',
      'created absent',
      'created given',
      'mode 1',
      'mode 2',
      'mode ApplyToTake',
      'mode FreeToTake',
      'muted "false"',
      'muted "true"',
      'muted 0',
      'muted 1',
      'muted false',
      'muted true',
      'owner integer',
      'owner text',
    ]);
  });

  it('Room ids contain spaces, quotes, backslashes and the server’s own prefix, all in printable ASCII', () => {
    const ids = rooms.map((room) => room.roomId);
    expect(new Set(ids).size).toBe(200);
    expect(ids.every((id) => /^[\u0020-\u007e]{1,48}$/.test(id))).toBe(true);
    for (const odd of [' ', '"', "'", '\\', '@TGS#'])
      expect(ids.filter((id) => id.includes(odd)).length).toBeGreaterThan(3);
  });

  it('The same seed gives the same world, another seed a different one', async () => {
    const same = await startSimulator({ rooms: 200, seed: 1, now: () => frozenMs });
    const other = await startSimulator({ rooms: 200, seed: 2, now: () => frozenMs });
    expect(same.truth(1400000001)).toEqual(rooms);
    expect(other.truth(1400000001)).not.toEqual(rooms);
    await Promise.all([same.stop(), other.stop()]);
  });
});
