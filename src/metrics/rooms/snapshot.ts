import { type Fragment, type JoinedFragments, joinFragments } from '../format/gzip.ts';
import type { ExpositionFormat } from '../format/text.ts';
import type { RoomTotals } from './totals.ts';

/** The header of a family in both formats, and its lines, which are the same in both. */
interface RenderedFamily {
  readonly header: Readonly<Record<ExpositionFormat, Fragment>>;
  readonly lines: readonly Fragment[];
}

interface SnapshotContent {
  /** The families that have at least one line. */
  readonly families: readonly RenderedFamily[];
  /** Sample lines in total. */
  readonly series: number;
  /** By app; an app without rooms may be missing. */
  readonly totals: ReadonlyMap<number, RoomTotals>;
}

/** All room metrics at one instant. Every scrape gets the same snapshot until the next one is complete. It never changes. */
export class RoomsSnapshot {
  readonly series: number;
  readonly totals: ReadonlyMap<number, RoomTotals>;
  readonly #families: readonly RenderedFamily[];
  readonly #joined = new Map<ExpositionFormat, JoinedFragments>();

  constructor({ families, series, totals }: SnapshotContent) {
    this.#families = families;
    this.series = series;
    this.totals = totals;
  }

  /** All fragments with lines. */
  *fragments(): Generator<Fragment> {
    for (const { lines } of this.#families) yield* lines;
  }

  /** The whole text in a format, joined once for all scrapes. */
  joined(format: ExpositionFormat): JoinedFragments {
    const known = this.#joined.get(format);
    if (known !== undefined) return known;
    const joined = joinFragments(this.#families.flatMap(({ header, lines }) => [header[format], ...lines]));
    this.#joined.set(format, joined);
    return joined;
  }
}

export const emptySnapshot = new RoomsSnapshot({ families: [], series: 0, totals: new Map() });
