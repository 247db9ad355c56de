import { hash, pick } from './hash.ts';

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

/** Names that break a careless label: a quote, a backslash, a line feed, braces, text that runs right to left. */
const awkwardNames = [
  'say "hi"',
  'C:\\live\\new',
  'two\nlines',
  '{room="x"} 1',
  'שלום \u202e live',
  '  spaces  ',
] as const;

/** A room's name; one rank in nineteen has an awkward one. */
export function roomName(rank: number, key: number): string {
  const name = rank % 19 === 6 ? pick(awkwardNames, key, 20) : pick(roomNames, key, 21);
  return hash(key, 22) % 3 === 0 ? name : `${name} #${String((hash(key, 23) % 900) + 100)}`;
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
const sequels = ['', '', ' 🎮', '_fan', '.live', ' 🐱', '007', ' the 2nd'] as const;

export function memberNickname(key: number): string {
  return `${pick(firstNames, key, 1)}${pick(sequels, key, 2)}`;
}

/** An account that no other entry of the same room has. */
export function memberAccount(letter: string, key: number, entry: number): string {
  return `${letter}${key.toString(36)}_${entry.toString(36)}`;
}

/** An owner's account: every third one is a number beyond 2^53, as Tencent's own accounts are. */
export function ownerAccount(rank: number, channelKey: number): string {
  if (rank % 3 === 1)
    return (144_115_188_075_855_873n + BigInt(rank) * 65_536n + BigInt(hash(channelKey, 30))).toString();
  return `host_${hash(channelKey, 31).toString(36)}`;
}
