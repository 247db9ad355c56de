import { type Broadcast, memberCacheMs, onlineCacheMs, type RoomTotals } from './broadcast.ts';
import type { DepartureCause } from './level-change.ts';

/** The true state of a room at a moment, in plain types: what a correct reader of the API should find. */
export type GroundTruthRoom = GroundTruthLiveRoom | GroundTruthGroup;

/** How members came and went since the simulator started or the room was created. */
export interface RoomMovements {
  readonly enters: number;
  readonly reconnects: number;
  readonly leaves: Readonly<Record<DepartureCause, number>>;
}

interface GroundTruthBase {
  readonly roomId: string;
  readonly state: 'live' | 'ended';
  /** Unix seconds; only if the room has ended. */
  readonly endedTimeSeconds?: number;
  /** Members at this moment, without any cache. */
  readonly audience: number;
  /** Members according to get_online_member_num: up to ten seconds old. */
  readonly onlineMembers: number;
  /** Members according to get_member_list: up to forty seconds old. */
  readonly memberCount: number;
  /** Accounts that get_members lists on all its pages together. */
  readonly listedMembers: number;
  /** Only with webhooks: as of the last whole second since the start of the simulator. */
  readonly movements?: RoomMovements;
}

/** An AVChatRoom group without a live room. */
export interface GroundTruthGroup extends GroundTruthBase {
  readonly kind: 'group';
}

export interface GroundTruthLiveRoom extends GroundTruthBase {
  readonly kind: 'live';
  /** Whether the room list contains it. */
  readonly listed: boolean;
  readonly public: boolean;
  readonly roomName: string;
  readonly roomType: 'Live';
  readonly ownerAccount: string;
  readonly categories?: readonly number[];
  /** Unix seconds; absent if the API gives 0 or nothing. */
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

/** The true state of a broadcast; after its end, the state at its end. `listCap` limits the listed members. */
export function groundTruthOf(
  broadcast: Broadcast,
  {
    nowMs,
    listCap,
    movements,
  }: { readonly nowMs: number; readonly listCap: number; readonly movements?: RoomMovements | undefined },
): GroundTruthRoom {
  const ended = !broadcast.isOnAir(nowMs);
  const ms = ended ? broadcast.endMs : nowMs;
  const memberCount = broadcast.audienceAt(broadcast.cachedAtMs(ms, memberCacheMs));
  const base: GroundTruthBase = {
    roomId: broadcast.roomId,
    state: ended ? 'ended' : 'live',
    ...(ended ? { endedTimeSeconds: Math.floor(broadcast.endMs / 1000) } : {}),
    audience: broadcast.audienceAt(ms),
    onlineMembers: broadcast.audienceAt(broadcast.cachedAtMs(ms, onlineCacheMs)),
    memberCount,
    listedMembers: Math.min(memberCount, listCap),
    ...(movements === undefined ? {} : { movements: { ...movements, leaves: { ...movements.leaves } } }),
  };
  if (broadcast.kind === 'group') return { kind: 'group', ...base };
  const { coverUrl: _, categories, ...profile } = broadcast.profile;
  const createTimeSeconds = createTimeSecondsOf(broadcast);
  return {
    kind: 'live',
    ...base,
    ...profile,
    roomType: 'Live',
    listed: broadcast.isListed(nowMs),
    ...(categories === undefined ? {} : { categories }),
    ...(createTimeSeconds === undefined ? {} : { createTimeSeconds }),
    viewCount: broadcast.viewsAt(ms),
    totals: broadcast.totalsAt(ms),
  };
}

/** The creation time in API responses, in Unix seconds; undefined if the API does not give it. */
export function createTimeSecondsOf(broadcast: Broadcast): number | undefined {
  if (broadcast.createTimeSeconds !== undefined) return broadcast.createTimeSeconds;
  return broadcast.quirks.createTime === 'given' ? Math.floor(broadcast.startMs / 1000) : undefined;
}
