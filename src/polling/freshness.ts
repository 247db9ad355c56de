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
