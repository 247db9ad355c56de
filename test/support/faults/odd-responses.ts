import type { CommandName } from '../../../src/tencent/command.ts';

export const roomIds = ['room-a', 'room-b', 'room-c'];
export const marks = [1000];

export type Json = Readonly<Record<string, unknown>>;

const envelope = { ActionStatus: 'OK', ErrorInfo: '', ErrorCode: 0 };
const liveEnvelope = (Response: unknown) => ({ ...envelope, RequestId: 'Id-1', Response });

/** What the room list and the room info have in common. */
const facts = (roomId: string) => ({
  RoomId: roomId,
  RoomName: `name of ${roomId}`,
  Owner_Account: `owner of ${roomId}`,
  CoverURL: 'https://covers.example.com/1.png',
  Category: [1, 2, 3],
  CreateTime: 1_693_271_354,
  ActivityStatus: 1,
  ViewCount: 1000 + roomIds.indexOf(roomId),
});

/** The responses of a healthy API, in the form of the documentation's samples. Two pages list three rooms. */
export function healthyResponse(command: CommandName, body: Json): Json {
  const roomId = String(body['RoomId'] ?? body['GroupId']);
  switch (command) {
    case 'get_room_list':
      return body['Next'] === ''
        ? liveEnvelope({ Next: 'page-2', RoomList: [facts('room-a'), facts('room-b')] })
        : liveEnvelope({ Next: '', RoomList: [facts('room-c')] });
    case 'get_room_info':
      return liveEnvelope({
        RoomInfo: {
          ...facts(roomId),
          RoomType: 'Live',
          IsSeatEnabled: true,
          TakeSeatMode: 1,
          MaxSeatCount: 8,
          MaxMemberCount: 300,
          IsMessageDisabled: false,
          IsPublicVisible: true,
        },
      });
    case 'get_member_list':
      return liveEnvelope({ Next: '', MemberCount: 80, MemberList: [{ Member_Account: 'ann' }] });
    case 'get_online_member_num':
      return { ...envelope, OnlineMemberNum: 77 };
    case 'get_members': {
      const members = ['ann', 'bob'].map((account) => ({ Member_Account: account, JoinTime: 1_657_773_110 }));
      return { ...envelope, MemberList: members, NextTimestamp: 0 };
    }
    case 'get_room_stats':
      return liveEnvelope({
        TotalViewers: 9000,
        TotalGiftsSent: 31,
        TotalGiftCoins: 12_400,
        TotalUniqueGiftSenders: 9,
        TotalLikesReceived: 100_000,
        TotalMsgCount: 2500,
      });
    case 'get_seat_list':
      return liveEnvelope({ SeatList: [{ Index: 0, Member_Account: 'ann' }, { Index: 1 }] });
    default:
      throw new Error(`no response for ${command}`);
  }
}

/** Each value makes no sense for most fields. Where it does make sense, it is the value that must be read. */
export const oddValues: readonly unknown[] = [
  null,
  '',
  ' ',
  'odd',
  -1,
  0.5,
  1e30,
  '99999999999999999999',
  true,
  {},
  [],
  [null, { odd: {} }],
];

/** Paths of all fields of a response, of what they are in, and of the first item of each list. */
export function pathsOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const keys = Array.isArray(value) ? ['0'] : Object.keys(value);
  return keys.flatMap((key) => [[...path, key], ...pathsOf((value as Json)[key], [...path, key])]);
}

export function replaced(value: unknown, [key, ...rest]: readonly string[], odd: unknown): unknown {
  if (key === undefined) return odd;
  const copy = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as Json) };
  (copy as Record<string, unknown>)[key] = replaced((value as Json)[key], rest, odd);
  return copy;
}
