import { viewCountOf } from './latest-values.ts';
import type { Room } from './room.ts';

/** Which rooms of an app are exported. */
export interface RoomSelection {
  /** Where rooms are discovered: the room list, Chat's group list, or nowhere. */
  readonly discover: 'live' | 'chat' | 'none';
  /** Regular expressions without the flags g and y, which would keep a state between tests. */
  readonly include: readonly RegExp[];
  readonly exclude: readonly RegExp[];
  /** The most rooms that are exported. */
  readonly limit: number;
}

/** Whether a discovered room passes `include` and `exclude`. */
export function passesFilters(id: string, { include, exclude }: Pick<RoomSelection, 'include' | 'exclude'>): boolean {
  return (
    (include.length === 0 || include.some((pattern) => pattern.test(id))) &&
    !exclude.some((pattern) => pattern.test(id))
  );
}

/**
 * Which discovered rooms are exported within the limit, and which are not. Configured rooms are always exported, and take
 * places too.
 */
export function mostViewedRooms<T extends Room>(
  rooms: readonly T[],
  limit: number,
): { readonly selected: readonly T[]; readonly deselected: readonly T[] } {
  const configured = rooms.filter((room) => room.isConfigured).length;
  const candidates = rooms
    .filter((room) => !room.isConfigured && !room.isFiltered && room.lifecycle.phase !== 'ended')
    .map((room) => ({ room, isSelected: room.isSelected, size: viewCountOf(room.latest) }));
  const chosen = selectLargest(candidates, limit - configured);
  const roomsOf = (wanted: boolean) =>
    candidates.filter((candidate) => chosen.has(candidate) === wanted).map(({ room }) => room);
  return { selected: roomsOf(true), deselected: roomsOf(false) };
}

/** A room that competes for one of a limited number of places. */
interface Candidate {
  /** Its audience or its views: the largest get the places. */
  readonly size: number;
  /** Whether it has a place now. */
  readonly isSelected: boolean;
}

/** A room takes a place only from one that is a tenth smaller, so that rooms near the limit do not flap. */
const incumbentBonus = 1.1;

/**
 * The `places` largest candidates, with 10 % hysteresis for those that have a place. Ties go to the candidate that has a
 * place, then to the earlier one.
 */
export function selectLargest<T extends Candidate>(candidates: readonly T[], places: number): ReadonlySet<T> {
  if (candidates.length <= places) return new Set(candidates);
  if (places <= 0) return new Set();
  const weights = Float64Array.from(candidates, weightOf);
  // Sorting plain numbers takes a tenth of the time of sorting objects, and this runs between calls.
  const threshold = weights.toSorted()[weights.length - places] ?? 0;
  const chosen = new Set(candidates.filter((candidate) => weightOf(candidate) > threshold));
  const tied = candidates.filter((candidate) => weightOf(candidate) === threshold);
  for (const candidate of [...tied.filter((c) => c.isSelected), ...tied.filter((c) => !c.isSelected)]) {
    if (chosen.size >= places) break;
    chosen.add(candidate);
  }
  return chosen;
}

const weightOf = ({ size, isSelected }: Candidate) => (isSelected ? size * incumbentBonus : size);
