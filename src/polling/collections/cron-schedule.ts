import cron from 'node-cron';

interface CronExpression {
  /** With seconds. */
  readonly schedule: string;
  /** IANA name. */
  readonly timezone: string;
}

/** When summer time ends, an hour is repeated in most zones, half an hour on Lord Howe Island, and two at Troll in Antarctica. */
const longestRepeatedSeconds = 7200;

/**
 * A cron schedule, as node-cron reads it. It is asked whether it is due in a second, and is always right about that. Its own next
 * time is only a proposal, and its timers are not used: in many zones it skips the hour that is repeated when summer time
 * ends, and it would wait until a wall clock that was set back has caught up.
 */
export class CronSchedule {
  readonly #cron: ReturnType<typeof cron.createTask>;
  readonly #secondsOfMinute: ReadonlySet<number>;

  constructor({ schedule, timezone }: CronExpression) {
    // Without a logger, node-cron would write to the console.
    this.#cron = cron.createTask(schedule, () => {}, { timezone, logger: silent });
    this.#secondsOfMinute = new Set(cron.parse(schedule).second);
  }

  /** Whether it is due in a second, in Unix seconds. */
  isDue(second: number): boolean {
    // No zone has an offset of a part of a minute any more.
    return this.#secondsOfMinute.has(second % 60) && this.#cron.match(new Date(second * 1000));
  }

  /** Unix seconds of the next two triggers. */
  next(nowSeconds: number): readonly [number, number] | undefined {
    const [first, second] = this.#cron.getNextRuns(2).map((date) => date.getTime() / 1000);
    if (first === undefined || second === undefined) return undefined;
    const next = this.#firstDue(nowSeconds, first);
    return [next, this.#firstDue(next, next === first ? second : first)];
  }

  /** node-cron keeps a list of all of its schedules. */
  destroy(): void {
    void this.#cron.destroy();
  }

  /** The first second after one in which it is due, which is `proposed` unless node-cron has skipped a repeated hour. */
  #firstDue(after: number, proposed: number): number {
    const end = Math.min(proposed, after + longestRepeatedSeconds);
    for (let second = after + 1; second < end; second += 1) if (this.isDue(second)) return second;
    return proposed;
  }
}

const silent = { info: () => {}, debug: () => {}, warn: () => {}, error: () => {} };
