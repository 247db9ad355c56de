/** A measurement at a time since the start. */
export interface Sample {
  readonly atMinutes: number;
  readonly value: number;
}

export interface Trend {
  /** Median of the values. */
  readonly median: number;
  /** How much the value has grown between the first and the last sample, by the Theil-Sen line. */
  readonly growth: number;
  /** How many standard deviations Kendall's rank statistic is above what values without a trend have. */
  readonly z: number;
}

/**
 * The trend of samples, which neither outliers nor the distribution of the noise can change much: the slope is the median of the slopes
 * between any two minutes (Theil-Sen), and its significance is that of Kendall's rank correlation with time (Mann-Kendall). Samples of
 * one minute are averaged first, because they depend on each other.
 */
export function trendOf(samples: readonly Sample[]): Trend {
  const minutes = new Map<number, number[]>();
  for (const { atMinutes, value } of samples) {
    const minute = Math.floor(atMinutes);
    minutes.set(minute, [...(minutes.get(minute) ?? []), value]);
  }
  const points = [...minutes].map(([minute, values]) => ({ minute, value: sum(values) / values.length }));
  const slopes: number[] = [];
  let rank = 0;
  for (const [index, later] of points.entries()) {
    for (const earlier of points.slice(0, index)) {
      const rise = later.value - earlier.value;
      rank += Math.sign(rise);
      slopes.push(rise / (later.minute - earlier.minute));
    }
  }
  const span = (points.at(-1)?.minute ?? 0) - (points[0]?.minute ?? 0);
  return {
    median: median(points.map(({ value }) => value)),
    growth: median(slopes) * span,
    z: rank === 0 ? 0 : (rank - Math.sign(rank)) / Math.sqrt(rankVariance(points.map(({ value }) => value))),
  };
}

/** The variance of Kendall's rank statistic of values without a trend, some of which are equal. */
function rankVariance(values: readonly number[]): number {
  const term = (n: number) => n * (n - 1) * (2 * n + 5);
  const groups = new Map<number, number>();
  for (const value of values) groups.set(value, (groups.get(value) ?? 0) + 1);
  return (term(values.length) - sum([...groups.values()].map(term))) / 18;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
