const units = [
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
] as const;

/** A PromQL duration, such as `2m30s`, rounded to milliseconds. Throws for less than one: PromQL has no such range. */
export function promDuration(seconds: number): string {
  let restMs = Math.round(seconds * 1000);
  if (!(restMs >= 1)) throw new Error(`a duration of ${String(seconds)} s: expected at least 1 ms`);
  let text = '';
  for (const [unit, unitMs] of units) {
    const count = Math.floor(restMs / unitMs);
    if (count === 0) continue;
    text += `${String(count)}${unit}`;
    restMs -= count * unitMs;
  }
  return text;
}
