import type { Discovery } from '../../../src/config/config.ts';
import type { ServedCommandName } from '../../../src/simulator/api/commands.ts';
import type { SimulatedApp } from '../../../src/simulator/simulator.ts';
import type { TaskName } from '../../../src/tasks/tasks.ts';

/** A command, the task that calls it if rooms are discovered like this, and an app to test it in. */
export interface PolledCommand {
  readonly app: number;
  readonly command: ServedCommandName;
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

/** One app for each command: so one command of an app can fail, and all of them at the same time. */
export const simulatedApps: readonly SimulatedApp[] = polledCommands.map(({ app }) => ({
  sdkAppId: app,
  identifier: 'administrator',
  secretKey: `key ${app}`,
}));
