/** Joins counted so far in a room's life. */
export interface JoinCount {
  readonly total: number;
  readonly newestJoinTimeSeconds: number;
}

/** Counts the accounts that joined after the newest join of the read before; the first read of a life counts none. */
export function nextJoins(before: JoinCount | undefined, joinTimesSeconds: readonly number[]): JoinCount {
  const newest = before?.newestJoinTimeSeconds ?? 0;
  const joined = before === undefined ? 0 : joinTimesSeconds.filter((time) => time > newest).length;
  return {
    total: (before?.total ?? 0) + joined,
    newestJoinTimeSeconds: joinTimesSeconds.reduce((max, time) => Math.max(max, time), newest),
  };
}
