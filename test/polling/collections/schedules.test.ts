import { describe, expect, it } from '@jest/globals';
import type { TasksConfig } from '../../../src/config/config.ts';
import { systemClock } from '../../../src/platform/clock.ts';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { Schedules } from '../../../src/polling/collections/schedules.ts';
import { type TaskName, taskNames } from '../../../src/tasks/tasks.ts';

describe('Schedules', () => {
  const logger = createLogger({ level: 'error', format: 'logfmt' });
  const tasks = (schedules: Partial<Record<TaskName, string>>): TasksConfig => {
    const task = (name: TaskName) => ({
      schedule: schedules[name] ?? '0 0 0 1 1 *',
      enabled: schedules[name] !== undefined,
      maxAgeMs: 600_000,
    });
    return Object.fromEntries(taskNames.map((name) => [name, task(name)])) as unknown as TasksConfig;
  };

  it('A schedule triggers once each second, however often the configuration is loaded', async () => {
    const triggeredAtSeconds: number[] = [];
    let stop = () => {};
    const triggeredThreeTimes = new Promise<void>((resolve) => (stop = resolve));
    const config = { tasks: tasks({ room_list: '* * * * * *' }), timezone: 'UTC' };
    const schedules = new Schedules({
      ...config,
      clock: systemClock,
      logger,
      onTrigger: () => {
        triggeredAtSeconds.push(Math.floor(Date.now() / 1000));
        if (triggeredAtSeconds.length === 3) stop();
      },
    });
    schedules.start();
    const reloading = setInterval(
      () => schedules.configure({ ...config, tasks: tasks({ room_list: '* * * * * *' }) }),
      20,
    );
    await triggeredThreeTimes;
    clearInterval(reloading);
    schedules.stop();
    const [first = 0] = triggeredAtSeconds;
    expect(triggeredAtSeconds).toEqual([first, first + 1, first + 2]);
  });

  it('The intervals follow the configuration, and are 0 for a task that is switched off', () => {
    const schedules = new Schedules({
      tasks: tasks({ room_list: '*/15 * * * * *', room_info: '0 * * * * *' }),
      timezone: 'UTC',
      clock: systemClock,
      logger,
      onTrigger: () => undefined,
    });
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
