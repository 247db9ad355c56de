import type { Logger } from '../../platform/logging/logger.ts';
import type { TaskName } from '../../tasks/tasks.ts';

/** The load of a task at a trigger, and its limits. */
export interface Workload {
  readonly task: TaskName;
  readonly rooms: number;
  readonly callsPerRoom: number;
  /** Calls per second that the task may make. */
  readonly rate: number;
  /** Calls per second that Tencent documents for the app. */
  readonly documented: number;
  /** Whether the task has a rate of its own, so that `quota.share` does not matter. */
  readonly hasOwnRate: boolean;
  /** Seconds between two triggers. */
  readonly intervalSeconds: number;
}

/** Logs once when a task needs more calls than it may make, and once when it fits its schedule again. */
export class ScheduleFit {
  /** With the app's own fields. */
  readonly #logger: Logger;
  readonly #tooMuch = new Set<TaskName>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  check(workload: Workload): void {
    const { task, rooms, intervalSeconds } = workload;
    const neededSeconds = secondsFor(workload);
    const isTooMuch = neededSeconds > intervalSeconds;
    if (isTooMuch === this.#tooMuch.has(task)) return;
    const fields = {
      task,
      rooms,
      interval_seconds: intervalSeconds,
      collection_seconds: Math.ceil(neededSeconds),
    };
    if (isTooMuch) {
      this.#tooMuch.add(task);
      this.#logger.warn(
        { ...fields, would_fit: whatWouldFit(workload) },
        'the task cannot meet its schedule within the quota: rooms are polled less often, those with small audiences least often',
      );
    } else {
      this.#tooMuch.delete(task);
      this.#logger.info(fields, 'the task meets its schedule again');
    }
  }
}

/** How long a collection takes at least, in seconds. */
export function secondsFor({ rooms, callsPerRoom, rate }: Pick<Workload, 'rooms' | 'callsPerRoom' | 'rate'>): number {
  return (rooms * callsPerRoom) / rate;
}

/** Changes of the configuration, any one of which would be enough. */
export function whatWouldFit(workload: Workload): string {
  const { callsPerRoom, rate, intervalSeconds } = workload;
  const limit = Math.floor((intervalSeconds * rate) / callsPerRoom);
  return [
    `a schedule every ${Math.ceil(secondsFor(workload))} s`,
    ...(limit >= 1 ? [`rooms.limit ${limit}`] : []),
    ...quotaThatFits(workload),
  ].join(' or ');
}

/** The key that decides about the rate, with the value that would be enough. */
function quotaThatFits({
  task,
  rooms,
  callsPerRoom,
  intervalSeconds,
  documented,
  hasOwnRate,
}: Workload): readonly string[] {
  const share = Math.ceil(((rooms * callsPerRoom) / intervalSeconds / documented) * 100) / 100;
  if (!hasOwnRate) return share <= 1 ? [`quota.share ${share}`] : [];
  const rate = Math.ceil((rooms * callsPerRoom) / intervalSeconds);
  const condition = rate <= documented ? '' : ` (if Tencent has raised the documented ${documented})`;
  return [`tasks.${task}.requests_per_second ${rate}${condition}`];
}
