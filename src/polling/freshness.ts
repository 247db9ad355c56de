import { audienceOf } from '../rooms/latest-values.ts';
import type { RoomRegistry } from '../rooms/registry.ts';
import type { Room } from '../rooms/room.ts';
import type { TaskName } from '../tasks/tasks.ts';
import type { Listings } from './listing/listings.ts';
import { type CurrentConfig, listerOf } from './poller-config.ts';
import type { AppQueues } from './queue/app-queues.ts';

/** No value disappears sooner than this after its response. */
const freshAtLeastMs = 90_000;

/**
 * How long a value may be exported, in milliseconds: `staleAfter` of the intervals that the room really gets. That is the
 * schedule's interval or, if there are more rooms than calls, the longer one that the quota allows.
 */
export function freshForMs({ staleAfter, scheduledMs, reachableMs }: Intervals): number {
  return Math.max(freshAtLeastMs, staleAfter * Math.max(scheduledMs, reachableMs));
}

interface Intervals {
  /** The configuration's `exposition.stale_after`. */
  readonly staleAfter: number;
  /** Between two triggers of the schedule. */
  readonly scheduledMs: number;
  /** Between two responses at the current rate, whatever the schedule says. */
  readonly reachableMs: number;
}

/** How long a value of a task may be exported for a room at present, in milliseconds. */
export type FreshForMs = (task: TaskName, room: Room) => number;

/** The same for the tasks and rooms of one app: its request queues decide how often a room is really called. */
export function createFreshForMs(parts: {
  readonly config: CurrentConfig;
  readonly registry: Pick<RoomRegistry, 'counts'>;
  readonly listings: Pick<Listings, 'durationMs'>;
  readonly queues: Pick<AppQueues, 'of'>;
  /** Seconds between the next two triggers of a task. */
  readonly intervalSeconds: (task: TaskName) => number;
}): FreshForMs {
  const { config, registry, listings, queues, intervalSeconds } = parts;
  return (task, room) => {
    const queue = queues.of(task);
    const scheduledMs = intervalSeconds(task) * 1000;
    let reachableMs = 0;
    if (queue !== undefined && task === 'room_list') {
      // A listing reads all known rooms, exported or not, and the API may be slower than the rate.
      const pages = registry.counts().alive / listerOf(config.current).roomsPerPage;
      reachableMs = Math.max((pages / queue.ratePerSecond) * 1000, listings.durationMs);
    } else if (queue !== undefined) {
      reachableMs = queue.intervalMs(audienceOf(room), scheduledMs);
    }
    return freshForMs({ staleAfter: config.current.config.exposition.staleAfter, scheduledMs, reachableMs });
  };
}
