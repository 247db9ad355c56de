import cron, { type ScheduledTask } from 'node-cron';
import type { TasksConfig } from '../../config/config.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Logger } from '../../platform/logging/logger.ts';
import { type TaskName, taskNames } from '../../tasks/tasks.ts';

/** What a reload may change. */
interface SchedulesConfig {
  readonly tasks: TasksConfig;
  /** IANA name. */
  readonly timezone: string;
}

interface SchedulesOptions extends SchedulesConfig {
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
  /** A task is due. Must not throw. */
  readonly onTrigger: (task: TaskName) => void;
}

interface Schedule {
  readonly cron: ScheduledTask;
  /** What it was made of: as long as that is the same, the schedule stays. */
  readonly key: string;
}

/** The cron schedules of all enabled tasks. node-cron keeps the time; what a trigger does is decided elsewhere. */
export class Schedules {
  readonly #options: Pick<SchedulesOptions, 'clock' | 'logger' | 'onTrigger'>;
  readonly #schedules = new Map<TaskName, Schedule>();
  readonly #intervals = new Map<TaskName, number>();
  #state: 'new' | 'started' | 'stopped' = 'new';

  constructor({ tasks, timezone, ...options }: SchedulesOptions) {
    this.#options = options;
    this.configure({ tasks, timezone });
  }

  /** Applies other schedules. A schedule that has not changed is left alone, so it neither loses nor repeats a trigger. */
  configure({ tasks, timezone }: SchedulesConfig): void {
    if (this.#state === 'stopped') return;
    for (const task of taskNames) {
      const { enabled, schedule } = tasks[task];
      const before = this.#schedules.get(task);
      const key = JSON.stringify([schedule, timezone]);
      if (enabled && before?.key === key) continue;
      this.#intervals.delete(task);
      this.#schedules.delete(task);
      const plannedAt = before?.cron.getNextRun();
      void before?.cron.destroy();
      if (!enabled) continue;
      // A trigger that is due, but whose timer has not run yet, would be lost between the two schedules.
      const wasPlanned = this.#state === 'started' && plannedAt !== undefined && plannedAt !== null;
      if (wasPlanned && plannedAt.getTime() <= this.#options.clock.now()) this.#options.onTrigger(task);
      const next = { cron: this.#makeCron(task, { schedule, timezone }), key };
      this.#schedules.set(task, next);
      if (this.#state === 'started') void next.cron.start();
    }
  }

  start(): void {
    this.#state = 'started';
    for (const schedule of this.#schedules.values()) void schedule.cron.start();
  }

  stop(): void {
    this.#state = 'stopped';
    for (const schedule of this.#schedules.values()) void schedule.cron.destroy();
  }

  /** Unix milliseconds of the next trigger; undefined if the task is switched off. */
  nextTriggerAtMs(task: TaskName): number | undefined {
    return this.#schedules.get(task)?.cron.getNextRuns(1)[0]?.getTime();
  }

  /** Seconds between the next two triggers; 0 if the task is switched off. */
  intervalSeconds(task: TaskName): number {
    const known = this.#intervals.get(task);
    if (known !== undefined) return known;
    const [first, second] = this.#schedules.get(task)?.cron.getNextRuns(2) ?? [];
    const seconds = first === undefined || second === undefined ? 0 : (second.getTime() - first.getTime()) / 1000;
    this.#intervals.set(task, seconds);
    return seconds;
  }

  #makeCron(task: TaskName, { schedule, timezone }: { readonly schedule: string; readonly timezone: string }) {
    const { logger, onTrigger } = this.#options;
    const trigger = () => {
      this.#intervals.delete(task);
      onTrigger(task);
    };
    return cron.createTask(schedule, trigger, { name: task, timezone, logger: cronLogger(logger) });
  }
}

/** Without a logger, node-cron would write to the console. */
function cronLogger(logger: Logger) {
  return {
    info: (message: string) => logger.debug({ component: 'cron' }, message),
    debug: (message: string | Error) => logger.debug({ component: 'cron' }, String(message)),
    // Says that the process was busy when a trigger was due: the trigger is late, but not lost.
    warn: (message: string) => logger.debug({ component: 'cron' }, message),
    error: (message: string | Error) => logger.error({ component: 'cron' }, String(message)),
  };
}
