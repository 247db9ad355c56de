import { describe, expect, it } from '@jest/globals';
import { commandPath } from '../../src/tencent/command.ts';
import { getAppidGroupList } from '../../src/tencent/commands/get-appid-group-list.ts';
import { getCallbackToken } from '../../src/tencent/commands/get-callback-token.ts';
import { getCallback } from '../../src/tencent/commands/get-callback.ts';
import { getMemberList } from '../../src/tencent/commands/get-member-list.ts';
import { getMembers } from '../../src/tencent/commands/get-members.ts';
import { getOnlineMemberNum } from '../../src/tencent/commands/get-online-member-num.ts';
import { getRoomInfo } from '../../src/tencent/commands/get-room-info.ts';
import { getRoomList } from '../../src/tencent/commands/get-room-list.ts';
import { getRoomStats } from '../../src/tencent/commands/get-room-stats.ts';
import { getSeatList, hasNoSeats } from '../../src/tencent/commands/get-seat-list.ts';
import { CallFailure } from '../../src/tencent/failures.ts';
import { parsePayload } from '../support/parse-payload.ts';

describe('The commands', () => {
  it.each([
    [getRoomList, '/v4/live_engine_http_srv/get_room_list', 'Response', 10],
    [getRoomInfo, '/v4/live_engine_http_srv/get_room_info', 'Response', 200],
    [getMemberList, '/v4/live_engine_http_srv/get_member_list', 'Response', 200],
    [getRoomStats, '/v4/live_engine_http_srv/get_room_stats', 'Response', 100],
    [getOnlineMemberNum, '/v4/group_open_http_svc/get_online_member_num', 'top level', 200],
    [getAppidGroupList, '/v4/group_open_http_svc/get_appid_group_list', 'top level', 1],
    [getMembers, '/v4/group_open_avchatroom_http_svc/get_members', 'top level', 200],
    [getCallback, '/v4/live_config/get_callback', 'Response', 200],
    [getCallbackToken, '/v4/live_config/get_callback_token', 'Response', 200],
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
const parseInfo = (fields: object, onOdd?: (field: string) => void) =>
  parsePayload(getRoomInfo, { RoomInfo: { ...documentedInfo, ...fields } }, onOdd);

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
    ['IsMessageDisabled', 'true', 'muted', true],
    ['IsMessageDisabled', 'false', 'muted', false],
    ['IsMessageDisabled', 1, 'muted', true],
    ['IsMessageDisabled', 0, 'muted', false],
    ['IsMessageDisabled', 'On', 'muted', true],
    ['IsMessageDisabled', 'False', 'muted', false],
    ['CreateTime', 0, 'createTimeSeconds', undefined],
    ['CreateTime', undefined, 'createTimeSeconds', undefined],
    ['CreateTime', '1693271354', 'createTimeSeconds', 1693271354],
    ['CreateTime', 1693271354999, 'createTimeSeconds', 1693271354],
    ['Category', undefined, 'categories', undefined],
    ['Category', [], 'categories', undefined],
    ['Category', '1, 2', 'categories', '1,2'],
    ['Category', 7, 'categories', '7'],
    ['MaxSeatCount', '8', 'maxSeats', 8],
    ['ViewCount', undefined, 'viewCount', undefined],
    ['ActivityStatus', -1, 'activityStatus', -1],
    ['RoomName', '', 'roomName', undefined],
    ['NewField', { any: 'thing' }, 'viewCount', 10],
  ])('The room info may have %s as %j', (field, sent, key, read) => {
    expect(parseInfo({ [field]: sent })).toHaveProperty(key, read);
  });

  it.each([
    ['ViewCount', 'many'],
    ['ViewCount', -1],
    ['ViewCount', 0.5],
    ['ViewCount', '9007199254740993'],
    ['ViewCount', 4294967295],
    ['ViewCount', null],
    ['MaxMemberCount', -1],
    ['MaxMemberCount', 4294967295],
    ['IsMessageDisabled', 'maybe'],
    ['IsMessageDisabled', ''],
    ['IsPublicVisible', 2],
    ['IsPublicVisible', [true]],
    ['TakeSeatMode', 'None'],
    ['CreateTime', -1],
    ['CreateTime', 12],
    ['Owner_Account', { id: 1 }],
    ['RoomType', ''],
    ['Category', null],
    ['Category', { a: 1 }],
    ['Category', ['a', null, 3]],
    ['Category', '1,,2'],
  ])('A room info with %s as %j is read without this field, which is reported', (field, sent) => {
    const ignored: string[] = [];
    const read = parseInfo({ [field]: sent }, (name) => ignored.push(name));
    expect(read).toEqual(parseInfo({ [field]: undefined }));
    expect(ignored).toEqual([field]);
  });

  it('A text that is longer than any label should be is ignored', () => {
    expect(parseInfo({ RoomName: 'x'.repeat(4096) })?.roomName).toHaveLength(4096);
    expect(parseInfo({ RoomName: 'x'.repeat(4097) })?.roomName).toBeUndefined();
    expect(parseInfo({ Category: ['x'.repeat(4000), 'y'.repeat(4000)] })?.categories).toBeUndefined();
  });

  it('A response without room info gives no value', () => {
    expect(parsePayload(getRoomInfo, {})).toBeUndefined();
    expect(parsePayload(getRoomInfo, { RoomInfo: null })).toBeUndefined();
    expect(parsePayload(getRoomInfo, undefined)).toBeUndefined();
  });
});

describe('get_room_list', () => {
  it('Full pages of the room list are requested from the cursor on', () => {
    expect(getRoomList.body({ next: 'x-1' })).toEqual({ Next: 'x-1', Count: 20 });
  });

  it('Rows of the room list are read, with the counts that some responses have', () => {
    const row = { RoomId: 'a', ViewCount: 5, MemberCount: 3, OnlineCount: 2, Popularity: 9, OwnerName: 'x' };
    expect(parsePayload(getRoomList, { Next: 'n', RoomList: [row] })).toEqual({
      next: 'n',
      rows: 1,
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

  it('Rows without an id are counted and reported, and the others are kept', () => {
    const ignored: string[] = [];
    const RoomList = [
      { RoomId: 'a' },
      { RoomName: 'no id' },
      7,
      null,
      { RoomId: 12345, ViewCount: '' },
      { RoomId: '' },
    ];
    const page = parsePayload(getRoomList, { Next: '', RoomList }, (name) => ignored.push(name));
    expect(page.rooms.map((room) => room.roomId)).toEqual(['a', '12345']);
    expect(page.rows).toBe(6);
    expect(ignored).toEqual(['RoomList', 'RoomList', 'RoomId', 'ViewCount', 'RoomId']);
  });

  it('A page without a list says nothing of the rooms, and is not an empty list', () => {
    for (const payload of [{ Next: '' }, { Next: '', RoomList: null }, { Next: '', RoomList: {} }]) {
      expect(parsePayload(getRoomList, payload)).toEqual({ next: '', rooms: [], rows: undefined });
    }
    expect(parsePayload(getRoomList, undefined)).toEqual({ next: undefined, rooms: [], rows: undefined });
    expect(parsePayload(getRoomList, { Next: '', RoomList: [] })).toEqual({ next: '', rooms: [], rows: 0 });
  });

  it('A missing cursor is the end of the list, and one that makes no sense is unknown', () => {
    expect(parsePayload(getRoomList, { RoomList: [] }).next).toBe('');
    expect(parsePayload(getRoomList, { RoomList: [], Next: 5 }).next).toBe('5');
    for (const Next of [null, {}, -1, true])
      expect(parsePayload(getRoomList, { RoomList: [], Next }).next).toBeUndefined();
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
    expect(parsePayload(getAppidGroupList, { TotalCount: 2, GroupIdList, Next: 9 })).toEqual({
      next: '9',
      rooms,
      rows: 2,
    });
    expect(parsePayload(getAppidGroupList, { GroupIdList: [], Next: 0 })).toEqual({ next: '0', rooms: [], rows: 0 });
  });
});

describe('get_online_member_num', () => {
  it('The number of online members is read, even if it is 0', () => {
    expect(getOnlineMemberNum.body({ roomId: 'g' })).toEqual({ GroupId: 'g' });
    expect(parsePayload(getOnlineMemberNum, { OnlineMemberNum: 0 })).toEqual({ onlineMembers: 0 });
  });

  it('A response without the number of online members gives no value, because unknown is not 0', () => {
    for (const OnlineMemberNum of [undefined, null, '', -1, {}, 4294967295]) {
      const ignored: string[] = [];
      expect(parsePayload(getOnlineMemberNum, { OnlineMemberNum }, (name) => ignored.push(name))).toBeUndefined();
      expect(ignored).toEqual(['OnlineMemberNum']);
    }
  });
});

describe('get_member_list', () => {
  it('The member count of the first page is read', () => {
    expect(getMemberList.body({ roomId: 'r' })).toEqual({ RoomId: 'r', Next: '' });
    expect(parsePayload(getMemberList, { MemberCount: 2, Next: '', MemberList: null })).toEqual({ memberCount: 2 });
    expect(parsePayload(getMemberList, { Next: 'p2' })).toBeUndefined();
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
    expect(parsePayload(getMembers, { MemberList, NextTimestamp: 5 })).toEqual({
      members: [
        { account: 'teacher2', joinTimeSeconds: 1657773110 },
        { account: '144115233775727695', joinTimeSeconds: undefined },
      ],
      nextTimestamp: 5,
    });
  });
});

describe('get_members with odd fields', () => {
  it('A member without an account or a join time, and a page without a list or a cursor, are distinguished', () => {
    const MemberList = [{ Member_Account: '', JoinTime: 1657773110 }, null, { Member_Account: 'a', JoinTime: '' }];
    expect(parsePayload(getMembers, { MemberList, NextTimestamp: null })).toEqual({
      members: [
        { account: undefined, joinTimeSeconds: 1657773110 },
        { account: undefined, joinTimeSeconds: undefined },
        { account: 'a', joinTimeSeconds: undefined },
      ],
      nextTimestamp: undefined,
    });
    expect(parsePayload(getMembers, { MemberList: {} })).toEqual({ members: undefined, nextTimestamp: 0 });
  });
});

describe('get_room_stats', () => {
  it('The totals that a response has are read', () => {
    expect(parsePayload(getRoomStats, { TotalViewers: 9, TotalGiftCoins: 0 })).toEqual({
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
    expect(parsePayload(getSeatList, { SeatList: seats })).toEqual({ takenSeats: 1 });
  });

  it('The number of taken seats is unknown if any seat cannot be read', () => {
    for (const seat of [null, { Index: -1 }, { Index: 1, Member_Account: {} }]) {
      expect(parsePayload(getSeatList, { SeatList: [seat] })).toBeUndefined();
    }
    expect(parsePayload(getSeatList, { SeatList: null })).toBeUndefined();
  });

  it('A seat that is listed twice counts once', () => {
    const seat = { Index: 3, Member_Account: 'a' };
    expect(parsePayload(getSeatList, { SeatList: [seat, seat] })).toEqual({ takenSeats: 1 });
  });

  it('Only the two codes of rooms without seats say that a room has none', () => {
    const failure = (code: number) => new CallFailure({ command: 'get_seat_list', reason: 'unknown', found: '', code });
    expect([100211, 100251, 100004].map((code) => hasNoSeats(failure(code)))).toEqual([true, true, false]);
    expect(hasNoSeats(new Error('100211'))).toBe(false);
  });
});

describe('get_callback and get_callback_token', () => {
  it('A URL, commands and a token are read, and what makes no sense is missing', () => {
    const commands = ['Live.CallbackAfterCreateRoom'];
    expect(parsePayload(getCallback, { Url: 'https://a.example', CallbackCommandList: commands })).toEqual({
      url: 'https://a.example',
      commands,
    });
    expect(parsePayload(getCallback, { Url: {}, CallbackCommandList: [1] })).toEqual({
      url: undefined,
      commands: undefined,
    });
    expect(parsePayload(getCallbackToken, { Token: 't', IsTokenEnable: 'true' })).toEqual({
      token: 't',
      isEnabled: true,
    });
    expect(parsePayload(getCallbackToken, {})).toEqual({ token: undefined, isEnabled: undefined });
  });
});
