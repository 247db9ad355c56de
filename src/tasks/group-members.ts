import { integer } from '../config-file/scalars.ts';
import { distinctList, type SectionOutput } from '../config-file/sections.ts';
import { getMembers, type GroupMember } from '../tencent/commands/get-members.ts';
import { CursorGuard } from '../tencent/cursor-guard.ts';
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
  /** Distinct accounts over all pages. */
  readonly listedMembers: number;
  /** Distinct accounts by mark, for the configured marks. */
  readonly markedMembers: ReadonlyMap<number, number>;
  /** Joins seen since the exporter first read the list in this life of the room. */
  readonly joins: number;
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
  read({ roomId, settings: { marks }, call, carried }) {
    const lists: readonly (number | undefined)[] = [undefined, ...marks];
    const membersByList = lists.map(() => new Map<string, GroupMember>());
    const guards = lists.map(() => new CursorGuard('get_members', maxPages));
    let list = 0;
    let timestamp = 0;
    return async () => {
      const page = await call(getMembers, { roomId, timestamp, mark: lists[list] });
      for (const member of page.members) membersByList[list]?.set(member.account, member);
      if (page.nextTimestamp !== 0) guards[list]?.follow(String(page.nextTimestamp));
      timestamp = page.nextTimestamp;
      if (timestamp === 0) list += 1;
      if (list < lists.length) return 'more';
      const [all = new Map<string, GroupMember>(), ...marked] = membersByList;
      const joinTimes = [...all.values()].flatMap(({ joinTimeSeconds }) => joinTimeSeconds ?? []);
      const joins = countJoins(carried() as JoinCount | undefined, joinTimes);
      const value: GroupMemberCounts = {
        listedMembers: all.size,
        markedMembers: new Map(marks.map((mark, index) => [mark, marked[index]?.size ?? 0])),
        joins: joins.total,
      };
      return { value, carried: joins };
    };
  },
} as const satisfies RoomTask<GroupMemberCounts, GroupMembersSettings>;

/** Joins counted so far in a room's life. */
interface JoinCount {
  readonly total: number;
  readonly newestJoinTimeSeconds: number;
}

/** Counts the accounts that joined after the newest join of the read before. The first read in a life counts none. */
export function countJoins(before: JoinCount | undefined, joinTimesSeconds: readonly number[]): JoinCount {
  const newest = before?.newestJoinTimeSeconds ?? 0;
  const joined = before === undefined ? 0 : joinTimesSeconds.filter((time) => time > newest).length;
  return {
    total: (before?.total ?? 0) + joined,
    newestJoinTimeSeconds: joinTimesSeconds.reduce((max, time) => Math.max(max, time), newest),
  };
}
