import type { Clock } from '../platform/clock.ts';
import type { RoomRegistry } from '../rooms/registry.ts';
import type { Expiry } from '../rooms/registry-options.ts';

const everyMs = 1000;

/** Rooms that are looked at without a pause: a millisecond or two, so that scrapes and answers need not wait. */
const roomsPerSlice = 1000;
const pauseMs = 50;

/**
 * Withdraws what has become stale: a round over all rooms each second, or as long as that takes slice by slice. Returns
 * what stops it.
 */
export function startSweep({ registry, clock, freshForMs }: SweepOptions): () => void {
  let cancel = () => {};
  const round = () => {
    const slices = registry.expire({ now: clock.now, roomsPerSlice, freshForMs });
    const startedMs = clock.monotonic();
    const slice = () => {
      const isOver = slices.next().done === true;
      const restMs = Math.max(pauseMs, everyMs - (clock.monotonic() - startedMs));
      cancel = isOver ? clock.after(restMs, round) : clock.after(pauseMs, slice);
    };
    slice();
  };
  round();
  return () => cancel();
}

export interface SweepOptions {
  readonly registry: RoomRegistry;
  readonly clock: Clock;
  readonly freshForMs: Expiry['freshForMs'];
}
