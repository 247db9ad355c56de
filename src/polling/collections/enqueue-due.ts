import type { Clock } from '../../platform/clock.ts';
import { TimeBudget } from '../../platform/time-budget.ts';
import type { Room } from '../../rooms/room.ts';
import type { RequestQueue } from '../queue/request-queue.ts';
import type { Collection } from './collection.ts';

export interface DueRooms {
  readonly due: Iterable<Room>;
  readonly queue: RequestQueue;
  /** The collection that starts with this trigger; undefined while another one is running. */
  readonly collection: Collection | undefined;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly isStopped: () => boolean;
}

/**
 * Enqueues every room that is due, and lets other work go on in between, since there may be very many. Resolves with how
 * many rooms there are, and how many of them still waited since the trigger before.
 */
export async function enqueueDue(rooms: DueRooms): Promise<{ readonly rooms: number; readonly deferred: number }> {
  const { due, queue, collection, clock, isStopped } = rooms;
  const options = collection === undefined ? {} : { collection };
  const budget = new TimeBudget(clock);
  let enqueued = 0;
  let deferred = 0;
  for (const room of due) {
    if (isStopped()) break;
    if (queue.isWaiting(room.id)) deferred += 1;
    queue.enqueue(room.id, options);
    enqueued += 1;
    if (budget.isExceeded) await budget.yield();
  }
  return { rooms: enqueued, deferred };
}
