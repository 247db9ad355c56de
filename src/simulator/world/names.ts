import type { BroadcastId } from './broadcast-plan.ts';
import { hash, pick } from './random.ts';

/**
 * The room id of a channel's broadcast: at most 48 bytes of printable ASCII. Most channels use one id for all their
 * broadcasts; some get a new id from the server each time. The rank can be read from the id, so 100,000 rooms need no
 * index.
 */
export function roomIdOf({ rank, number }: BroadcastId): string {
  switch (rank % 23) {
    case 3:
      return `room "${rank}" ${rank}`;
    case 5:
    case 14:
      return `@TGS#a${base36(rank)}${base36(number % 36 ** 3).padStart(3, '0')}`;
    case 8:
      return `it's live ${rank}`;
    case 12:
      return `studio\\${rank}`;
    case 17:
      return `@TGS#${rank}`;
    default:
      return `live-${rank}`;
  }
}

/** The rank that an id may belong to; compare with {@link roomIdOf} to be sure. */
export function rankOfRoomId(roomId: string): number | undefined {
  const assigned = /^@TGS#a([0-9A-Z]+)[0-9A-Z]{3}$/.exec(roomId)?.[1];
  if (assigned !== undefined) return Number.parseInt(assigned, 36);
  const digits = /\d{1,9}$/.exec(roomId)?.[0];
  return digits === undefined ? undefined : Number(digits);
}

function base36(value: number): string {
  return value.toString(36).toUpperCase();
}

const roomNames = [
  'Late night jazz',
  '深夜电台 · 陪你聊天',
  'ゲーム実況 第12回',
  '오늘도 노래방 🎤',
  'Cocina en vivo: paella',
  'Утренняя йога',
  'غناء مباشر',
  'เกมกันเถอะ!',
  'Speedrun marathon 🏁',
  'Nhạc Trịnh acoustic',
  'Masak bareng Ibu Sri',
  'Flohmarkt & Plausch',
  'Le « grand » débat',
  '带货直播间 🛒 全场五折',
  'Chess: 1. e4 c5',
  'Carpentry with 木村さん',
  'Ask me anything 👩‍🚀',
  'हिंदी कविता',
  'Fishing at 50% off',
  'Study with me 📚',
] as const;

/** Names that break a careless label: quotes, backslashes, line feeds, braces, right-to-left text. */
const awkwardNames = [
  'say "hi"',
  'C:\\live\\new',
  'two\nlines',
  '{room="x"} 1',
  'שלום \u202e live',
  '  spaces  ',
] as const;

/** The name of a room. One rank in nineteen has an awkward one. */
export function roomName(rank: number, broadcastKey: number): string {
  const name = rank % 19 === 6 ? pick(awkwardNames, hash(broadcastKey, 20)) : pick(roomNames, hash(broadcastKey, 21));
  return hash(broadcastKey, 22) % 3 === 0 ? name : `${name} #${(hash(broadcastKey, 23) % 900) + 100}`;
}

const firstNames = [
  'Ada',
  '小明',
  'さくら',
  '민준',
  'Lucía',
  'Иван',
  'Layla',
  'Somchai',
  'Minh',
  'Sari',
  'Otto',
  'Zoé',
] as const;
const suffixes = ['', '', ' 🎮', '_fan', '.live', ' 🐱', '007', ' the 2nd'] as const;

export function memberNickname(key: number): string {
  return `${pick(firstNames, hash(key, 1))}${pick(suffixes, hash(key, 2))}`;
}

/** An account that is unique within its room. */
export function memberAccount(member: {
  readonly letter: string;
  readonly key: number;
  readonly entry: number;
}): string {
  return `${member.letter}${member.key.toString(36)}_${member.entry.toString(36)}`;
}

/** The account of an owner. Every third is a number beyond 2^53, like the accounts that Tencent assigns. */
export function ownerAccount(rank: number, channelKey: number): string {
  if (rank % 3 === 1)
    return (144_115_188_075_855_873n + BigInt(rank) * 65_536n + BigInt(hash(channelKey, 30))).toString();
  return `host_${hash(channelKey, 31).toString(36)}`;
}
