import type { Config } from '../config/config.ts';
import type { RoomTaskName } from '../rooms/room.ts';
import type { RoomTask } from './room-task.ts';
import { groupMembersTask } from './tasks/group-members.ts';
import { memberListTask } from './tasks/member-list.ts';
import { onlineMembersTask } from './tasks/online-members.ts';
import { roomInfoTask } from './tasks/room-info.ts';
import { roomStatsTask } from './tasks/room-stats.ts';

/** All tasks that ask room by room, switched on or not. */
export function roomTasks({ tasks }: Pick<Config, 'tasks'>): ReadonlyMap<RoomTaskName, RoomTask> {
  const { marks } = tasks.group_members;
  const all = [roomInfoTask, onlineMembersTask, memberListTask, groupMembersTask(marks), roomStatsTask];
  return new Map(all.map((task) => [task.name, task]));
}
