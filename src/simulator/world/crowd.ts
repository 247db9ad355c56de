import type { Curve } from './curve.ts';
import { memberAccount, memberNickname } from './names.ts';
import { hash } from './random.ts';

/** A member who is in the room. */
export interface Member {
  readonly account: string;
  readonly nickname: string;
  /** Unix milliseconds. */
  readonly joinedMs: number;
  /** 32 bits that belong to the member. */
  readonly key: number;
}

/**
 * The types of viewers, by how long they stay. Within a type, the first to enter is the first to leave. So the members
 * of a type are always its newest entries, and two counts determine who is present at any moment.
 */
const mixedViewers: readonly ViewerType[] = [
  { letter: 'p', share: 0.15, staySeconds: 90 },
  { letter: 'v', share: 0.55, staySeconds: 900 },
  { letter: 'f', share: 0.3, staySeconds: 4500 },
];

interface ViewerType {
  readonly letter: 'p' | 'v' | 'f';
  /** Of all viewers. */
  readonly share: number;
  readonly staySeconds: number;
}

/** The types of viewers in a world: a mix or, if all of them stay for the same time, only one. */
export function viewerTypesOf(staySeconds: number | undefined): readonly ViewerType[] {
  return staySeconds === undefined ? mixedViewers : [{ letter: 'v', share: 1, staySeconds }];
}

/** Entries since the room was created: every rise of the audience, and the replacement of everyone who left. */
export function entriesAt(curve: Curve, ms: number, viewerTypes = mixedViewers): number {
  const totals = { rises: curve.risesAt(ms), area: curve.areaAt(ms) };
  let entries = 0;
  for (const type of viewerTypes) entries += entriesOf(type, totals);
  return entries;
}

/** Entries of one type. Each type begins with one entry: host, moderator, first guest. */
function entriesOf(type: ViewerType, { rises, area }: { readonly rises: number; readonly area: number }): number {
  return Math.floor(1 + type.share * (rises + area / type.staySeconds));
}

/** A slice of the members in the room, newest first. */
export function newestMembers(room: {
  readonly curve: Curve;
  readonly viewerTypes: readonly ViewerType[];
  readonly key: number;
  readonly atMs: number;
  /** The number of members in the room; at most {@link entriesAt}. */
  readonly audience: number;
  readonly offset: number;
  readonly limit: number;
}): readonly Member[] {
  const { curve, key, audience, offset, limit } = room;
  const backlogs = presentByType(room);
  const members: Member[] = [];
  for (let index = 0; index < Math.min(audience, offset + limit); index += 1) {
    let newest = backlogs[0] as Backlog;
    for (const backlog of backlogs) if (backlog.joinedMs > newest.joinedMs) newest = backlog;
    if (index >= offset) {
      const memberKey = hash(hash(key, newest.type.staySeconds), newest.entry);
      members.push({
        account: memberAccount({ letter: newest.type.letter, key: memberKey, entry: newest.entry }),
        nickname: memberNickname(memberKey),
        joinedMs: newest.joinedMs,
        key: memberKey,
      });
    }
    newest.entry -= 1;
    newest.remaining -= 1;
    newest.joinedMs = joinedMsOf(newest, curve);
  }
  return members;
}

/** The members of one type who are present, read backwards from the newest. */
interface Backlog {
  readonly type: ViewerType;
  /** The serial number of the entry that is read next. */
  entry: number;
  remaining: number;
  /** When the next member entered; -Infinity if none remains. */
  joinedMs: number;
}

/** Splits an audience over the types by their shares, with no type above the number of its entries so far. */
function presentByType(room: {
  readonly curve: Curve;
  readonly viewerTypes: readonly ViewerType[];
  readonly atMs: number;
  readonly audience: number;
}): Backlog[] {
  const { curve, viewerTypes, atMs, audience } = room;
  const totals = { rises: curve.risesAt(atMs), area: curve.areaAt(atMs) };
  const entries = viewerTypes.map((type) => entriesOf(type, totals));
  const counts = viewerTypes.map(({ share }, index) =>
    Math.min(entries[index] as number, Math.floor(audience * share)),
  );
  let missing = audience - counts.reduce((sum, count) => sum + count, 0);
  for (let index = viewerTypes.length - 1; index >= 0; index -= 1) {
    const more = Math.min(missing, (entries[index] as number) - (counts[index] as number));
    counts[index] = (counts[index] as number) + more;
    missing -= more;
  }
  return viewerTypes.map((type, index) => {
    const backlog: Backlog = {
      type,
      entry: entries[index] as number,
      remaining: counts[index] as number,
      joinedMs: -Infinity,
    };
    backlog.joinedMs = joinedMsOf(backlog, curve);
    return backlog;
  });
}

function joinedMsOf({ type, entry, remaining }: Backlog, curve: Curve): number {
  if (remaining <= 0) return -Infinity;
  return curve.whenReached((entry - 1) / type.share, 1 / type.staySeconds);
}
