import { memberCacheMs, type Show } from '../world/show.ts';
import { carriesMark, type World } from '../world/world.ts';
import { ApiError } from './api-error.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { integerOfBody, type RequestBody } from './request.ts';

export interface MemberListLimits {
  /** Members that are listed in all: 1,000, or 30 on lower plans. */
  readonly cap: number;
  /** Members of a page. */
  readonly pageSize: number;
}

/** `get_member_list`: accounts only; the count of members on the first page. */
export function getMemberList(show: Show, world: World, body: RequestBody, limits: MemberListLimits): unknown {
  const cursor = readCursor(body['Next']);
  const atMs = cursor?.atMs ?? show.cachedMs(world.now(), memberCacheMs);
  const offset = cursor?.offset ?? 0;
  const memberCount = show.audienceAt(atMs);
  const listed = Math.min(limits.cap, memberCount);
  const members = show.membersAt(atMs, { offset, limit: Math.max(0, Math.min(limits.pageSize, listed - offset)) });
  const end = offset + members.length;
  return {
    Next: end < listed && members.length > 0 ? writeCursor({ offset: end, atMs }) : '',
    ...(cursor === undefined ? { MemberCount: memberCount } : {}),
    MemberList: members.map((member) => ({ Member_Account: member.account })),
  };
}

/** Pages of a `Timestamp`; the rest of it is the millisecond that the list is of. */
const PAGES = 1_000;

/** `get_members`: with join times, newest first, by `Mark` if asked; `NextTimestamp` is 0 on the last page. */
export function getMembers(show: Show, world: World, body: RequestBody, limits: MemberListLimits): unknown {
  const timestamp = integerOfBody(body, 'Timestamp', 10004);
  const mark = body['Mark'] === undefined ? undefined : integerOfBody(body, 'Mark', 10004);
  const page = timestamp % PAGES;
  const offset = page * limits.pageSize;
  if (timestamp !== 0 && page === 0) throw new ApiError(10004, 'Timestamp');
  const atMs = timestamp === 0 ? show.cachedMs(world.now(), memberCacheMs) : Math.floor(timestamp / PAGES);
  const listed = Math.min(limits.cap, show.audienceAt(atMs));
  // Marks are few: the newest of all are sifted, and make one page.
  const slice =
    mark === undefined ? { offset, limit: Math.min(limits.pageSize, listed - offset) } : { offset: 0, limit: listed };
  const members = slice.limit <= 0 ? [] : show.membersAt(atMs, slice);
  const chosen = mark === undefined ? members : members.filter((member) => carriesMark(member.key, mark));
  const isLast = mark !== undefined || offset + members.length >= listed || members.length === 0;
  return {
    MemberList: chosen.map((member) => ({
      Member_Account: member.account,
      JoinTime: Math.floor(member.joinedMs / 1000),
      NickName: member.nickname,
      Avatar: `https://avatars.example.com/${member.key.toString(36)}.png`,
    })),
    NextTimestamp: isLast ? 0 : atMs * PAGES + page + 1,
  };
}
