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

/** A task that needs more calls than it may make. */
export interface ScheduleMisfit extends Pick<Workload, 'task' | 'rooms' | 'intervalSeconds'> {
  /** How long a collection takes at least. */
  readonly collectionSeconds: number;
  /** Changes of the configuration, any one of which would be enough. */
  readonly wouldFit: string;
}

/** Knows which tasks need more calls than they may make. Logs it once, and once when the task fits its schedule again. */
export class ScheduleFit {
  /** With the app's own fields. */
  readonly #logger: Logger;
  readonly #misfits = new Map<TaskName, ScheduleMisfit>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** As of the last collection of each task. */
  get misfits(): readonly ScheduleMisfit[] {
    return [...this.#misfits.values()];
  }

  check(workload: Workload): void {
    const { task, rooms, intervalSeconds } = workload;
    const neededSeconds = secondsFor(workload);
    const collectionSeconds = Math.ceil(neededSeconds);
    const isTooMuch = neededSeconds > intervalSeconds;
    const wasTooMuch = this.#misfits.has(task);
    const wouldFit = whatWouldFit(workload);
    if (isTooMuch) this.#misfits.set(task, { task, rooms, intervalSeconds, collectionSeconds, wouldFit });
    else this.#misfits.delete(task);
    if (isTooMuch === wasTooMuch) return;
    const fields = { task, rooms, interval_seconds: intervalSeconds, collection_seconds: collectionSeconds };
    if (isTooMuch) {
      this.#logger.warn(
        { ...fields, would_fit: wouldFit },
        'the task cannot meet its schedule within the quota: rooms are polled less often, those with small audiences least often',
      );
    } else {
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
