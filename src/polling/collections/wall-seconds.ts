/** One reading of both clocks. */
export interface Reading {
  /** Unix seconds of the wall clock, whole. */
  readonly wallSeconds: number;
  /** Milliseconds of the monotonic clock. */
  readonly monotonicMs: number;
}

/** A clock that is adjusted by so little is waited for, instead of repeating its seconds. */
const smallSetBackSeconds = 2;

/** Whole seconds and late timers: the two clocks may differ by this between two comparisons although none was set. */
const toleratedDriftSeconds = 2;

/** A process that was stopped, or whose machine was suspended, for longer does not look at each second. */
const mostSeconds = 60;

/**
 * The seconds of the wall clock that have begun since the last reading, and that no schedule was asked about yet. A clock that was
 * set forward skips seconds, and one that was set back repeats them: then only the present second counts. So a step of any size
 * costs or repeats at most one trigger of a schedule. `none`: the last reading stays the last one. `too many`: the process
 * or its machine was stopped for longer than a minute, so every schedule may have missed a trigger.
 */
export function newSeconds(last: Reading, now: Reading): 'none' | 'too many' | readonly number[] {
  const passed = now.wallSeconds - last.wallSeconds;
  if (passed <= 0 && passed >= -smallSetBackSeconds) return 'none';
  const expected = (now.monotonicMs - last.monotonicMs) / 1000;
  if (Math.abs(passed - expected) > toleratedDriftSeconds) return [now.wallSeconds];
  if (passed > mostSeconds) return 'too many';
  return Array.from({ length: passed }, (_, index) => last.wallSeconds + 1 + index);
}
