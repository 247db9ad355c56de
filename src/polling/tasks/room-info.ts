import { roomInfo } from '../../tencent/commands/room-info.ts';
import type { RoomTask } from '../room-task.ts';

/** One call a room: all that Live knows of it. */
export const roomInfoTask: RoomTask = {
  name: 'room_info',
  command: 'get_room_info',
  callsPerRoom: 1,
  freshnessMs: 0,
  begin:
    (roomId, { client, registry, clock }) =>
    async () => {
      const value = await client.call(roomInfo, { roomId });
      registry.answered('room_info', roomId, { value, atMs: clock.now() });
      return 'done';
    },
};
