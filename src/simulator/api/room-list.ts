import { givenCreateTimeSeconds } from '../world/true-room.ts';
import type { Show } from '../world/show.ts';
import type { World } from '../world/world.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { integerOfBody, type RequestBody } from './request.ts';

/** Rooms of a page at most. */
const MAX_COUNT = 20;

/** `get_room_list`: public rooms by view count. */
export function getRoomList(world: World, body: RequestBody): unknown {
  const count = body['Count'] === undefined ? MAX_COUNT : integerOfBody(body, 'Count', 100002);
  const offset = readCursor(body['Next'])?.offset ?? 0;
  const limit = Math.min(MAX_COUNT, Math.max(1, count));
  const { shows, total } = world.list(offset, limit);
  const end = offset + shows.length;
  return {
    Next: end >= total ? '' : writeCursor({ offset: end, atMs: world.now() }),
    RoomList: shows.map((show) => row(show, world.now())),
  };
}

function row(show: Show, ms: number): unknown {
  const { profile } = show;
  return {
    RoomId: show.roomId,
    RoomName: profile.roomName,
    Owner_Account: profile.ownerAccount,
    CoverURL: profile.coverUrl,
    ...(profile.categories === undefined ? {} : { Category: profile.categories }),
    ...createTime(show),
    ActivityStatus: profile.activityStatus,
    ViewCount: show.viewsAt(ms),
    ...(show.spelling.extraFields ? undocumented(show, ms) : {}),
  };
}

/** `CreateTime`, which is 0 or absent in some rooms. */
export function createTime(show: Show): { readonly CreateTime?: number } {
  const seconds = givenCreateTimeSeconds(show);
  if (seconds === undefined && show.spelling.createTime === 'absent') return {};
  return { CreateTime: seconds ?? 0 };
}

/** Fields seen in rows of real lists. */
function undocumented(show: Show, ms: number): object {
  return {
    MemberCount: show.memberCountAt(ms),
    OnlineCount: show.onlineAt(ms),
    Popularity: show.viewsAt(ms) * 10,
    OwnerName: show.profile.ownerAccount.slice(0, 8),
  };
}
