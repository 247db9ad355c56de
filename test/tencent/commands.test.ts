import { describe, expect, it } from '@jest/globals';
import { groupList } from '../../src/tencent/commands/group-list.ts';
import { groupMembers } from '../../src/tencent/commands/group-members.ts';
import { memberList } from '../../src/tencent/commands/member-list.ts';
import { onlineMembers } from '../../src/tencent/commands/online-members.ts';
import { roomInfo } from '../../src/tencent/commands/room-info.ts';
import { roomList } from '../../src/tencent/commands/room-list.ts';
import { roomStats } from '../../src/tencent/commands/room-stats.ts';

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
const parseInfo = (fields: object) => roomInfo.parse({ RoomInfo: { ...documentedInfo, ...fields } });

describe('get_room_info', () => {
  it('reads the documented answer', () => {
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

  it('asks by room id', () => {
    expect(roomInfo.body({ roomId: 'a"b' })).toEqual({ RoomId: 'a"b' });
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
  ])('takes %s as %j', (field, sent, key, read) => {
    expect(parseInfo({ [field]: sent })).toHaveProperty(key, read);
  });

  it.each([
    ['ViewCount', 'many', 'expected a number'],
    ['ViewCount', -1, 'expected a number of at least 0'],
    ['ViewCount', Infinity, 'expected a number'],
    ['IsMessageDisabled', 'maybe', 'expected true or false'],
    ['RoomId', '', 'expected a room id'],
  ])('refuses %s as %j', (field, sent, message) => {
    expect(() => parseInfo({ [field]: sent })).toThrow(message);
  });
});

describe('get_room_list', () => {
  it('asks for full pages from the cursor on', () => {
    expect(roomList.body({ next: 'x-1' })).toEqual({ Next: 'x-1', Count: 20 });
  });

  it('reads rows, with the counts that some answers add', () => {
    const row = { RoomId: 'a', ViewCount: 5, MemberCount: 3, OnlineCount: 2, Popularity: 9, OwnerName: 'x' };
    expect(roomList.parse({ Next: 'n', RoomList: [row] })).toEqual({
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

  it('counts rows that it cannot read and keeps the others', () => {
    const page = roomList.parse({ Next: '', RoomList: [{ RoomId: 'a' }, { RoomName: 'no id' }, 7, { RoomId: 'b' }] });
    expect(page.rooms.map((room) => room.roomId)).toEqual(['a', 'b']);
    expect(page.unreadableRows).toBe(2);
  });

  it('takes a missing list for an empty one, and a missing cursor for the end', () => {
    expect(roomList.parse({})).toEqual({ next: '', rooms: [], unreadableRows: 0 });
  });
});

describe('get_appid_group_list', () => {
  it('asks for all AVChatRoom groups, from 0 on', () => {
    expect(groupList.body({ next: '' })).toEqual({ Limit: 10_000, Next: 0, GroupType: 'AVChatRoom' });
    expect(groupList.body({ next: '4454685361' })).toEqual({
      Limit: 10_000,
      Next: 4454685361,
      GroupType: 'AVChatRoom',
    });
  });

  it('reads ids, and takes 0 for the end', () => {
    const GroupIdList = [{ GroupId: '@TGS#2J4SZEAEL' }, { GroupId: '' }];
    const rooms = [{ roomId: '@TGS#2J4SZEAEL' }];
    expect(groupList.parse({ TotalCount: 2, GroupIdList, Next: 9 })).toEqual({ next: '9', rooms, unreadableRows: 1 });
    expect(groupList.parse({ GroupIdList: [], Next: 0 })).toEqual({ next: '', rooms: [], unreadableRows: 0 });
  });
});

describe('get_online_member_num', () => {
  it('reads the number, 0 included', () => {
    expect(onlineMembers.body({ roomId: 'g' })).toEqual({ GroupId: 'g' });
    expect(onlineMembers.parse({ OnlineMemberNum: 0 })).toEqual({ onlineMembers: 0 });
  });

  it('refuses an answer without the number: unknown is not 0', () => {
    expect(() => onlineMembers.parse({ ErrorCode: 0 })).toThrow('expected a number');
  });
});

describe('get_member_list', () => {
  it('reads the count and the cursor', () => {
    expect(memberList.body({ roomId: 'r', next: '' })).toEqual({ RoomId: 'r', Next: '' });
    expect(memberList.parse({ MemberCount: 2, Next: '', MemberList: [] })).toEqual({ memberCount: 2, next: '' });
    expect(memberList.parse({ Next: 'p2' })).toEqual({ memberCount: undefined, next: 'p2' });
  });
});

describe('get_members', () => {
  it('sends the mark only where one is asked for', () => {
    expect(groupMembers.body({ roomId: 'g', timestamp: 0 })).toEqual({ GroupId: 'g', Timestamp: 0 });
    expect(groupMembers.body({ roomId: 'g', timestamp: 9, mark: 1000 })).toEqual({
      GroupId: 'g',
      Timestamp: 9,
      Mark: 1000,
    });
  });

  it('reads accounts and join times, and drops names and avatars', () => {
    const MemberList = [
      { Member_Account: 'teacher2', JoinTime: 1657773110, NickName: 'T', Avatar: 'http://www.example.com/t.jpg' },
      { Member_Account: '144115233775727695', JoinTime: 0 },
    ];
    expect(groupMembers.parse({ MemberList, NextTimestamp: 5 })).toEqual({
      members: [
        { account: 'teacher2', joinTimeSeconds: 1657773110 },
        { account: '144115233775727695', joinTimeSeconds: undefined },
      ],
      nextTimestamp: 5,
    });
  });
});

describe('get_room_stats', () => {
  it('reads the totals that are there', () => {
    expect(roomStats.parse({ TotalViewers: 9, TotalGiftCoins: 0 })).toEqual({
      viewers: 9,
      gifts: undefined,
      giftCoins: 0,
      giftSenders: undefined,
      likes: undefined,
      messages: undefined,
    });
  });
});
