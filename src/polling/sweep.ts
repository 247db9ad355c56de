import type { Clock } from '../platform/clock.ts';
import type { Expiry, RoomChanges } from '../rooms/registry-options.ts';
import type { RoomRegistry } from '../rooms/registry.ts';
import type { Room } from '../rooms/room.ts';

const everyMs = 1000;

/** A slice takes a millisecond or two, so scrapes and responses need not wait. */
const roomsPerSlice = 1000;
const pauseMs = 50;

export interface SweepOptions {
  readonly registry: RoomRegistry;
  readonly clock: Clock;
  readonly freshForMs: Expiry['freshForMs'];
  readonly onChanges: (changes: RoomChanges) => void;
}

/**
 * How long the end of a suspected room may be verified after its last value has become stale. A room that ended during an outage
 * is suspected when nothing is known of it any more: its end must not be lost.
 */
const verifiedWithinMs = 60_000;

/** Removes all stale values at once. */
export function sweepOnce({ registry, clock, freshForMs, onChanges }: SweepOptions): void {
  const slices = registry.removeStale({ now: clock.steady, roomsPerSlice, freshForMs, mayForget: () => false });
  for (let slice = slices.next(); ; slice = slices.next()) {
    onChanges(slice.value);
    if (slice.done === true) return;
  }
}

/** Removes stale values from all rooms every second, or slower if all slices together take longer. Returns what stops it. */
export function startSweep({ registry, clock, freshForMs, onChanges }: SweepOptions): () => void {
  let cancel = () => {};
  /** Suspected rooms without a value, and since when. */
  let lost: ReadonlyMap<string, number> = new Map();
  const sweep = () => {
    const startedMs = clock.monotonic();
    const stillLost = new Map<string, number>();
    const mayForget = ({ id }: Room) => {
      const sinceMs = lost.get(id) ?? startedMs;
      stillLost.set(id, sinceMs);
      return startedMs - sinceMs >= verifiedWithinMs;
    };
    const slices = registry.removeStale({ now: clock.steady, roomsPerSlice, freshForMs, mayForget });
    const nextSlice = () => {
      const { value: changes, done } = slices.next();
      onChanges(changes);
      const restMs = Math.max(pauseMs, everyMs - (clock.monotonic() - startedMs));
      if (done === true) lost = stillLost;
      cancel = done === true ? clock.after(restMs, sweep) : clock.after(pauseMs, nextSlice);
    };
    nextSlice();
  };
  sweep();
  return () => cancel();
}
