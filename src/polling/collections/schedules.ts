import cron, { type ScheduledTask } from 'node-cron';
import type { TasksConfig } from '../../config/config.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import { type TaskName, taskNames } from '../../rooms/room.ts';

/** What a reload may change. */
export interface SchedulesConfig {
  readonly tasks: TasksConfig;
  /** IANA name. */
  readonly timezone: string;
}

export interface SchedulesOptions extends SchedulesConfig {
  readonly logger: Logger;
  /** A task's schedule has fired. Must not throw. */
  readonly onTrigger: (task: TaskName) => void;
}

interface Scheduled {
  readonly cron: ScheduledTask;
  /** What it was made of: it stays as long as this stays. */
  readonly key: string;
}

/** The cron schedules of all enabled tasks: node-cron keeps the time, what a firing means is decided elsewhere. */
export class Schedules {
  readonly #options: Pick<SchedulesOptions, 'logger' | 'onTrigger'>;
  readonly #crons = new Map<TaskName, Scheduled>();
  readonly #intervals = new Map<TaskName, number>();
  #state: 'new' | 'started' | 'stopped' = 'new';

  constructor({ tasks, timezone, logger, onTrigger }: SchedulesOptions) {
    this.#options = { logger, onTrigger };
    this.configure({ tasks, timezone });
  }

  /** Takes other schedules. One that has not changed is not touched, and so neither misses a firing nor doubles one. */
  configure({ tasks, timezone }: SchedulesConfig): void {
    if (this.#state === 'stopped') return;
    for (const task of taskNames) {
      const { enabled, schedule } = tasks[task];
      const before = this.#crons.get(task);
      const key = JSON.stringify([schedule, timezone]);
      if (enabled && before?.key === key) continue;
      this.#intervals.delete(task);
      this.#crons.delete(task);
      const plannedAt = before?.cron.getNextRun();
      void before?.cron.destroy();
      if (!enabled) continue;
      // A firing whose time has come, but not its timer, would be lost between the two schedules.
      const isOverdue = this.#state === 'started' && plannedAt !== undefined && plannedAt !== null;
      if (isOverdue && plannedAt.getTime() <= Date.now()) this.#options.onTrigger(task);
      const started = { cron: this.#makeCron(task, { schedule, timezone }), key };
      this.#crons.set(task, started);
      if (this.#state === 'started') void started.cron.start();
    }
  }

  start(): void {
    this.#state = 'started';
    for (const { cron: task } of this.#crons.values()) void task.start();
  }

  stop(): void {
    this.#state = 'stopped';
    for (const { cron: task } of this.#crons.values()) void task.destroy();
  }

  #makeCron(task: TaskName, { schedule, timezone }: { readonly schedule: string; readonly timezone: string }) {
    const { logger, onTrigger } = this.#options;
    const fire = () => {
      this.#intervals.delete(task);
      onTrigger(task);
    };
    return cron.createTask(schedule, fire, { name: task, timezone, logger: cronLogger(logger) });
  }

  /** Unix milliseconds of the next firing; undefined for a task that is switched off. */
  nextTriggerAtMs(task: TaskName): number | undefined {
    return this.#crons.get(task)?.cron.getNextRuns(1)[0]?.getTime();
  }

  /** Seconds between the next two firings; 0 for a task that is switched off. */
  intervalSeconds(task: TaskName): number {
    const known = this.#intervals.get(task);
    if (known !== undefined) return known;
    const [first, second] = this.#crons.get(task)?.cron.getNextRuns(2) ?? [];
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
