import { describe, expect, it } from '@jest/globals';
import type { TasksConfig } from '../../../src/config/config.ts';
import { Schedules } from '../../../src/polling/collections/schedules.ts';
import { type TaskName, taskNames } from '../../../src/tasks/tasks.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const hourMs = 3_600_000;

const tasks = (schedules: Partial<Record<TaskName, string>>): TasksConfig => {
  const task = (name: TaskName) => ({
    schedule: schedules[name] ?? '0 0 0 1 1 *',
    enabled: schedules[name] !== undefined,
    maxAgeMs: 600_000,
  });
  return Object.fromEntries(taskNames.map((name) => [name, task(name)])) as unknown as TasksConfig;
};

/** Runs schedules from noon on, at first 7 s after a minute, and notes when each trigger comes. */
function run(schedules: Partial<Record<TaskName, string>>) {
  const clock = new FakeClock(Date.UTC(2030, 0, 1, 12, 0, 7));
  const triggers: { readonly task: TaskName; readonly atSeconds: number }[] = [];
  const running = new Schedules({
    tasks: tasks(schedules),
    timezone: 'UTC',
    clock,
    onTrigger: (task) => triggers.push({ task, atSeconds: clock.monotonic() / 1000 }),
  });
  running.start();
  /** Seconds between the triggers of a task. */
  const gaps = (of: TaskName) => {
    const times = triggers.filter(({ task }) => task === of).map(({ atSeconds }) => atSeconds);
    return times.slice(1).map((time, index) => time - (times[index] ?? 0));
  };
  return { clock, triggers, schedules: running, gaps };
}

describe('Schedules', () => {
  it('A schedule triggers once at each of its seconds, however often the configuration is loaded', async () => {
    const { clock, triggers, schedules } = run({ room_list: '*/2 * * * * *' });
    for (let reload = 0; reload < 40; reload += 1) {
      await clock.advance(250);
      schedules.configure({ tasks: tasks({ room_list: '*/2 * * * * *' }), timezone: 'UTC' });
    }
    schedules.stop();
    expect(triggers.map(({ atSeconds }) => atSeconds)).toEqual([1, 3, 5, 7, 9]);
    await clock.advance(hourMs);
    expect(triggers).toHaveLength(5);
  });

  it.each([
    ['back by an hour', -hourMs],
    ['back by 40 s', -40_000],
    ['back by 3 s', -3000],
    ['back by a day', -24 * hourMs],
    ['forward by 40 s', 40_000],
    ['forward by an hour', hourMs],
    ['forward by a year', 365 * 24 * hourMs],
  ])('If the clock is set %s, each schedule loses or repeats at most one trigger', async (_, stepMs) => {
    const { clock, gaps } = run({ room_list: '*/15 * * * * *', room_info: '0 * * * * *', room_stats: '0 0 * * * *' });
    await clock.advance(1.2 * hourMs);
    clock.setWallClock(stepMs);
    await clock.advance(3 * hourMs);
    for (const [task, seconds] of [
      ['room_list', 15],
      ['room_info', 60],
      ['room_stats', 3600],
    ] as const) {
      const irregular = gaps(task).filter((gap) => gap !== seconds);
      expect(irregular.length).toBeLessThanOrEqual(2);
      expect(Math.max(...gaps(task))).toBeLessThan(2 * seconds);
    }
  });

  it('The intervals follow the configuration, and are 0 for a task that is switched off', () => {
    const { schedules } = run({ room_list: '*/15 * * * * *', room_info: '0 * * * * *' });
    const intervals = () =>
      (['room_list', 'room_info', 'room_stats'] as const).map((task) => schedules.intervalSeconds(task));
    const before = intervals();
    schedules.configure({
      tasks: tasks({ room_list: '*/5 * * * * *', room_stats: '*/30 * * * * *' }),
      timezone: 'UTC',
    });
    expect([before, intervals()]).toEqual([
      [15, 60, 0],
      [5, 0, 30],
    ]);
    schedules.stop();
  });
});
