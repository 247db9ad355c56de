import type { Curve } from './curve.ts';
import { hash } from './hash.ts';
import { memberAccount, memberNickname } from './names.ts';

/** A member who is in the room. */
export interface Member {
  readonly account: string;
  readonly nickname: string;
  /** Unix milliseconds. */
  readonly joinedMs: number;
  /** 32 bits of the member's own. */
  readonly key: number;
}

/**
 * Who comes, by how long they stay. Within a kind, the first to come is the first to leave: so a kind's members are
 * always its newest entries, and who is there at any moment follows from two counts.
 */
const kinds = [
  { letter: 'p', share: 0.15, staySeconds: 90 },
  { letter: 'v', share: 0.55, staySeconds: 900 },
  { letter: 'f', share: 0.3, staySeconds: 4500 },
] as const;

type Kind = (typeof kinds)[number];

/** Entries of a kind since the room was created. Each kind begins with one: host, moderator, first guest. */
function entriesOf(kind: Kind, curve: Curve, ms: number): number {
  return Math.floor(1 + kind.share * (curve.risesAt(ms) + curve.areaAt(ms) / kind.staySeconds));
}

/** Entries since the room was created: each rise of the audience, and everybody who replaced somebody who left. */
export function entriesAt(curve: Curve, ms: number): number {
  let entries = 0;
  for (const kind of kinds) entries += entriesOf(kind, curve, ms);
  return entries;
}

/** A slice of the members in the room, newest first. */
export function newestMembers(room: {
  readonly curve: Curve;
  readonly key: number;
  readonly atMs: number;
  /** How many are there; at most {@link entriesAt}. */
  readonly audience: number;
  readonly offset: number;
  readonly limit: number;
}): readonly Member[] {
  const { curve, key, atMs, audience, offset, limit } = room;
  const lines = present(curve, atMs, audience);
  const members: Member[] = [];
  for (let index = 0; index < Math.min(audience, offset + limit); index += 1) {
    let newest = lines[0] as Line;
    for (const line of lines) if (line.joinedMs > newest.joinedMs) newest = line;
    if (index >= offset) {
      const memberKey = hash(hash(key, newest.kind.staySeconds), newest.entry);
      members.push({
        account: memberAccount(newest.kind.letter, memberKey, newest.entry),
        nickname: memberNickname(memberKey),
        joinedMs: newest.joinedMs,
        key: memberKey,
      });
    }
    newest.entry -= 1;
    newest.left -= 1;
    newest.joinedMs = newest.left > 0 ? joinedMs(newest.kind, curve, newest.entry) : -Infinity;
  }
  return members;
}

/** Walks a kind's entries backwards from its newest. */
interface Line {
  readonly kind: Kind;
  entry: number;
  left: number;
  joinedMs: number;
}

/** Splits an audience over the kinds by their shares, none above the entries that it has had. */
function present(curve: Curve, ms: number, audience: number): Line[] {
  const entries = kinds.map((kind) => entriesOf(kind, curve, ms));
  const counts = kinds.map((kind, index) => Math.min(entries[index] as number, Math.floor(audience * kind.share)));
  let missing = audience - counts.reduce((sum, count) => sum + count, 0);
  for (let index = kinds.length - 1; index >= 0; index -= 1) {
    const more = Math.min(missing, (entries[index] as number) - (counts[index] as number));
    counts[index] = (counts[index] as number) + more;
    missing -= more;
  }
  return kinds.map((kind, index) => {
    const entry = entries[index] as number;
    const left = counts[index] as number;
    return { kind, entry, left, joinedMs: left > 0 ? joinedMs(kind, curve, entry) : -Infinity };
  });
}

function joinedMs(kind: Kind, curve: Curve, entry: number): number {
  return curve.whenReached((entry - 1) / kind.share, 1 / kind.staySeconds);
}
