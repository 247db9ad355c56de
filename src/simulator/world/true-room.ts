import { memberCacheMs, onlineCacheMs, type Show } from './show.ts';
import type { RoomTotals } from './stats.ts';

/** What a room truly is at a moment, in plain types, as an exact reader of the API would know it. */
export type TrueRoom = TrueLiveRoom | TrueGroup;

interface TrueAudience {
  readonly roomId: string;
  readonly state: 'live' | 'ended';
  /** Unix seconds; only of ended ones. */
  readonly endedTimeSeconds?: number;
  /** Members at this moment, caches aside. */
  readonly audience: number;
  /** Members as get_online_member_num says: up to ten seconds old. */
  readonly onlineMembers: number;
  /** Members as get_member_list says: up to forty seconds old. */
  readonly memberCount: number;
  /** Accounts that get_members lists over all its pages. */
  readonly listedMembers: number;
}

/** An AVChatRoom group without a live room. */
export interface TrueGroup extends TrueAudience {
  readonly kind: 'group';
}

export interface TrueLiveRoom extends TrueAudience {
  readonly kind: 'live';
  /** Whether the room list has it. */
  readonly listed: boolean;
  readonly public: boolean;
  readonly roomName: string;
  readonly roomType: 'Live';
  readonly ownerAccount: string;
  readonly categories?: readonly number[];
  /** Unix seconds; absent where the API says 0 or nothing. */
  readonly createTimeSeconds?: number;
  readonly activityStatus: number;
  readonly viewCount: number;
  readonly seatsEnabled: boolean;
  readonly takeSeatMode: 'free' | 'apply';
  readonly maxSeats: number;
  readonly maxMembers: number;
  readonly muted: boolean;
  readonly totals: RoomTotals;
}

/** The truth of a show at a moment; an ended one's is that of its end. */
export function trueRoom(show: Show, nowMs: number, listCap: number): TrueRoom {
  const ended = !show.isOnAir(nowMs);
  const ms = ended ? show.endMs : nowMs;
  const memberCount = show.audienceAt(show.cachedMs(ms, memberCacheMs));
  const audience: TrueAudience = {
    roomId: show.roomId,
    state: ended ? 'ended' : 'live',
    ...(ended ? { endedTimeSeconds: Math.floor(show.endMs / 1000) } : {}),
    audience: show.audienceAt(ms),
    onlineMembers: show.audienceAt(show.cachedMs(ms, onlineCacheMs)),
    memberCount,
    listedMembers: Math.min(memberCount, listCap),
  };
  if (show.kind === 'group') return { kind: 'group', ...audience };
  const { coverUrl: _, categories, ...profile } = show.profile;
  const createTimeSeconds = givenCreateTimeSeconds(show);
  return {
    kind: 'live',
    ...audience,
    ...profile,
    roomType: 'Live',
    listed: show.isListed(nowMs),
    ...(categories === undefined ? {} : { categories }),
    ...(createTimeSeconds === undefined ? {} : { createTimeSeconds }),
    viewCount: show.viewsAt(ms),
    totals: show.totalsAt(ms),
  };
}

/** When the room was created, in Unix seconds, where the API gives it. */
export function givenCreateTimeSeconds(show: Show): number | undefined {
  if (show.createTimeSeconds !== undefined) return show.createTimeSeconds;
  return show.spelling.createTime === 'given' ? Math.floor(show.startMs / 1000) : undefined;
}
