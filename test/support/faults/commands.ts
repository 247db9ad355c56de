import type { Discovery } from '../../../src/config/config.ts';
import type { TaskName } from '../../../src/rooms/room.ts';
import type { SimulatedApp } from '../../../src/simulator/simulator.ts';
import type { CommandName } from '../../../src/tencent/command-names.ts';

/** A command, with the task that calls it where rooms are found so, and an app of its own to try it in. */
export interface PolledCommand {
  readonly app: number;
  readonly command: CommandName;
  readonly task: TaskName;
  readonly discover: Discovery;
}

/** Every command that the exporter calls. */
export const polledCommands: readonly PolledCommand[] = [
  { app: 1, command: 'get_room_list', task: 'room_list', discover: 'live' },
  { app: 2, command: 'get_appid_group_list', task: 'room_list', discover: 'chat' },
  { app: 3, command: 'get_room_info', task: 'room_info', discover: 'live' },
  { app: 4, command: 'get_online_member_num', task: 'online_members', discover: 'live' },
  { app: 5, command: 'get_member_list', task: 'member_list', discover: 'live' },
  { app: 6, command: 'get_members', task: 'group_members', discover: 'live' },
  { app: 7, command: 'get_room_stats', task: 'room_stats', discover: 'live' },
];

/** The apps of all commands: in each, one command can be at fault, and all of them at once. */
export const simulatedApps: readonly SimulatedApp[] = polledCommands.map(({ app }) => ({
  sdkAppId: app,
  identifier: 'administrator',
  secretKey: `key ${app}`,
}));
