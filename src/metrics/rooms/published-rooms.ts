import type { ExpositionFormat } from '../format/escape.ts';
import { joinFragments, type Fragment, type JoinedFragments } from '../format/fragment.ts';
import type { RoomTotals } from './room-totals.ts';

/** The header of a family in either format, and its lines, which are the same in both. */
export interface PublishedFamily {
  readonly header: Readonly<Record<ExpositionFormat, Fragment>>;
  readonly lines: readonly Fragment[];
}

export interface PublishedState {
  /** Those that have a line. */
  readonly families: readonly PublishedFamily[];
  /** Sample lines in all. */
  readonly series: number;
  /** Rooms in all, those dropped for the limit of series included. */
  readonly rooms: number;
  /** By app; an app that has no room yet may be missing. */
  readonly totals: ReadonlyMap<number, RoomTotals>;
}

/** All room metrics at one instant: what every scrape gets until the next is complete. It never changes. */
export class PublishedRooms {
  readonly series: number;
  readonly rooms: number;
  readonly totals: ReadonlyMap<number, RoomTotals>;
  readonly #families: readonly PublishedFamily[];
  readonly #joined = new Map<ExpositionFormat, JoinedFragments>();

  constructor({ families, series, rooms, totals }: PublishedState) {
    this.#families = families;
    this.series = series;
    this.rooms = rooms;
    this.totals = totals;
  }

  /** Laid end to end in a format; once for all scrapes. */
  joined(format: ExpositionFormat): JoinedFragments {
    const known = this.#joined.get(format);
    if (known !== undefined) return known;
    const joined = joinFragments(this.#families.flatMap(({ header, lines }) => [header[format], ...lines]));
    this.#joined.set(format, joined);
    return joined;
  }
}

export const nothingPublished = new PublishedRooms({ families: [], series: 0, rooms: 0, totals: new Map() });

/** Up to so many rooms a scrape shows everything as it is at that moment, which costs it some milliseconds. */
const smallRooms = 1024;

export function isSmall({ rooms }: Pick<PublishedRooms, 'rooms'>): boolean {
  return rooms <= smallRooms;
}
