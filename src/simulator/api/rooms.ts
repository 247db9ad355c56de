import type { Broadcast } from '../world/broadcast.ts';
import { createTimeSecondsOf } from '../world/ground-truth.ts';
import type { World } from '../world/world.ts';
import { ApiError } from './api-error.ts';
import { readCursor, readOptionalInteger, type RequestBody, writeCursor } from './request.ts';

const maxRoomsPerPage = 20;

/** `get_room_list`: public rooms, most viewed first. */
export function getRoomList(world: World, body: RequestBody): unknown {
  const count = readOptionalInteger(body, { name: 'Count', code: 100002 }) ?? maxRoomsPerPage;
  const offset = readCursor(body)?.offset ?? 0;
  const limit = Math.min(maxRoomsPerPage, Math.max(1, count));
  const { broadcasts, total } = world.list(offset, limit);
  const end = offset + broadcasts.length;
  return {
    Next: end >= total ? '' : writeCursor({ offset: end, atMs: world.now() }),
    RoomList: broadcasts.map((broadcast) => listRow(broadcast, world.now())),
  };
}

function listRow(broadcast: Broadcast, ms: number): unknown {
  const { profile } = broadcast;
  return {
    RoomId: broadcast.roomId,
    RoomName: profile.roomName,
    Owner_Account: profile.ownerAccount,
    CoverURL: profile.coverUrl,
    ...(profile.categories === undefined ? {} : { Category: profile.categories }),
    ...createTime(broadcast),
    ActivityStatus: profile.activityStatus,
    ViewCount: broadcast.viewsAt(ms),
    ...(broadcast.quirks.extraFields ? undocumentedFields(broadcast, ms) : {}),
  };
}

/** How old the counts of the room list are. */
const listCountsAgeMs = 60_000;

/** Fields that some rows of real room lists have. Their counts are not those of the commands that document them. */
function undocumentedFields(broadcast: Broadcast, ms: number): object {
  const countedMs = Math.max(broadcast.startMs, ms - listCountsAgeMs);
  return {
    MemberCount: broadcast.memberCountAt(countedMs),
    OnlineCount: broadcast.quirks.listCounts === 'zero' ? 0 : broadcast.onlineAt(countedMs),
    Popularity: broadcast.viewsAt(ms) * 10,
    OwnerName: broadcast.profile.ownerAccount.slice(0, 8),
  };
}

/** `CreateTime`, which is 0 or absent in some rooms. */
function createTime(broadcast: Broadcast, lagSeconds = 0): { readonly CreateTime?: number } {
  const seconds = createTimeSecondsOf(broadcast);
  if (seconds === undefined) return broadcast.quirks.createTime === 'absent' ? {} : { CreateTime: 0 };
  return { CreateTime: seconds + lagSeconds };
}

/** `get_room_info`, with the quirks of the room. A `bigint` is sent as an integer of any size. */
export function getRoomInfo(broadcast: Broadcast, ms: number): unknown {
  const { profile, quirks } = broadcast;
  const seatMode = profile.takeSeatMode === 'free' ? 1 : 2;
  const ownerIsInteger = quirks.ownerAsInteger && /^[1-9]\d*$/.test(profile.ownerAccount);
  return {
    RoomInfo: {
      RoomId: broadcast.roomId,
      RoomName: profile.roomName,
      RoomType: 'Live',
      Owner_Account: ownerIsInteger ? BigInt(profile.ownerAccount) : profile.ownerAccount,
      ...createTime(broadcast, quirks.infoCreateTimeLag),
      IsSeatEnabled: profile.seatsEnabled,
      TakeSeatMode: quirks.takeSeatModeAsText ? ['FreeToTake', 'ApplyToTake'][seatMode - 1] : seatMode,
      MaxSeatCount: profile.maxSeats,
      MaxMemberCount: profile.maxMembers,
      IsMessageDisabled: muted(profile.muted, quirks.muted),
      CoverURL: profile.coverUrl,
      ...(profile.categories === undefined ? {} : { Category: profile.categories }),
      ActivityStatus: profile.activityStatus,
      ViewCount: broadcast.viewsAt(ms),
      IsPublicVisible: profile.public,
      ...(quirks.extraFields ? { IsUnlimitedRoomEnabled: true, CustomInfo: { Layout: [1, 2] } } : {}),
    },
  };
}

function muted(value: boolean, type: Broadcast['quirks']['muted']): unknown {
  switch (type) {
    case 'boolean':
      return value;
    case 'text':
      return String(value);
    case 'number':
      return value ? 1 : 0;
  }
}

/** `get_room_stats`: totals since the creation of the room. */
export function getRoomStats(broadcast: Broadcast, ms: number): unknown {
  const totals = broadcast.totalsAt(ms);
  return {
    TotalViewers: totals.viewers,
    TotalGiftsSent: totals.gifts,
    TotalGiftCoins: totals.giftCoins,
    TotalUniqueGiftSenders: totals.giftSenders,
    TotalLikesReceived: totals.likes,
    TotalMsgCount: totals.messages,
  };
}

const maxGroupsPerPage = 10_000;

/** `get_appid_group_list`: ids of all AVChatRoom groups. `Next` is a number, 0 for the first page and after the last. */
export function getAppIdGroupList(world: World, body: RequestBody): unknown {
  const limit = readOptionalInteger(body, { name: 'Limit', code: 10004 }) ?? maxGroupsPerPage;
  if (limit === 0 || limit > maxGroupsPerPage) throw new ApiError(10004, 'Limit');
  const next = readOptionalInteger(body, { name: 'Next', code: 10004 }) ?? 0;
  const type = body['GroupType'];
  // The simulated apps have no groups of other types.
  const ids = type === undefined || type === 'AVChatRoom' ? world.groupIds() : [];
  const end = Math.min(ids.length, next + limit);
  return {
    TotalCount: ids.length,
    GroupIdList: ids.slice(next, end).map((id) => ({ GroupId: id })),
    Next: end < ids.length ? end : 0,
  };
}
