import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TaskName, taskNames } from '../../src/tasks/tasks.ts';
import { type PolledCommand, polledCommands, simulatedApps } from '../support/faults/commands.ts';
import { freezeWorlds, type FrozenWorlds, pollWorld } from '../support/faults/polled-world.ts';

let worlds: FrozenWorlds;
beforeAll(async () => {
  worlds = await freezeWorlds({ apps: simulatedApps });
});
afterAll(() => worlds.simulator.stop());

/** The tasks below their full rate after the quota of a command, or of its app, was used up. */
async function tasksSlowedBy(
  { command, task, discover, app }: PolledCommand,
  scope: 'command' | 'app',
): Promise<{ readonly tasks: readonly TaskName[]; readonly failures: readonly string[] }> {
  const world = pollWorld({ ...worlds, sdkAppId: app, discover });
  await world.poller.start();
  const ofCommand = scope === 'command' ? { command } : {};
  const incident = worlds.simulator.inject({ kind: 'quota', app, calls_per_second: 0, ...ofCommand });
  await world.collect(task);
  const { queues } = world.poller;
  const tasks = taskNames.filter((name) => (queues.get(name)?.ratePerSecond ?? 0) < (queues.get(name)?.fullRate ?? 0));
  const failures = world.failures();
  worlds.simulator.withdraw(incident);
  world.stop();
  return { tasks, failures };
}

describe('A quota that is used up', () => {
  it.each(polledCommands)('If the quota of $command is used up, only that command slows down', async (polled) => {
    expect(await tasksSlowedBy(polled, 'command')).toEqual({
      tasks: [polled.task],
      failures: [`${polled.command} frequency`],
    });
  });

  it.each(polledCommands)(
    'If the quota of the app is used up, all commands slow down, even if only $command gets the complaint',
    async (polled) => {
      expect(await tasksSlowedBy(polled, 'app')).toEqual({
        tasks: taskNames,
        failures: [`${polled.command} frequency`],
      });
    },
  );
});
