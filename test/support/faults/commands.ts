import type { Discovery } from '../../../src/config/config.ts';
import type { ServedCommandName } from '../../../src/simulator/api/commands.ts';
import type { SimulatedApp } from '../../../src/simulator/simulator.ts';
import { roomTasks, type TaskName } from '../../../src/tasks/tasks.ts';

/** A command, the task that calls it if rooms are discovered like this, and an app to test it in. */
export interface PolledCommand {
  readonly app: number;
  readonly command: ServedCommandName;
  readonly task: TaskName;
  readonly discover: Discovery;
}

const listers: readonly Omit<PolledCommand, 'app'>[] = [
  { command: 'get_room_list', task: 'room_list', discover: 'live' },
  { command: 'get_appid_group_list', task: 'room_list', discover: 'chat' },
];

/** Every command that the exporter calls. */
export const polledCommands: readonly PolledCommand[] = [
  ...listers,
  ...roomTasks.map(({ name, command }) => ({
    command: command.name as ServedCommandName,
    task: name,
    discover: 'live' as const,
  })),
].map((polled, index) => ({ app: index + 1, ...polled }));

/** One app for each command: so one command of an app can fail, and all of them at the same time. */
export const simulatedApps: readonly SimulatedApp[] = polledCommands.map(({ app }) => ({
  sdkAppId: app,
  identifier: 'administrator',
  secretKey: `key ${app}`,
}));
