import { taskNames, type TaskName } from '../../../src/rooms/room.ts';
import type { CallFault } from './call-faults.ts';
import type { PolledCommand } from './commands.ts';
import { type FrozenWorlds, pollWorld } from './polled-world.ts';
import { type Shown, valuesIn } from './recording.ts';

/** What is seen of one app while a fault comes, ends, comes again for one room, and ends again. */
export interface Course {
  readonly fromTheStart: Stage;
  readonly over: Stage;
  readonly again: Stage;
  readonly overAgain: Stage;
  /** Values that were shown at some moment, and that a world without faults does not have. */
  readonly untrue: readonly string[];
  /** Calls that are left. */
  readonly unfinished: number;
}

export interface Stage {
  readonly succeeded: boolean;
  readonly failures: readonly string[];
  readonly shown: Shown;
  /** Rooms that the task in question has answers for since the stage before. */
  readonly refreshed: readonly string[];
}

export interface CourseOptions extends FrozenWorlds {
  readonly fault: CallFault;
  readonly polled: PolledCommand;
  /** What is shown of the app where nothing goes wrong. */
  readonly healthy: Shown;
}

/** Polls an app of which one command meets a fault. Each stage is a single firing, the first one the start. */
export async function runCourse({ fault, polled, healthy, ...worlds }: CourseOptions): Promise<Course> {
  const { app, command, task, discover } = polled;
  const { simulator } = worlds;
  const timeout = fault.timeoutMs === undefined ? {} : { timeoutMs: fault.timeoutMs };
  const world = await pollWorld({ ...worlds, sdkAppId: app, discover, ...timeout });
  const rooms = task === 'room_list' ? {} : { rooms: ['live-1'] };
  let standing: number | undefined;
  const begin = (calls: { readonly rooms?: string[] } = {}) => {
    standing = simulator.inject(fault.incident({ app, command, ...calls }));
  };
  const end = () => {
    simulator.withdraw(standing);
    standing = undefined;
  };
  // Where calls are given up early, a busy machine may be late with others, too: those are tried again.
  const isLateness = (failure: string) =>
    fault.timeoutMs !== undefined &&
    failure.endsWith(' timeout') &&
    !(standing !== undefined && failure.startsWith(`${command} `));
  const stage = (succeeded: boolean): Stage => ({
    succeeded,
    failures: world.failures().filter((failure) => !isLateness(failure)),
    shown: world.shown(),
    refreshed: world.refreshed(task),
  });

  begin();
  const fromTheStart = stage(await world.poller.start());
  end();
  const succeeded = await world.collect(task);
  // The rooms that a list tells of at last have joined the other tasks.
  const joined = task === 'room_list' ? await Promise.all(roomTasks.map((name) => world.collect(name))) : [];
  const over = stage(succeeded && joined.every(Boolean));
  begin(rooms);
  const again = stage(await world.collect(task));
  end();
  const overAgain = stage(await world.collect(task));
  const isTrue = valuesIn(healthy);
  const untrue = [...world.everShown()].filter((value) => !isTrue.has(value));
  const unfinished = world.unfinished();
  world.stop();
  return { fromTheStart, over, again, overAgain, untrue, unfinished };
}

const roomTasks = taskNames.filter((name): name is Exclude<TaskName, 'room_list'> => name !== 'room_list');
