import { hash, pick } from './hash.ts';
import { ownerAccount, roomName } from './names.ts';

/** What a room is, its audience aside. */
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
  /** Private rooms answer, but the list never shows them. */
  readonly public: boolean;
}

/** How the API spells a room's values: the variations seen in the wild. */
export interface RoomSpelling {
  /** In the room info; a list always has a string. */
  readonly ownerAsInteger: boolean;
  readonly takeSeatModeAsText: boolean;
  readonly muted: 'boolean' | 'text' | 'number';
  readonly createTime: 'given' | 'zero' | 'absent';
  /** Fields that the pages do not document. */
  readonly extraFields: boolean;
}

/** Ranks, not chance, decide the rare cases, so that a small world has them too. */
export function profileOf(rank: number, channelKey: number, showKey: number): RoomProfile {
  const seatsEnabled = hash(channelKey, 40) % 4 !== 0;
  const categories = [1, 2, 3].slice(0, hash(channelKey, 41) % 4).map((salt) => 1 + (hash(channelKey, 42 + salt) % 12));
  return {
    roomName: roomName(rank, showKey),
    ownerAccount: ownerAccount(rank, channelKey),
    coverUrl: `https://covers.example.com/${hash(showKey, 46).toString(36)}.png`,
    categories: rank % 11 === 4 ? undefined : [...new Set(categories)],
    activityStatus: pick([0, 1, 1, 1, 2], showKey, 47),
    seatsEnabled,
    takeSeatMode: hash(channelKey, 48) % 2 === 0 ? 'free' : 'apply',
    maxSeats: pick([0, 4, 8, 16], channelKey, 49),
    maxMembers: pick([5_000, 50_000, 100_000, 1_000_000], channelKey, 50),
    muted: hash(showKey, 51) % 7 === 0,
    public: isPublicRank(rank),
  };
}

/** One channel in twenty-five is private. */
export function isPublicRank(rank: number): boolean {
  return rank % 25 !== 9;
}

export function spellingOf(rank: number): RoomSpelling {
  return {
    ownerAsInteger: rank % 3 === 1,
    takeSeatModeAsText: rank % 5 === 2,
    muted: rank % 7 === 1 ? 'text' : rank % 7 === 4 ? 'number' : 'boolean',
    createTime: rank % 37 === 7 ? 'zero' : rank % 37 === 16 ? 'absent' : 'given',
    extraFields: rank % 4 === 2,
  };
}
