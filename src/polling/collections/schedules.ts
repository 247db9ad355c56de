import type { TasksConfig } from '../../config/config.ts';
import type { Clock } from '../../platform/clock.ts';
import { type TaskName, taskNames } from '../../tasks/tasks.ts';
import { CronSchedule } from './cron-schedule.ts';
import { newSeconds, type Reading } from './wall-seconds.ts';

/** What a reload may change. */
interface SchedulesConfig {
  readonly tasks: TasksConfig;
  /** IANA name. */
  readonly timezone: string;
}

interface SchedulesOptions extends SchedulesConfig {
  readonly clock: Pick<Clock, 'now' | 'monotonic' | 'after'>;
  /** A task is due. Must not throw. */
  readonly onTrigger: (task: TaskName) => void;
}

interface Schedule {
  readonly cron: CronSchedule;
  /** What it was made of: as long as that is the same, the schedule stays. */
  readonly key: string;
}

/**
 * The cron schedules of all enabled tasks. Each second, on the monotonic clock, all schedules are asked whether they are due. So no
 * trigger depends on a timer that waits for longer than a second, whatever happens to the wall clock.
 */
export class Schedules {
  readonly #options: Pick<SchedulesOptions, 'clock' | 'onTrigger'>;
  readonly #schedules = new Map<TaskName, Schedule>();
  readonly #intervals = new Map<TaskName, number>();
  #cancel: () => void = () => {};
  #isStopped = false;

  constructor({ tasks, timezone, ...options }: SchedulesOptions) {
    this.#options = options;
    this.configure({ tasks, timezone });
  }

  /** Applies other schedules: from the next second on, they decide. */
  configure({ tasks, timezone }: SchedulesConfig): void {
    if (this.#isStopped) return;
    for (const task of taskNames) {
      const { enabled, schedule } = tasks[task];
      const before = this.#schedules.get(task);
      const key = JSON.stringify([schedule, timezone]);
      if (enabled && before?.key === key) continue;
      this.#intervals.delete(task);
      this.#schedules.delete(task);
      before?.cron.destroy();
      if (enabled) this.#schedules.set(task, { cron: new CronSchedule({ schedule, timezone }), key });
    }
  }

  start(): void {
    this.#waitForNextSecond(this.#read());
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
    for (const { cron } of this.#schedules.values()) cron.destroy();
  }

  /** Unix milliseconds of the next trigger; undefined if the task is switched off. */
  nextTriggerAtMs(task: TaskName): number | undefined {
    const [next] = this.#schedules.get(task)?.cron.next(this.#read().wallSeconds) ?? [];
    return next === undefined ? undefined : next * 1000;
  }

  /** Seconds between the next two triggers; 0 if the task is switched off. */
  intervalSeconds(task: TaskName): number {
    const known = this.#intervals.get(task);
    if (known !== undefined) return known;
    const [first = 0, second = 0] = this.#schedules.get(task)?.cron.next(this.#read().wallSeconds) ?? [];
    this.#intervals.set(task, second - first);
    return second - first;
  }

  #read(): Reading {
    const { clock } = this.#options;
    return { wallSeconds: Math.floor(clock.now() / 1000), monotonicMs: clock.monotonic() };
  }

  #waitForNextSecond(last: Reading): void {
    const { clock } = this.#options;
    this.#cancel = clock.after(1000 - (clock.now() % 1000), () => {
      const now = this.#read();
      const seconds = newSeconds(last, now);
      if (seconds !== 'none') this.#triggerDue(seconds);
      if (!this.#isStopped) this.#waitForNextSecond(seconds === 'none' ? last : now);
    });
  }

  #triggerDue(seconds: 'too many' | readonly number[]): void {
    for (const [task, { cron }] of this.#schedules) {
      if (seconds !== 'too many' && !seconds.some((second) => cron.isDue(second))) continue;
      this.#intervals.delete(task);
      this.#options.onTrigger(task);
    }
  }
}
