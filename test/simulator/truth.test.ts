import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startSimulator, type Simulator, type TrueLiveRoom } from '../../src/simulator/simulator.ts';
import { call, callText, payload, walk } from './client.ts';

const frozenMs = Date.UTC(2025, 5, 1, 12) + 123;

describe('a frozen world', () => {
  let simulator: Simulator;
  let rooms: readonly TrueLiveRoom[];
  beforeAll(async () => {
    simulator = await startSimulator({ rooms: 200, seed: 1, now: () => frozenMs });
    rooms = simulator.truth(1400000001).filter((room) => room.kind === 'live');
  });
  afterAll(() => simulator.stop());

  it('has every channel on the air', () => {
    expect(rooms.map((room) => room.state)).toEqual(rooms.map(() => 'live'));
  });

  it('lists exactly the public rooms, the most viewed first, with their true values', async () => {
    const listed = rooms.filter((room) => room.public).toSorted((a, b) => b.viewCount - a.viewCount);
    expect(listed.length).toBe(192);
    const rows = await walk(simulator);
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
      expect([room?.memberCount, undefined]).toContain(row.MemberCount);
      expect([room?.onlineMembers, undefined]).toContain(row.OnlineCount);
      byId.delete(row.RoomId);
    }
    expect([...byId.keys()]).toEqual([]);
  });

  it('answers get_room_info, get_online_member_num, get_member_list and get_room_stats with the truth', async () => {
    for (const room of rooms) {
      const info = await callText(simulator, 'get_room_info', { RoomId: room.roomId });
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
      expect(await call(simulator, 'get_online_member_num', { GroupId: room.roomId })).toEqual({
        ActionStatus: 'OK',
        ErrorInfo: '',
        ErrorCode: 0,
        OnlineMemberNum: room.onlineMembers,
      });
      const members = await payload<{ MemberCount: number }>(simulator, 'get_member_list', {
        RoomId: room.roomId,
        Next: '',
      });
      expect(members.MemberCount).toBe(room.memberCount);
      expect(await payload(simulator, 'get_room_stats', { RoomId: room.roomId })).toEqual({
        TotalViewers: room.totals.viewers,
        TotalGiftsSent: room.totals.gifts,
        TotalGiftCoins: room.totals.giftCoins,
        TotalUniqueGiftSenders: room.totals.giftSenders,
        TotalLikesReceived: room.totals.likes,
        TotalMsgCount: room.totals.messages,
      });
    }
  });

  it('spells the values in every way seen in the wild', async () => {
    const seen = new Set<string>();
    for (const room of rooms) {
      const text = await callText(simulator, 'get_room_info', { RoomId: room.roomId });
      const { RoomInfo: info } = (JSON.parse(text) as { Response: { RoomInfo: Record<string, unknown> } }).Response;
      seen.add(`owner ${/"Owner_Account":"/.test(text) ? 'text' : 'integer'}`);
      seen.add(`mode ${String(info['TakeSeatMode'])}`);
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

  it('has room ids with spaces, quotes, backslashes and the server’s own prefix, all of printable ASCII', () => {
    const ids = rooms.map((room) => room.roomId);
    expect(new Set(ids).size).toBe(200);
    expect(ids.every((id) => /^[\u0020-\u007e]{1,48}$/.test(id))).toBe(true);
    for (const odd of [' ', '"', "'", '\\', '@TGS#'])
      expect(ids.filter((id) => id.includes(odd)).length).toBeGreaterThan(3);
  });

  it('is the same for the same seed and another for another', async () => {
    const same = await startSimulator({ rooms: 200, seed: 1, now: () => frozenMs });
    const other = await startSimulator({ rooms: 200, seed: 2, now: () => frozenMs });
    expect(same.truth(1400000001)).toEqual(rooms);
    expect(other.truth(1400000001)).not.toEqual(rooms);
    await Promise.all([same.stop(), other.stop()]);
  });
});
