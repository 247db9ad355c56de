/** Which rooms of an app are exported. */
export interface RoomSelection {
  /** Where rooms are discovered: the room list, Chat's group list, or nowhere. */
  readonly discover: 'live' | 'chat' | 'none';
  readonly include: readonly RoomIdPattern[];
  readonly exclude: readonly RoomIdPattern[];
  /** The most rooms that are exported. */
  readonly limit: number;
}

/** A regular expression whose test keeps no state. */
interface RoomIdPattern {
  test(id: string): boolean;
}

/** Whether a discovered room passes `include` and `exclude`. */
export function passesFilters(id: string, { include, exclude }: Pick<RoomSelection, 'include' | 'exclude'>): boolean {
  return (
    (include.length === 0 || include.some((pattern) => pattern.test(id))) &&
    !exclude.some((pattern) => pattern.test(id))
  );
}

/** A room that competes for a limited number of places. */
export interface Candidate {
  /** Its audience or its views: the largest get the places. */
  readonly size: number;
  /** Whether it is selected now. */
  readonly isSelected: boolean;
  /** How many places it takes. Default: 1. */
  readonly places?: number;
}

/** A room replaces a selected one only if it is a tenth larger, so that rooms near the limit do not flap. */
const selectedBonus = 1.1;

/**
 * The largest candidates that together take at most `places` places, with 10 % hysteresis for those that are selected. All
 * candidates from the first one that does not fit are left out. Ties go to the selected candidate, then to the earlier one.
 */
export function selectLargest<T extends Candidate>(candidates: readonly T[], places: number): ReadonlySet<T> {
  // Sorting and adding plain numbers takes a tenth of the time of objects, and this runs between calls.
  const taken = new Float64Array(candidates.map(placesOf));
  const weights = new Float64Array(candidates.map(weightOf));
  if (takenFrom(Number.NEGATIVE_INFINITY, { weights, taken }) <= places) return new Set(candidates);
  const sorted = weights.toSorted();
  const first = firstIndexWhere(sorted, (weight) => takenFrom(weight, { weights, taken }) <= places);
  const threshold = sorted[first] ?? Number.POSITIVE_INFINITY;
  const edge = sorted[first - 1];
  const chosen = new Set(candidates.filter((candidate) => weightOf(candidate) >= threshold));
  const tied = candidates.filter((candidate) => weightOf(candidate) === edge);
  let remaining = places - takenFrom(threshold, { weights, taken });
  for (const candidate of [...tied.filter((c) => c.isSelected), ...tied.filter((c) => !c.isSelected)]) {
    remaining -= placesOf(candidate);
    if (remaining < 0) break;
    chosen.add(candidate);
  }
  return chosen;
}

const placesOf = ({ places = 1 }: Candidate) => places;
const weightOf = ({ size, isSelected }: Candidate) => (isSelected ? size * selectedBonus : size);

/** Binary search for the first index from which the condition holds; the length if it never holds. */
function firstIndexWhere(ascending: Float64Array, holds: (value: number) => boolean): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(ascending[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The places that all candidates with at least this weight take. */
function takenFrom(
  weight: number,
  { weights, taken }: { readonly weights: Float64Array; readonly taken: Float64Array },
): number {
  let sum = 0;
  for (let index = 0; index < weights.length; index += 1) {
    if ((weights[index] ?? 0) >= weight) sum += taken[index] ?? 0;
  }
  return sum;
}
