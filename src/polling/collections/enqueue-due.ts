import type { Clock } from '../../platform/clock.ts';
import { audienceOf } from '../../rooms/audience.ts';
import type { Room } from '../../rooms/registry-room.ts';
import { selectLargest } from '../../rooms/selection.ts';
import type { Collection } from './collection.ts';
import { TimeBudget } from '../../platform/time-budget.ts';
import type { RequestQueue } from '../queue/request-queue.ts';

export interface Firing {
  readonly due: Iterable<Room>;
  readonly queue: RequestQueue;
  /** The collection that begins with this firing; undefined while one is running. */
  readonly collection: Collection | undefined;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly isStopped: () => boolean;
}

/**
 * Demands a visit to every room that is due, slice by slice, since there may be very many. Resolves with how many there
 * are, and how many of them still waited for the firing before.
 */
export async function enqueueAll(firing: Firing): Promise<{ readonly rooms: number; readonly deferred: number }> {
  const { due, queue, collection, clock, isStopped } = firing;
  const options = collection === undefined ? {} : { collection };
  let rooms = 0;
  let deferred = 0;
  const budget = new TimeBudget(clock);
  for (const room of due) {
    if (isStopped()) break;
    if (queue.isWaiting(room.id)) deferred += 1;
    queue.demand(room.id, options);
    rooms += 1;
    if (budget.isExceeded) await budget.yield();
  }
  return { rooms, deferred };
}

/** The rooms with the largest audiences. */
export function largest(rooms: Iterable<Room>, places: number): readonly Room[] {
  const candidates = [...rooms].map((room) => ({ room, size: audienceOf(room), selected: false }));
  return [...selectLargest(candidates, places)].map(({ room }) => room);
}

/** The first one, if there is any. */
export function firstOf<T>(items: Iterable<T>): readonly T[] {
  for (const item of items) return [item];
  return [];
}
