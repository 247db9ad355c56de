import { integer } from '../config-file/scalars.ts';
import { distinctList, type SectionOutput } from '../config-file/sections.ts';
import { getMembers, type GroupMembersPage } from '../tencent/commands/get-members.ts';
import { PageCursor } from '../tencent/page-cursor.ts';
import type { RoomTask } from './task.ts';

const settings = {
  rooms: integer({ min: 1 }).prefault(200).describe('How many rooms are read: those with the largest audiences.'),
  marks: distinctList(integer({ min: 0 }), 'whole numbers')
    .prefault([])
    .describe('Marks whose members are counted. Each mark costs further calls.'),
};

export type GroupMembersSettings = SectionOutput<typeof settings>;

/** Counts only: no account is kept. */
interface GroupMemberCounts {
  /** Distinct accounts over all pages; undefined if the plan cuts the list off, or if an account cannot be read. */
  readonly listedMembers: number | undefined;
  /** Distinct accounts by mark, for the configured marks whose members can all be read. */
  readonly markedMembers: ReadonlyMap<number, number>;
  /** Joins seen since the exporter first read the list in this life of the room; undefined if a join time is not known. */
  readonly joins: number | undefined;
}

/** The list ends at 1,000 members; pages of 250 and of 500 were seen. */
const usualPages = 3;

/** Ten times what 1,000 members fill at 250 a page: accounts of lists that never end must not fill the memory. */
const maxPages = 40;

/**
 * Reads all pages of a room's newest members, then all pages of the members with each mark. Accounts are counted and
 * then forgotten.
 */
export const groupMembers = {
  kind: 'room',
  name: 'group_members',
  description: 'Reads the member lists of the largest rooms to their end and counts accounts, marks and joins.',
  command: getMembers,
  settings,
  schedule: '0 * * * * *',
  enabled: false,
  cacheAgeMs: 40_000,
  liveRoomsOnly: false,
  example: { listedMembers: 500, markedMembers: new Map([[1000, 7]]), joins: 12 },
  callsPerRoom: ({ marks }) => usualPages * (1 + marks.length),
  roomLimit: ({ rooms }) => rooms,
  whatIsMissing: ({ listedMembers, markedMembers }) =>
    listedMembers === undefined && markedMembers.size === 0
      ? `the list has exactly ${listedOnLowerPlans} members, where it ends without the Pro, Pro Plus or Enterprise edition, or while ` +
        '"List of online audio-video group members" is off in the console: listed_members, marked_members and joins_total stay absent'
      : undefined,
  read({ roomId, settings: { marks }, call, carried, onlineMembers, appMemory }) {
    const all = new MemberList();
    const marked = marks.map((mark) => new MemberList(mark));
    const lists = [all, ...marked];
    return async () => {
      const [list = all] = lists;
      const page = await call(getMembers, { roomId, timestamp: list.timestamp, mark: list.mark });
      if (!list.add(page)) lists.shift();
      if (lists.length > 0) return 'more';
      const listedMembers = all.joinTimes?.size;
      if ((listedMembers ?? 0) > listedOnLowerPlans) appMemory[hasLongList] = true;
      const mayBeCutOff = listedMembers === listedOnLowerPlans && appMemory[hasLongList] !== true;
      if (mayBeCutOff && (onlineMembers() ?? Infinity) > listedOnLowerPlans) return { value: cutOffList() };
      const joins = countJoins(carried() as JoinCount | undefined, [...(all.joinTimes?.values() ?? [undefined])]);
      const value: GroupMemberCounts = {
        listedMembers,
        markedMembers: new Map(
          marked.flatMap(({ mark, joinTimes }) =>
            mark === undefined || joinTimes === undefined ? [] : [[mark, joinTimes.size] as const],
          ),
        ),
        joins: joins?.total,
      };
      const isUnreadable = listedMembers === undefined && value.markedMembers.size === 0;
      return isUnreadable ? { value: undefined } : { value, carried: joins };
    };
  },
} as const satisfies RoomTask<GroupMemberCounts, GroupMembersSettings>;

/** On plans without the online member list, get_members gives the newest 30 members. Source: the command's page. */
const listedOnLowerPlans = 30;

/** Whether a list of the app was ever longer than that: then its plan does not cut lists off. */
const hasLongList = 'hasLongList';

/**
 * If the plan cuts the list off, its length says nothing, and neither do its marks and joins. An object of its own for each room,
 * because the registry writes later values into it.
 */
const cutOffList = (): GroupMemberCounts => ({ listedMembers: undefined, markedMembers: new Map(), joins: undefined });

/** The members on the pages of one list so far. */
class MemberList {
  /** Undefined for the list of all members. */
  readonly mark: number | undefined;
  /** `Timestamp` of the next page's request. */
  timestamp = 0;
  readonly #cursor = new PageCursor({ command: 'get_members', maxPages });
  readonly #joinTimes = new Map<string, number | undefined>();
  #isReadable = true;

  constructor(mark?: number) {
    this.mark = mark;
  }

  /** Adds a page. Returns whether another one follows. */
  add({ members, nextTimestamp }: GroupMembersPage): boolean {
    const sizeBefore = this.#joinTimes.size;
    for (const { account, joinTimeSeconds } of members ?? []) {
      if (account === undefined) this.#isReadable = false;
      else this.#joinTimes.set(account, joinTimeSeconds);
    }
    if (members === undefined || nextTimestamp === undefined) this.#isReadable = false;
    // An empty page is not the end: it may just have nobody with the mark.
    const page = { next: String(nextTimestamp ?? 0), rows: undefined, hasNewRows: this.#joinTimes.size > sizeBefore };
    const next = this.#cursor.after(page);
    this.timestamp = Number(next ?? 0);
    return next !== undefined;
  }

  /** The join time of each account, as far as it is known; undefined if any account cannot be read. */
  get joinTimes(): ReadonlyMap<string, number | undefined> | undefined {
    return this.#isReadable ? this.#joinTimes : undefined;
  }
}

/** Joins counted so far in a room's life. */
interface JoinCount {
  readonly total: number;
  readonly newestJoinTimeSeconds: number;
}

/**
 * Counts the accounts that joined after the newest join of the read before. The first read in a life counts none. Undefined
 * unless the join time of every account is known.
 */
export function countJoins(
  before: JoinCount | undefined,
  joinTimesSeconds: readonly (number | undefined)[],
): JoinCount | undefined {
  const times = joinTimesSeconds.filter((time) => time !== undefined);
  if (times.length < joinTimesSeconds.length) return undefined;
  const newest = before?.newestJoinTimeSeconds ?? 0;
  const joined = before === undefined ? 0 : times.filter((time) => time > newest).length;
  return {
    total: (before?.total ?? 0) + joined,
    newestJoinTimeSeconds: times.reduce((max, time) => Math.max(max, time), newest),
  };
}
