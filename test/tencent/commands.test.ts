import { describe, expect, it } from '@jest/globals';
import { commandPath } from '../../src/tencent/command.ts';
import { getAppidGroupList } from '../../src/tencent/commands/get-appid-group-list.ts';
import { getMemberList } from '../../src/tencent/commands/get-member-list.ts';
import { getMembers } from '../../src/tencent/commands/get-members.ts';
import { getOnlineMemberNum } from '../../src/tencent/commands/get-online-member-num.ts';
import { getRoomInfo } from '../../src/tencent/commands/get-room-info.ts';
import { getRoomList } from '../../src/tencent/commands/get-room-list.ts';
import { getRoomStats } from '../../src/tencent/commands/get-room-stats.ts';
import { getSeatList, hasNoSeats } from '../../src/tencent/commands/get-seat-list.ts';
import { CallFailure } from '../../src/tencent/failures.ts';

describe('The commands', () => {
  it.each([
    [getRoomList, '/v4/live_engine_http_srv/get_room_list', 'Response', 10],
    [getRoomInfo, '/v4/live_engine_http_srv/get_room_info', 'Response', 200],
    [getMemberList, '/v4/live_engine_http_srv/get_member_list', 'Response', 200],
    [getRoomStats, '/v4/live_engine_http_srv/get_room_stats', 'Response', 100],
    [getOnlineMemberNum, '/v4/group_open_http_svc/get_online_member_num', 'top level', 200],
    [getAppidGroupList, '/v4/group_open_http_svc/get_appid_group_list', 'top level', 1],
    [getMembers, '/v4/group_open_avchatroom_http_svc/get_members', 'top level', 200],
  ] as const)(
    'The command $name has its documented path, payload and quota',
    (command, path, payload, callsPerSecond) => {
      expect([commandPath(command), command.payload, command.callsPerSecond]).toEqual([path, payload, callsPerSecond]);
    },
  );
});

const documentedInfo = {
  RoomId: 'rid-123',
  RoomName: 'rname-123',
  RoomType: 'Live',
  Owner_Account: '144115233775727695',
  CreateTime: 1693271354,
  IsSeatEnabled: true,
  TakeSeatMode: 1,
  MaxSeatCount: 8,
  MaxMemberCount: 300,
  IsMessageDisabled: false,
  CoverURL: 'https://xxxx.png',
  Category: [1, 2, 3],
  ActivityStatus: 1,
  ViewCount: 10,
  IsPublicVisible: true,
};
const parseInfo = (fields: object) => getRoomInfo.parse({ RoomInfo: { ...documentedInfo, ...fields } });

describe('get_room_info', () => {
  it('The documented room info is read', () => {
    expect(parseInfo({})).toEqual({
      roomName: 'rname-123',
      ownerAccount: '144115233775727695',
      categories: '1,2,3',
      createTimeSeconds: 1693271354,
      activityStatus: 1,
      viewCount: 10,
      roomType: 'Live',
      seatsEnabled: true,
      takeSeatMode: 'free',
      maxSeats: 8,
      maxMembers: 300,
      muted: false,
      public: true,
    });
  });

  it('The room info is requested by the id of the room', () => {
    expect(getRoomInfo.body({ roomId: 'a"b' })).toEqual({ RoomId: 'a"b' });
  });

  it.each([
    ['Owner_Account', 'bren', 'ownerAccount', 'bren'],
    ['Owner_Account', 7, 'ownerAccount', '7'],
    ['TakeSeatMode', 2, 'takeSeatMode', 'apply'],
    ['TakeSeatMode', 'FreeToTake', 'takeSeatMode', 'free'],
    ['TakeSeatMode', 'ApplyToTake', 'takeSeatMode', 'apply'],
    ['TakeSeatMode', 'None', 'takeSeatMode', undefined],
    ['IsMessageDisabled', 'true', 'muted', true],
    ['IsMessageDisabled', 'false', 'muted', false],
    ['IsMessageDisabled', 1, 'muted', true],
    ['IsMessageDisabled', 0, 'muted', false],
    ['CreateTime', 0, 'createTimeSeconds', undefined],
    ['CreateTime', undefined, 'createTimeSeconds', undefined],
    ['CreateTime', '1693271354', 'createTimeSeconds', 1693271354],
    ['Category', undefined, 'categories', undefined],
    ['Category', null, 'categories', undefined],
    ['Category', [], 'categories', ''],
    ['MaxSeatCount', '8', 'maxSeats', 8],
    ['ViewCount', '9007199254740993', 'viewCount', 9007199254740992],
    ['ViewCount', undefined, 'viewCount', undefined],
    ['NewField', { any: 'thing' }, 'viewCount', 10],
  ])('The room info may have %s as %j', (field, sent, key, read) => {
    expect(parseInfo({ [field]: sent })).toHaveProperty(key, read);
  });

  it.each([
    ['ViewCount', 'many', 'expected a number'],
    ['ViewCount', -1, 'expected a number of at least 0'],
    ['ViewCount', Infinity, 'expected a number'],
    ['IsMessageDisabled', 'maybe', 'expected true or false'],
    ['RoomId', '', 'expected a room id'],
  ])('A room info with %s as %j is refused', (field, sent, message) => {
    expect(() => parseInfo({ [field]: sent })).toThrow(message);
  });
});

describe('get_room_list', () => {
  it('Full pages of the room list are requested from the cursor on', () => {
    expect(getRoomList.body({ next: 'x-1' })).toEqual({ Next: 'x-1', Count: 20 });
  });

  it('Rows of the room list are read, with the counts that some responses have', () => {
    const row = { RoomId: 'a', ViewCount: 5, MemberCount: 3, OnlineCount: 2, Popularity: 9, OwnerName: 'x' };
    expect(getRoomList.parse({ Next: 'n', RoomList: [row] })).toEqual({
      next: 'n',
      unreadableRows: 0,
      rooms: [
        {
          roomId: 'a',
          roomName: undefined,
          ownerAccount: undefined,
          categories: undefined,
          createTimeSeconds: undefined,
          activityStatus: undefined,
          viewCount: 5,
          memberCount: 3,
          onlineCount: 2,
        },
      ],
    });
  });

  it('Rows that cannot be read are counted, and the others are kept', () => {
    const page = getRoomList.parse({
      Next: '',
      RoomList: [{ RoomId: 'a' }, { RoomName: 'no id' }, 7, { RoomId: 'b' }],
    });
    expect(page.rooms.map((room) => room.roomId)).toEqual(['a', 'b']);
    expect(page.unreadableRows).toBe(2);
  });

  it('A missing room list is an empty one, and a missing cursor is the end', () => {
    expect(getRoomList.parse({})).toEqual({ next: '', rooms: [], unreadableRows: 0 });
  });
});

describe('get_appid_group_list', () => {
  it('The list of groups is requested from 0 on, for AVChatRoom groups only', () => {
    expect(getAppidGroupList.body({ next: '' })).toEqual({ Limit: 10_000, Next: 0, GroupType: 'AVChatRoom' });
    expect(getAppidGroupList.body({ next: '4454685361' })).toEqual({
      Limit: 10_000,
      Next: 4454685361,
      GroupType: 'AVChatRoom',
    });
  });

  it('The ids of groups are read, and the cursor 0 is the end', () => {
    const GroupIdList = [{ GroupId: '@TGS#2J4SZEAEL' }, { GroupId: '' }];
    const rooms = [{ roomId: '@TGS#2J4SZEAEL' }];
    expect(getAppidGroupList.parse({ TotalCount: 2, GroupIdList, Next: 9 })).toEqual({
      next: '9',
      rooms,
      unreadableRows: 1,
    });
    expect(getAppidGroupList.parse({ GroupIdList: [], Next: 0 })).toEqual({ next: '', rooms: [], unreadableRows: 0 });
  });
});

describe('get_online_member_num', () => {
  it('The number of online members is read, even if it is 0', () => {
    expect(getOnlineMemberNum.body({ roomId: 'g' })).toEqual({ GroupId: 'g' });
    expect(getOnlineMemberNum.parse({ OnlineMemberNum: 0 })).toEqual({ onlineMembers: 0 });
  });

  it('A response without the number of online members is refused, because unknown is not 0', () => {
    expect(() => getOnlineMemberNum.parse({ ErrorCode: 0 })).toThrow('expected a number');
  });
});

describe('get_member_list', () => {
  it('The member count and the cursor are read', () => {
    expect(getMemberList.body({ roomId: 'r', next: '' })).toEqual({ RoomId: 'r', Next: '' });
    expect(getMemberList.parse({ MemberCount: 2, Next: '', MemberList: [] })).toEqual({ memberCount: 2, next: '' });
    expect(getMemberList.parse({ Next: 'p2' })).toEqual({ memberCount: undefined, next: 'p2' });
  });
});

describe('get_members', () => {
  it('A mark is sent only if one is requested', () => {
    expect(getMembers.body({ roomId: 'g', timestamp: 0 })).toEqual({ GroupId: 'g', Timestamp: 0 });
    expect(getMembers.body({ roomId: 'g', timestamp: 9, mark: 1000 })).toEqual({
      GroupId: 'g',
      Timestamp: 9,
      Mark: 1000,
    });
  });

  it('Accounts and join times of members are read, but not their names and avatars', () => {
    const MemberList = [
      { Member_Account: 'teacher2', JoinTime: 1657773110, NickName: 'T', Avatar: 'http://www.example.com/t.jpg' },
      { Member_Account: '144115233775727695', JoinTime: 0 },
    ];
    expect(getMembers.parse({ MemberList, NextTimestamp: 5 })).toEqual({
      members: [
        { account: 'teacher2', joinTimeSeconds: 1657773110 },
        { account: '144115233775727695', joinTimeSeconds: undefined },
      ],
      nextTimestamp: 5,
    });
  });
});

describe('get_room_stats', () => {
  it('The totals that a response has are read', () => {
    expect(getRoomStats.parse({ TotalViewers: 9, TotalGiftCoins: 0 })).toEqual({
      viewers: 9,
      gifts: undefined,
      giftCoins: 0,
      giftSenders: undefined,
      likes: undefined,
      messages: undefined,
    });
  });
});

describe('get_seat_list', () => {
  it('Seats with an account are taken, and empty seats are not', () => {
    const seats = [{ Index: 0, Member_Account: 'a' }, { Index: 1 }, { Index: 2, Member_Account: '' }];
    expect(getSeatList.parse({ SeatList: seats })).toEqual({ takenSeats: 1 });
  });

  it('A seat that is listed twice counts once', () => {
    const seat = { Index: 3, Member_Account: 'a' };
    expect(getSeatList.parse({ SeatList: [seat, seat] })).toEqual({ takenSeats: 1 });
  });

  it('Only the two codes of rooms without seats say that a room has none', () => {
    const failure = (code: number) => new CallFailure({ command: 'get_seat_list', reason: 'unknown', found: '', code });
    expect([100211, 100251, 100004].map((code) => hasNoSeats(failure(code)))).toEqual([true, true, false]);
    expect(hasNoSeats(new Error('100211'))).toBe(false);
  });
});
