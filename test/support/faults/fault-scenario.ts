import { roomTasks, type TaskName } from '../../../src/tasks/tasks.ts';
import type { CallFault } from './call-faults.ts';
import type { PolledCommand } from './commands.ts';
import { type FrozenWorlds, pollWorld } from './polled-world.ts';
import { type ExportedValues, valueSet } from './recording.ts';

/** What one app shows while a fault affects all rooms from the start, ends, affects one room, and ends again. */
export interface FaultScenario {
  readonly fromTheStart: Stage;
  readonly over: Stage;
  readonly again: Stage;
  readonly overAgain: Stage;
  /** Values that were exported at some moment, and that a world without faults does not have. */
  readonly wrongValues: readonly string[];
  /** Calls that still wait or are in flight at the end. */
  readonly pendingCalls: number;
}

export interface Stage {
  readonly succeeded: boolean;
  readonly failures: readonly string[];
  readonly exported: ExportedValues;
  /** Rooms with a new response to the task in question since the stage before. */
  readonly updated: readonly string[];
}

export interface FaultScenarioOptions extends FrozenWorlds {
  readonly fault: CallFault;
  readonly polled: PolledCommand;
  /** What is exported of the app if nothing fails. */
  readonly healthy: ExportedValues;
}

/** Polls an app while a fault affects one of its commands. Each stage is a single trigger; the first one is the start. */
export async function runFaultScenario(options: FaultScenarioOptions): Promise<FaultScenario> {
  const { fault, polled, healthy, ...worlds } = options;
  const { app, command, task, discover } = polled;
  const { simulator } = worlds;
  const timeout = fault.timeoutMs === undefined ? {} : { timeoutMs: fault.timeoutMs };
  const world = pollWorld({ ...worlds, sdkAppId: app, discover, ...timeout });
  const rooms = task === 'room_list' ? {} : { rooms: ['live-1'] };
  let incident: number | undefined;
  const inject = (calls: { readonly rooms?: string[] } = {}) => {
    incident = simulator.inject(fault.incident({ app, command, ...calls }));
  };
  const withdraw = () => {
    simulator.withdraw(incident);
    incident = undefined;
  };
  // With a short timeout, a busy machine may be late with other calls too: those are retried.
  const isLateResponse = (failure: string) =>
    fault.timeoutMs !== undefined &&
    failure.endsWith(' timeout') &&
    !(incident !== undefined && failure.startsWith(`${command} `));
  const stage = (succeeded: boolean): Stage => ({
    succeeded,
    failures: world.failures().filter((failure) => !isLateResponse(failure)),
    exported: world.exported(),
    updated: world.updatedRooms(task),
  });

  inject();
  const fromTheStart = stage(await world.poller.start());
  withdraw();
  const succeeded = await world.collect(task);
  // The rooms that the list contains at last are new to the other tasks.
  const roomTaskNames: readonly TaskName[] = task === 'room_list' ? roomTasks.map(({ name }) => name) : [];
  const others = await Promise.all(roomTaskNames.map((name) => world.collect(name)));
  const over = stage(succeeded && others.every(Boolean));
  inject(rooms);
  const again = stage(await world.collect(task));
  withdraw();
  const overAgain = stage(await world.collect(task));
  const rightValues = valueSet(healthy);
  const wrongValues = [...world.everExported()].filter((value) => !rightValues.has(value));
  const pendingCalls = world.pendingCalls();
  world.stop();
  return { fromTheStart, over, again, overAgain, wrongValues, pendingCalls };
}
