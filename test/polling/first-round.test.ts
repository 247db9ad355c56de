import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { FirstRound } from '../../src/polling/first-round.ts';
import type { TaskName } from '../../src/tasks/tasks.ts';

/** Two tasks with 600 rooms, at 10 calls a second. */
function makeFirstRound({ areRoomsKnown = true, knownRooms = 600 } = {}) {
  const called: Partial<Record<TaskName, number>> = { online_members: 0, room_info: 0 };
  const log: string[] = [];
  const known = { areRoomsKnown, knownRooms, nowMs: 5000 };
  const firstRound = new FirstRound({
    queues: () =>
      new Map(
        (['online_members', 'room_info'] as const).map((task) => [
          task,
          { knownRooms: known.knownRooms, calledRooms: called[task] ?? 0, secondsFor: (jobs: number) => jobs / 10 },
        ]),
      ),
    areRoomsKnown: () => known.areRoomsKnown,
    logger: createLogger({
      level: 'info',
      format: 'logfmt',
      destination: { write: (line) => log.push(line.replace(/^ts=\S+ level=info /, '').trimEnd()) },
    }),
    nowMs: () => known.nowMs,
  });
  return { firstRound, called, known, log };
}

describe('FirstRound', () => {
  it('It says how many of the rooms were called, and how long the others take while known rooms are called too', () => {
    const { firstRound, called } = makeFirstRound();
    called.online_members = 150;
    called.room_info = 600;
    expect(firstRound.of('online_members')).toEqual({ progress: 0.25, remainingSeconds: 54 });
    expect(firstRound.of('room_info')).toEqual({ progress: 1, remainingSeconds: 0 });
    expect(firstRound.of('room_list')).toBeUndefined();
    expect(firstRound.slowest).toEqual({ progress: 0.25, remainingSeconds: 54 });
  });

  it('It is over when each room was called for each task, and stays over when other rooms are discovered', () => {
    const { firstRound, called, known } = makeFirstRound({ areRoomsKnown: false });
    called.online_members = 600;
    called.room_info = 600;
    expect(firstRound.isOver).toBe(false);
    known.areRoomsKnown = true;
    called.room_info = 599;
    expect(firstRound.isOver).toBe(false);
    called.room_info = 600;
    expect(firstRound.isOver).toBe(true);
    known.knownRooms = 700;
    expect(firstRound.isOver).toBe(true);
  });

  it('Without rooms it is over as soon as that is known, and has no progress', () => {
    const { firstRound } = makeFirstRound({ knownRooms: 0 });
    expect(firstRound.isOver).toBe(true);
    expect(firstRound.of('room_info')).toEqual({ progress: undefined, remainingSeconds: 0 });
  });

  it('A long round is logged once when the rooms are known and once at its end, and a short one is not', () => {
    const { firstRound, called, known, log } = makeFirstRound();
    firstRound.check();
    firstRound.check();
    called.online_members = 600;
    called.room_info = 600;
    known.nowMs = 79_000;
    firstRound.check();
    firstRound.check();
    expect(log).toEqual([
      'msg="the first round goes on: rooms without values are called first, those with the most views before others" rooms=600 expected_seconds=72',
      'msg="the first round is over: each room has been called for each task" rooms=600 seconds=74',
    ]);
    const short = makeFirstRound({ knownRooms: 60 });
    short.firstRound.check();
    expect(short.log).toEqual([]);
  });
});
