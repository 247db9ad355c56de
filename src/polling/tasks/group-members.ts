import type { GroupMember } from '../../tencent/responses.ts';
import { groupMembers } from '../../tencent/commands/group-members.ts';
import { CursorGuard } from '../listing/cursor-guard.ts';
import type { RoomTask } from '../room-task.ts';

/** The list ends at 1,000 members; pages of 250 and 500 were seen. */
const usualPages = 3;

/** Ten times what 1,000 members fill at 250 a page: accounts of lists that never end must not fill the memory. */
const maxPages = 40;

/**
 * All pages of a room's newest members, then all pages of those that carry each mark. Accounts are counted, and
 * forgotten with the end of the visit.
 */
export function groupMembersTask(marks: readonly number[]): RoomTask {
  const lists: readonly (number | undefined)[] = [undefined, ...marks];
  return {
    name: 'group_members',
    command: 'get_members',
    callsPerRoom: usualPages * lists.length,
    freshnessMs: 40_000,
    begin(roomId, { client, registry, clock }) {
      const membersByList = lists.map(() => new Map<string, GroupMember>());
      const guards = lists.map(() => new CursorGuard('get_members', maxPages));
      let list = 0;
      let timestamp = 0;
      return async () => {
        const page = await client.call(groupMembers, { roomId, timestamp, mark: lists[list] });
        for (const member of page.members) membersByList[list]?.set(member.account, member);
        if (page.nextTimestamp !== 0) guards[list]?.follow(String(page.nextTimestamp));
        timestamp = page.nextTimestamp;
        if (timestamp !== 0) return 'more';
        list += 1;
        if (list < lists.length) return 'more';
        const [all = new Map<string, GroupMember>(), ...marked] = membersByList;
        const joinTimes = [...all.values()].flatMap(({ joinTimeSeconds }) => joinTimeSeconds ?? []);
        const value = {
          listedMembers: all.size,
          markedMembers: new Map(marks.map((mark, index) => [mark, marked[index]?.size ?? 0])),
          joins: registry.countJoins(roomId, joinTimes),
        };
        registry.answered('group_members', roomId, { value, atMs: clock.now() });
        return 'done';
      };
    },
  };
}
