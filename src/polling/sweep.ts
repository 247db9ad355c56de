import type { Clock } from '../platform/clock.ts';
import type { Expiry, RoomWork } from '../rooms/registry-options.ts';
import type { RoomRegistry } from '../rooms/registry.ts';
import type { Room } from '../rooms/room.ts';

const everyMs = 1000;

/** With very many rooms, a sweep may take a twentieth of the time. */
const restPerDuration = 20;

export interface SweepOptions {
  readonly registry: RoomRegistry;
  readonly clock: Clock;
  readonly freshForMs: Expiry['freshForMs'];
  /** Applies what the work changes. Resolves at its end. */
  readonly applyAll: (work: RoomWork) => Promise<void>;
}

/**
 * How long the end of a suspected room may be verified after its last value has become stale. A room that ended during an outage
 * is suspected when nothing is known of it any more: its end must not be lost.
 */
const verifiedWithinMs = 60_000;

/** Removes all stale values once. Resolves when that is done. */
export function sweepOnce({ registry, clock, freshForMs, applyAll }: SweepOptions): Promise<void> {
  return applyAll(registry.removeStale({ now: clock.steady, freshForMs, mayForget: () => false }));
}

/** Removes stale values from all rooms every second, or less often if it takes long. Returns what stops it. */
export function startSweep({ registry, clock, freshForMs, applyAll }: SweepOptions): () => void {
  let cancel = () => {};
  let isStopped = false;
  /** Suspected rooms without a value, and since when. */
  let lost: ReadonlyMap<string, number> = new Map();
  const sweep = async () => {
    const startedMs = clock.monotonic();
    const stillLost = new Map<string, number>();
    const mayForget = ({ id }: Room) => {
      const sinceMs = lost.get(id) ?? startedMs;
      stillLost.set(id, sinceMs);
      return startedMs - sinceMs >= verifiedWithinMs;
    };
    await applyAll(registry.removeStale({ now: clock.steady, freshForMs, mayForget }));
    lost = stillLost;
    const tookMs = clock.monotonic() - startedMs;
    if (!isStopped) cancel = clock.after(Math.max(everyMs - tookMs, restPerDuration * tookMs), () => void sweep());
  };
  void sweep();
  return () => {
    isStopped = true;
    cancel();
  };
}
