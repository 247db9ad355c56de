import { memberList } from '../../tencent/commands/member-list.ts';
import type { RoomTask } from '../room-task.ts';

/** One call a room: `MemberCount` stands on the first page, so the others are not asked for. */
export const memberListTask: RoomTask = {
  name: 'member_list',
  command: 'get_member_list',
  callsPerRoom: 1,
  freshnessMs: 40_000,
  begin:
    (roomId, { client, registry, clock }) =>
    async () => {
      const { memberCount } = await client.call(memberList, { roomId, next: '' });
      registry.answered('member_list', roomId, { value: { memberCount }, atMs: clock.now() });
      return 'done';
    },
};
