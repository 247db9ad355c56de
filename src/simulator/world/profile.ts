import { ownerAccount, roomName } from './names.ts';
import { hash, pick } from './random.ts';

/** The properties of a room apart from its audience. */
export interface RoomProfile {
  readonly roomName: string;
  readonly ownerAccount: string;
  readonly coverUrl: string;
  /** At most three; absent in some rooms. */
  readonly categories: readonly number[] | undefined;
  readonly activityStatus: number;
  readonly seatsEnabled: boolean;
  readonly takeSeatMode: 'free' | 'apply';
  readonly maxSeats: number;
  readonly maxMembers: number;
  readonly muted: boolean;
  /** All commands know a private room, but the room list does not contain it. */
  readonly public: boolean;
}

/** How the API writes a room's values. The variants were all seen in real responses. */
export interface WireQuirks {
  /** In the room info only; the room list always has a string. */
  readonly ownerAsInteger: boolean;
  readonly takeSeatModeAsText: boolean;
  readonly muted: 'boolean' | 'text' | 'number';
  readonly createTime: 'given' | 'zero' | 'absent';
  /** How many seconds later the room was created according to the room info than according to the room list. */
  readonly infoCreateTimeLag: number;
  /** Fields that Tencent does not document. */
  readonly extraFields: boolean;
  /** The undocumented counts of the room list: as they were some time ago, or 0 although people are there. */
  readonly listCounts: 'old' | 'zero';
}

/** Rare cases depend on the rank rather than on a hash, so that a small world has them too. */
export function profileOf(channel: {
  readonly rank: number;
  readonly channelKey: number;
  readonly broadcastKey: number;
}): RoomProfile {
  const { rank, channelKey, broadcastKey } = channel;
  const categories = [1, 2, 3].slice(0, hash(channelKey, 41) % 4).map((salt) => 1 + (hash(channelKey, 42 + salt) % 12));
  return {
    roomName: roomName(rank, broadcastKey),
    ownerAccount: ownerAccount(rank, channelKey),
    coverUrl: `https://covers.example.com/${hash(broadcastKey, 46).toString(36)}.png`,
    categories: rank % 11 === 4 ? undefined : [...new Set(categories)],
    activityStatus: pick([0, 1, 1, 1, 2], hash(broadcastKey, 47)),
    seatsEnabled: hash(channelKey, 40) % 4 !== 0,
    takeSeatMode: hash(channelKey, 48) % 2 === 0 ? 'free' : 'apply',
    maxSeats: pick([0, 4, 8, 16], hash(channelKey, 49)),
    maxMembers: pick([5_000, 50_000, 100_000, 1_000_000], hash(channelKey, 50)),
    muted: hash(broadcastKey, 51) % 7 === 0,
    public: isPublicRank(rank),
  };
}

/** One channel in twenty-five is private. */
export function isPublicRank(rank: number): boolean {
  return rank % 25 !== 9;
}

export function quirksOf(rank: number): WireQuirks {
  return {
    ownerAsInteger: rank % 3 === 1,
    takeSeatModeAsText: rank % 5 === 2,
    muted: rank % 7 === 1 ? 'text' : rank % 7 === 4 ? 'number' : 'boolean',
    createTime: rank % 37 === 7 ? 'zero' : rank % 37 === 16 ? 'absent' : 'given',
    infoCreateTimeLag: isPublicRank(rank) && rank % 6 === 5 ? 1 : 0,
    extraFields: rank % 4 === 2,
    listCounts: rank % 8 === 2 ? 'zero' : 'old',
  };
}
