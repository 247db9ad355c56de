import { roomStats } from '../../tencent/commands/room-stats.ts';
import type { RoomTask } from '../room-task.ts';

/** One call a room: what viewers did in it since it was created. */
export const roomStatsTask: RoomTask = {
  name: 'room_stats',
  command: 'get_room_stats',
  callsPerRoom: 1,
  freshnessMs: 0,
  begin:
    (roomId, { client, registry, clock }) =>
    async () => {
      const value = await client.call(roomStats, { roomId });
      registry.answered('room_stats', roomId, { value, atMs: clock.now() });
      return 'done';
    },
};
