import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TaskName } from '../../src/rooms/room.ts';
import { type CallFault, callFaults } from '../support/faults/call-faults.ts';
import { type PolledCommand, polledCommands, simulatedApps } from '../support/faults/commands.ts';
import { type Course, runCourse, type Stage } from '../support/faults/fault-scenario.ts';
import { freezeWorlds, type FrozenWorlds, pollWorld } from '../support/faults/polled-world.ts';
import type { Shown } from '../support/faults/recording.ts';

/** For a machine that is busy with other things. */
const patienceMs = 30_000;

let worlds: FrozenWorlds;
/** What is shown of each app where nothing goes wrong. */
const healthy = new Map<number, Shown>();

beforeAll(async () => {
  // Four minutes pass in 60 ms: the API's member lists are 40 s old, and are not asked for sooner.
  worlds = await freezeWorlds({ speed: 4000, apps: simulatedApps });
  await Promise.all(
    polledCommands.map(async ({ app, discover }) => {
      const world = await pollWorld({ ...worlds, sdkAppId: app, discover });
      if (!(await world.poller.start())) throw new Error('found a failure in a world without faults, expected none');
      healthy.set(app, world.shown());
      world.stop();
    }),
  );
}, patienceMs);

afterAll(() => worlds.simulator.stop());

const everyRoom = ['live-0', 'live-1', 'live-2'];

function expected({ reason, hurts, firstPageComes = false }: CallFault, { command, task, app }: PolledCommand): Course {
  const shown = healthy.get(app) ?? {};
  const well: Stage = { succeeded: true, failures: [], shown, refreshed: everyRoom };
  const end = { over: well, overAgain: well, untrue: [], unfinished: 0 };
  if (hurts?.includes(command) === false) return { ...end, fromTheStart: well, again: well };
  const hurt = { succeeded: false, failures: [`${command} ${reason}`] };
  if (task !== 'room_list') {
    // What was answered before the fault stays for its time, and the other rooms are answered for.
    const again = { ...hurt, shown, refreshed: ['live-0', 'live-2'] };
    return { ...end, fromTheStart: { ...hurt, shown: without(shown, task), refreshed: [] }, again };
  }
  const refreshed = firstPageComes ? everyRoom : [];
  // Without a list, only the room that the config names is known.
  const known = firstPageComes ? shown : without({ 'live-0': shown['live-0'] ?? {} }, task);
  return { ...end, fromTheStart: { ...hurt, shown: known, refreshed }, again: { ...hurt, shown, refreshed } };
}

function without(shown: Shown, task: TaskName): Shown {
  return Object.fromEntries(
    Object.entries(shown).map(([id, values]) => [
      id,
      Object.fromEntries(Object.entries(values).filter(([name]) => name !== task)),
    ]),
  );
}

describe.each(callFaults)('$fault', (fault) => {
  const cases = polledCommands.filter(({ command }) => fault.of?.includes(command) ?? true);
  const courses = new Map<number, Promise<Course>>();
  beforeAll(() => {
    for (const polled of cases) {
      courses.set(polled.app, runCourse({ ...worlds, fault, polled, healthy: healthy.get(polled.app) ?? {} }));
    }
    // A course that fails tells so in its own test.
    return Promise.allSettled(courses.values());
  }, patienceMs);

  it.each(cases)(
    'to $command is counted by its class, hurts no other room or command, shows nothing untrue, and is over with its end',
    async (polled) => {
      expect(await courses.get(polled.app)).toEqual(expected(fault, polled));
    },
  );
});
