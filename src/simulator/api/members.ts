import { type Broadcast, memberCacheMs } from '../world/broadcast.ts';
import { hasMark } from '../world/world.ts';
import { ApiError } from './api-error.ts';
import { readCursor, readInteger, readOptionalInteger, type RequestBody, writeCursor } from './request.ts';

interface MembersContext {
  readonly body: RequestBody;
  /** World time in Unix milliseconds. */
  readonly nowMs: number;
  /** The most members that a list contains on all its pages: 1,000, or 30 on lower plans. */
  readonly cap: number;
  readonly pageSize: number;
}

/** `get_member_list`: accounts, and on the first page the number of members. */
export function getMemberList(broadcast: Broadcast, { body, nowMs, cap, pageSize }: MembersContext): unknown {
  const cursor = readCursor(body);
  const atMs = cursor?.atMs ?? broadcast.cachedAtMs(nowMs, memberCacheMs);
  const offset = cursor?.offset ?? 0;
  const memberCount = broadcast.audienceAt(atMs);
  const listed = Math.min(cap, memberCount);
  const members = broadcast.membersAt(atMs, { offset, limit: Math.max(0, Math.min(pageSize, listed - offset)) });
  const end = offset + members.length;
  return {
    Next: end < listed && members.length > 0 ? writeCursor({ offset: end, atMs }) : '',
    ...(cursor === undefined ? { MemberCount: memberCount } : {}),
    MemberList: members.map((member) => ({ Member_Account: member.account })),
  };
}

/** A `Timestamp` is the moment for which the list was read, in milliseconds, times this number, plus the page. */
const maxPages = 1_000;

/** `get_members`: members with join times, newest first; with `Mark`, only those that have it. */
export function getMembers(broadcast: Broadcast, { body, nowMs, cap, pageSize }: MembersContext): unknown {
  const timestamp = readInteger(body, { name: 'Timestamp', code: 10004 });
  const mark = readOptionalInteger(body, { name: 'Mark', code: 10004 });
  const page = timestamp % maxPages;
  const offset = page * pageSize;
  if (timestamp !== 0 && page === 0) throw new ApiError(10004, 'Timestamp');
  const atMs = timestamp === 0 ? broadcast.cachedAtMs(nowMs, memberCacheMs) : Math.floor(timestamp / maxPages);
  const listed = Math.min(cap, broadcast.audienceAt(atMs));
  // Few members have a mark: those among all listed members fit on one page.
  const slice =
    mark === undefined ? { offset, limit: Math.min(pageSize, listed - offset) } : { offset: 0, limit: listed };
  const members = slice.limit <= 0 ? [] : broadcast.membersAt(atMs, slice);
  const selected = mark === undefined ? members : members.filter((member) => hasMark(member.key, mark));
  const isLast = mark !== undefined || offset + members.length >= listed || members.length === 0;
  return {
    MemberList: selected.map((member) => ({
      Member_Account: member.account,
      JoinTime: Math.floor(member.joinedMs / 1000),
      NickName: member.nickname,
      Avatar: `https://avatars.example.com/${member.key.toString(36)}.png`,
    })),
    NextTimestamp: isLast ? 0 : atMs * maxPages + page + 1,
  };
}
