import type { Clock } from '../platform/clock.ts';
import type { Expiry, RoomChanges } from '../rooms/registry-options.ts';
import type { RoomRegistry } from '../rooms/registry.ts';

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

/** Removes all stale values at once. */
export function sweepOnce({ registry, clock, freshForMs, onChanges }: SweepOptions): void {
  const slices = registry.removeStale({ now: clock.now, roomsPerSlice, freshForMs });
  for (let slice = slices.next(); ; slice = slices.next()) {
    onChanges(slice.value);
    if (slice.done === true) return;
  }
}

/** Removes stale values from all rooms every second, or slower if all slices together take longer. Returns what stops it. */
export function startSweep({ registry, clock, freshForMs, onChanges }: SweepOptions): () => void {
  let cancel = () => {};
  const sweep = () => {
    const slices = registry.removeStale({ now: clock.now, roomsPerSlice, freshForMs });
    const startedMs = clock.monotonic();
    const nextSlice = () => {
      const { value: changes, done } = slices.next();
      onChanges(changes);
      const restMs = Math.max(pauseMs, everyMs - (clock.monotonic() - startedMs));
      cancel = done === true ? clock.after(restMs, sweep) : clock.after(pauseMs, nextSlice);
    };
    nextSlice();
  };
  sweep();
  return () => cancel();
}
