import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import cron from 'node-cron';
import { verifyingTask } from '../../src/rooms/lifecycle.ts';
import type { RoomTask } from '../../src/tasks/task.ts';
import { roomList, roomTaskOf, roomTasks, taskNames, tasks } from '../../src/tasks/tasks.ts';
import { CallFailure } from '../../src/tencent/failures.ts';

const definitions: readonly RoomTask[] = roomTasks.map(({ name }) => roomTaskOf(name));

describe('The definitions of the tasks', () => {
  it('Every task has a name of its own', () => {
    expect(new Set(taskNames).size).toBe(tasks.length);
  });

  it('Every task is named in snake case, as in the configuration and in the label', () => {
    expect(taskNames.filter((name) => !/^[a-z]+(_[a-z]+)*$/.test(name))).toEqual([]);
  });

  it('A room without seats has no number of taken seats, and another failed call of seat_list is a failure', async () => {
    const read = (code: number) => {
      const call = () => Promise.reject(new CallFailure({ command: 'get_seat_list', reason: 'gone', found: '', code }));
      return roomTaskOf('seat_list').read({
        roomId: 'a',
        settings: {},
        call,
        carried: () => undefined,
        onlineMembers: () => undefined,
        appMemory: {},
      })();
    };
    expect(await read(100211)).toEqual({ value: {} });
    await expect(read(100004)).rejects.toMatchObject({ code: 100004 });
  });

  it('A room task is found by its name', () => {
    expect(roomTasks.map((task) => roomTaskOf(task.name) === (task as unknown))).toEqual(roomTasks.map(() => true));
  });

  it('Exactly one task verifies the end of each kind of room', () => {
    for (const kind of ['live', 'group'] as const) {
      const verifying = definitions.filter(({ verifies }) => verifies === kind);
      expect(verifying.map(({ name }) => name)).toEqual([verifyingTask(kind)]);
    }
  });

  it('The tasks that verify are enabled by default, and take one call for each room', () => {
    const verifying = definitions.filter(({ verifies }) => verifies !== undefined);
    expect(verifying.map((task) => [task.enabled, task.callsPerRoom({})])).toEqual([
      [true, 1],
      [true, 1],
    ]);
  });

  it('The task that verifies plain groups uses a command that serves them', () => {
    expect(roomTaskOf(verifyingTask('group')).liveRoomsOnly).toBe(false);
  });

  it('Every default schedule is a valid cron expression with seconds', () => {
    for (const { name, schedule } of tasks) {
      expect([name, cron.validate(schedule), schedule.split(' ').length]).toEqual([name, true, 6]);
    }
  });

  it('No default schedule triggers a task more often than the server renews its response', () => {
    const intervalMs = (schedule: string) => {
      const [first, second] = cron.createTask(schedule, () => {}, { timezone: 'UTC' }).getNextRuns(2);
      return (second?.getTime() ?? NaN) - (first?.getTime() ?? NaN);
    };
    for (const { name, schedule, cacheAgeMs } of definitions) {
      expect([name, intervalMs(schedule) >= cacheAgeMs]).toEqual([name, true]);
    }
  });

  it('Every task has a description of one sentence', () => {
    for (const { description } of tasks) expect(description).toMatch(/^[A-Z][^.]+\.$/);
  });

  it('Every task has a command of its own, with a documented quota', () => {
    const commands = [...Object.values(roomList.listers), ...definitions].map(({ command }) => command);
    expect(commands.filter(({ callsPerSecond }) => !(callsPerSecond > 0))).toEqual([]);
    expect(new Set(definitions.map(({ command }) => command.name)).size).toBe(definitions.length);
  });
});

const src = fileURLToPath(new URL('../../src', import.meta.url));

/** The files of src that name a task, apart from the simulator and from webhooks, whose fields have the same names. */
function filesWith(task: string): readonly string[] {
  const pascalCase = task.replaceAll(/(?:^|_)(\w)/g, (_match, first: string) => first.toUpperCase());
  const camelCase = pascalCase.charAt(0).toLowerCase() + pascalCase.slice(1);
  // Whole words: get_room_list is the name of a command, and MemberListPage is one of its types.
  const names = new RegExp(`\\b(${task}|${camelCase}|${pascalCase})\\b`);
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(src, join(entry.parentPath, entry.name)))
    .filter((file) => !/^simulator\/|\/webhooks\//.test(file) && names.test(readFileSync(join(src, file), 'utf8')))
    .toSorted();
}

/** Its definition, its command, its metrics, and one more place where it has a part of its own. */
const mostFiles = 4;

/**
 * Without the room list, which is not read room by room, and without the online members: the estimate of the audience, the
 * totals and whether an app is up rest on them.
 */
const simpleTasks = roomTasks.map(({ name }) => name).filter((name) => name !== 'online_members');

describe('The files that name a task', () => {
  it.each(simpleTasks)('At most four files of src name %s, so that a new task like it is quick to add', (name) => {
    const files = filesWith(name);
    expect(files.length > mostFiles ? files : []).toEqual([]);
  });
});
