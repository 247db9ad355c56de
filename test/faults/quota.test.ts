import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TaskName, taskNames } from '../../src/rooms/room.ts';
import { type PolledCommand, polledCommands, simulatedApps } from '../support/faults/commands.ts';
import { freezeWorlds, type FrozenWorlds, pollWorld } from '../support/faults/polled-world.ts';

let worlds: FrozenWorlds;
beforeAll(async () => {
  worlds = await freezeWorlds({ apps: simulatedApps });
});
afterAll(() => worlds.simulator.stop());

/** The tasks that are slower than they might be, once the quota of the command, or of its app, has been used up. */
async function slowed(
  { command, task, discover, app }: PolledCommand,
  scope: 'command' | 'app',
): Promise<{ readonly slowed: readonly TaskName[]; readonly failures: readonly string[] }> {
  const world = await pollWorld({ ...worlds, sdkAppId: app, discover });
  await world.poller.start();
  const ofCommand = scope === 'command' ? { command } : {};
  const incident = worlds.simulator.inject({ kind: 'quota', app, calls_per_second: 0, ...ofCommand });
  await world.collect(task);
  const { queues } = world.poller;
  const tasks = taskNames.filter((name) => (queues.get(name)?.ratePerSecond ?? 0) < (queues.get(name)?.fullRate ?? 0));
  const failures = world.failures();
  worlds.simulator.withdraw(incident);
  world.stop();
  return { slowed: tasks, failures };
}

describe('a quota that is used up', () => {
  it.each(polledCommands)('slows $command down and no other, where it is its own', async (polled) => {
    expect(await slowed(polled, 'command')).toEqual({
      slowed: [polled.task],
      failures: [`${polled.command} frequency`],
    });
  });

  it.each(polledCommands)('slows all down where it is the app’s, also when $command alone is told', async (polled) => {
    expect(await slowed(polled, 'app')).toEqual({ slowed: taskNames, failures: [`${polled.command} frequency`] });
  });
});
