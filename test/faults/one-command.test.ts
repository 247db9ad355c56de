import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TaskName } from '../../src/tasks/tasks.ts';
import { type CallFault, callFaults } from '../support/faults/call-faults.ts';
import { type PolledCommand, polledCommands, simulatedApps } from '../support/faults/commands.ts';
import { type FaultScenario, runFaultScenario, type Stage } from '../support/faults/fault-scenario.ts';
import { freezeWorlds, type FrozenWorlds, pollWorld } from '../support/faults/polled-world.ts';
import type { ExportedValues } from '../support/faults/recording.ts';

/** Enough for a machine that is busy with other things. */
const hookTimeoutMs = 30_000;

let worlds: FrozenWorlds;
/** What is exported of each app if nothing fails. */
const healthy = new Map<number, ExportedValues>();

beforeAll(async () => {
  // Four minutes pass in 60 ms, since the API caches its member lists for 40 s.
  worlds = await freezeWorlds({ speed: 4000, apps: simulatedApps });
  await Promise.all(
    polledCommands.map(async ({ app, discover }) => {
      const world = pollWorld({ ...worlds, sdkAppId: app, discover });
      if (!(await world.poller.start())) throw new Error('found a failure in a world without faults, expected none');
      healthy.set(app, world.exported());
      world.stop();
    }),
  );
}, hookTimeoutMs);

afterAll(() => worlds.simulator.stop());

const everyRoom = ['live-0', 'live-1', 'live-2'];

function expectedScenario(fault: CallFault, { command, task, app }: PolledCommand): FaultScenario {
  const { reason, affects } = fault;
  const exported = healthy.get(app) ?? {};
  const healthyStage: Stage = { succeeded: true, failures: [], exported, updated: everyRoom };
  const end = { over: healthyStage, overAgain: healthyStage, wrongValues: [], pendingCalls: 0 };
  if (affects?.includes(command) === false) return { ...end, fromTheStart: healthyStage, again: healthyStage };
  const failed = { succeeded: reason === undefined, failures: reason === undefined ? [] : [`${command} ${reason}`] };
  if (task !== 'room_list') {
    // Values from before the fault stay until they are stale, and the other rooms get responses.
    const again = { ...failed, exported, updated: ['live-0', 'live-2'] };
    return { ...end, fromTheStart: { ...failed, exported: without(exported, task), updated: [] }, again };
  }
  // Without a list, only the configured room is known.
  const known = without({ 'live-0': exported['live-0'] ?? {} }, task);
  return {
    ...end,
    fromTheStart: { ...failed, exported: known, updated: [] },
    again: { ...failed, exported, updated: [] },
  };
}

function without(exported: ExportedValues, task: TaskName): ExportedValues {
  return Object.fromEntries(
    Object.entries(exported).map(([id, values]) => [
      id,
      Object.fromEntries(Object.entries(values).filter(([name]) => name !== task)),
    ]),
  );
}

describe.each(callFaults)('$fault', (fault) => {
  const cases = polledCommands.filter(({ command }) => fault.testedWith?.includes(command) ?? true);
  const scenarios = new Map<number, Promise<FaultScenario>>();
  beforeAll(() => {
    for (const polled of cases) {
      const options = { ...worlds, fault, polled, healthy: healthy.get(polled.app) ?? {} };
      scenarios.set(polled.app, runFaultScenario(options));
    }
    // A scenario that fails is reported by its own test.
    return Promise.allSettled(scenarios.values());
  }, hookTimeoutMs);

  it.each(cases)(
    `${fault.fault}, in calls of $command, affects no other room or command, exports no wrong value, and ends without a trace`,
    async (polled) => {
      expect(await scenarios.get(polled.app)).toEqual(expectedScenario(fault, polled));
    },
  );
});
