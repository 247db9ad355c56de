import cron, { type ScheduledTask } from 'node-cron';
import type { TasksConfig } from '../config/config.ts';
import type { Logger } from '../logging/logger.ts';
import { type TaskName, taskNames } from '../rooms/room.ts';

export interface SchedulesOptions {
  readonly tasks: TasksConfig;
  /** IANA name. */
  readonly timezone: string;
  readonly logger: Logger;
  /** A task's schedule has fired. Must not throw. */
  readonly onFire: (task: TaskName) => void;
}

/** The cron schedules of all enabled tasks: node-cron keeps the time, what a firing means is decided elsewhere. */
export class Schedules {
  readonly #crons: ReadonlyMap<TaskName, ScheduledTask>;
  readonly #intervals = new Map<TaskName, number>();

  constructor({ tasks, timezone, logger, onFire }: SchedulesOptions) {
    const enabled = taskNames.filter((task) => tasks[task].enabled);
    this.#crons = new Map(
      enabled.map((task) => {
        const fire = () => {
          this.#intervals.delete(task);
          onFire(task);
        };
        return [
          task,
          cron.createTask(tasks[task].schedule, fire, { name: task, timezone, logger: cronLogger(logger) }),
        ];
      }),
    );
  }

  start(): void {
    for (const task of this.#crons.values()) void task.start();
  }

  stop(): void {
    for (const task of this.#crons.values()) void task.destroy();
  }

  /** Seconds between the next two firings; 0 for a task that is switched off. */
  intervalSeconds(task: TaskName): number {
    const known = this.#intervals.get(task);
    if (known !== undefined) return known;
    const [first, second] = this.#crons.get(task)?.getNextRuns(2) ?? [];
    const seconds = first === undefined || second === undefined ? 0 : (second.getTime() - first.getTime()) / 1000;
    this.#intervals.set(task, seconds);
    return seconds;
  }
}

/** node-cron would write to the console. */
function cronLogger(logger: Logger) {
  return {
    info: (message: string) => logger.debug({ component: 'cron' }, message),
    debug: (message: string | Error) => logger.debug({ component: 'cron' }, String(message)),
    // Says that the process was busy at a firing: the firing is late, and nothing is lost.
    warn: (message: string) => logger.debug({ component: 'cron' }, message),
    error: (message: string | Error) => logger.error({ component: 'cron' }, String(message)),
  };
}
