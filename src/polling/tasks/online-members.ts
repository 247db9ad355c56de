import { onlineMembers } from '../../tencent/commands/online-members.ts';
import type { RoomTask } from '../room-task.ts';

/** One call a room: its audience now. */
export const onlineMembersTask: RoomTask = {
  name: 'online_members',
  command: 'get_online_member_num',
  callsPerRoom: 1,
  freshnessMs: 10_000,
  begin:
    (roomId, { client, registry, clock }) =>
    async () => {
      const value = await client.call(onlineMembers, { roomId });
      registry.answered('online_members', roomId, { value, atMs: clock.now() });
      return 'done';
    },
};
