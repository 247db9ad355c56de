/** A room that competes for series. */
export interface SeriesCandidate {
  readonly views: number;
  readonly series: number;
  /** Whether it is shown now. */
  readonly isShown: boolean;
}

/** A room takes a place only from one with a tenth fewer views: rooms at the edge do not flap. */
const shownBonus = 1.1;

/**
 * The most viewed candidates whose series together are at most `maxSeries`: from the first that does not fit all are
 * left out, and none is shown in part. Ties go to the one that is shown, then to the earlier one.
 */
export function mostViewed<T extends SeriesCandidate>(candidates: readonly T[], maxSeries: number): ReadonlySet<T> {
  const weights = Float64Array.from(candidates, weigh);
  const series = Float64Array.from(candidates, (candidate) => candidate.series);
  // Sorting bare numbers takes a tenth of the time of sorting objects; the sums below cost less than the difference.
  const sorted = weights.toSorted();
  const place = firstPlaceWhere(sorted, (weight) => sumAtLeast(weight, { weights, series }) <= maxSeries);
  const threshold = sorted[place] ?? Number.POSITIVE_INFINITY;
  const edge = sorted[place - 1];
  const chosen = new Set(candidates.filter((candidate) => weigh(candidate) >= threshold));
  const tied = candidates.filter((candidate) => weigh(candidate) === edge);
  let room = maxSeries - sumAtLeast(threshold, { weights, series });
  for (const candidate of [...tied.filter((c) => c.isShown), ...tied.filter((c) => !c.isShown)]) {
    room -= candidate.series;
    if (room < 0) break;
    chosen.add(candidate);
  }
  return chosen;
}

const weigh = ({ views, isShown }: SeriesCandidate) => (isShown ? views * shownBonus : views);

/** Binary search: the first place from which on the condition holds; the length where it never does. */
function firstPlaceWhere(ascending: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(ascending[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The series of all whose weight is at least so much. */
function sumAtLeast(
  weight: number,
  { weights, series }: { readonly weights: Float64Array; readonly series: Float64Array },
): number {
  let sum = 0;
  for (let place = 0; place < weights.length; place += 1) {
    if ((weights[place] ?? 0) >= weight) sum += series[place] ?? 0;
  }
  return sum;
}
