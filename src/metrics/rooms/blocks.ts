import type { AudienceTrend } from '../../rooms/audience-history.ts';
import { viewCount } from '../../rooms/latest-values.ts';
import type { RoomView } from '../../rooms/room.ts';
import { createFragment, type Fragment } from '../format/gzip.ts';
import { labelText, sampleLine } from '../format/text.ts';
import type { LabelledSample, RoomFamily } from './family.ts';
import { roomShare, type RoomShare } from './totals.ts';

/** Rooms in a block: their lines in one family are about 100 KB, which take about 0.3 ms to render and compress. */
export const blockCapacity = 1024;

/**
 * What a room has in a family: its value; or, if samples have labels of their own, the rest of each line after the
 * labels of the room, joined by line feeds (which are escaped within labels); or nothing.
 */
export type Cell = number | string | undefined;

/** The samples of a room: one cell for each family, in the order of the families. */
interface RoomCells {
  readonly cells: readonly Cell[];
  /** Sample lines in all cells. */
  readonly series: number;
}

/** A room of an app. It is exported unless it exceeds the series limit. */
export interface RoomEntry extends RoomShare {
  /** The object of the registry, which is read again whenever the registry reports a change of the room. */
  room: RoomView;
  /** The labels of every line of the room. */
  readonly labels: string;
  /** The block that contains the room; undefined if the room is dropped because of the series limit. */
  block: RoomBlock | undefined;
  series: number;
  isAlive: boolean;
  fresh: number;
  onlineMembers: number | undefined;
}

export function createEntry(sdkAppId: number, room: RoomView): RoomEntry {
  const { isAlive, fresh, onlineMembers } = roomShare(room);
  // Field by field: objects that are created with a spread take more memory, and there is one for every room.
  return { room, labels: roomLabels(sdkAppId, room.id), block: undefined, series: 0, isAlive, fresh, onlineMembers };
}

/** The labels of every series of a room. */
export function roomLabels(sdkAppId: number, roomId: string): string {
  return labelText([
    ['sdk_app_id', String(sdkAppId)],
    ['room_id', roomId],
  ]);
}

/** Reads the current values of a room. `trend`: how its audience develops, if that is known. */
export function readCells(room: RoomView, families: readonly RoomFamily[], trend?: AudienceTrend): RoomCells {
  const cells: Cell[] = [];
  let series = 0;
  for (const family of families) {
    if (family.kind === 'value') {
      const value = family.value(room, trend);
      cells.push(value);
      if (value !== undefined) series += 1;
    } else {
      const samples = family.samples(room);
      cells.push(samples.length === 0 ? undefined : samples.map(restOfLine).join('\n'));
      series += samples.length;
    }
  }
  return { cells, series };
}

/** How many series a room has. */
export function countSeries(room: RoomView, families: readonly RoomFamily[], trend?: AudienceTrend): number {
  return readCells(room, families, trend).series;
}

/** The line of a sample after the labels of its room, without the line feed. */
function restOfLine({ labels, value }: LabelledSample): string {
  return labels.length === 0 ? `} ${value}` : `,${labelText(labels)}} ${value}`;
}

/** Ranks the rooms if not all of them can be exported; unknown and ended rooms come last. */
export function viewsOf(room: RoomView): number {
  return room.endedAtMs === undefined ? (viewCount(room) ?? 0) : 0;
}

/** The part of a block that belongs to one family. */
interface Column {
  /** By the place of the room in the block; shorter if the last rooms have nothing. */
  readonly cells: Cell[];
  /** The lines that were rendered last; undefined if there are none. */
  fragment: Fragment | undefined;
  /** Whether a cell or a room has changed since then. */
  isDirty: boolean;
}

/** Up to 1,024 rooms in their order, with their cells in each family. One column is the unit of rendering. */
export class RoomBlock {
  readonly #entries: RoomEntry[] = [];
  readonly #columns: readonly Column[];

  constructor(families: number) {
    this.#columns = Array.from({ length: families }, () => ({ cells: [], fragment: undefined, isDirty: false }));
  }

  get size(): number {
    return this.#entries.length;
  }

  get isFull(): boolean {
    return this.#entries.length >= blockCapacity;
  }

  /** Appends a room without cells; `set` must follow. */
  append(entry: RoomEntry): void {
    this.#entries.push(entry);
    entry.block = this;
  }

  /** Stores the current cells of a room; only columns with a different cell are rendered again. */
  set(entry: RoomEntry, cells: readonly Cell[]): void {
    const place = this.#entries.indexOf(entry);
    for (const [family, column] of this.#columns.entries()) {
      const cell = cells[family];
      if (column.cells[place] === cell) continue;
      column.cells[place] = cell;
      column.isDirty = true;
    }
  }

  remove(entry: RoomEntry): void {
    const place = this.#entries.indexOf(entry);
    this.#entries.splice(place, 1);
    entry.block = undefined;
    for (const column of this.#columns) {
      const [cell] = column.cells.splice(place, 1);
      if (cell !== undefined) column.isDirty = true;
    }
  }

  /** Moves the rooms of the next block into this one. */
  absorb(next: RoomBlock): void {
    const offset = this.#entries.length;
    for (const entry of next.#entries) this.append(entry);
    for (const [family, column] of this.#columns.entries()) {
      for (const [place, cell] of (next.#columns[family]?.cells ?? []).entries()) {
        if (cell === undefined) continue;
        column.cells[offset + place] = cell;
        column.isDirty = true;
      }
    }
  }

  /** Renders the column of a family if it has changed. Returns whether it had changed. */
  render(family: number, { name, keepsPlain }: { readonly name: string; readonly keepsPlain: boolean }): boolean {
    const column = this.#columns[family];
    if (column === undefined || !column.isDirty) return false;
    const text = this.#text(name, column.cells);
    column.fragment = text === '' ? undefined : createFragment(text, { keepsPlain });
    column.isDirty = false;
    return true;
  }

  /** The lines of a family that were rendered last. */
  fragment(family: number): Fragment | undefined {
    return this.#columns[family]?.fragment;
  }

  #text(name: string, cells: readonly Cell[]): string {
    let text = '';
    for (const [place, { labels }] of this.#entries.entries()) {
      const cell = cells[place];
      if (typeof cell === 'number') text += sampleLine(name, labels, cell);
      else if (cell !== undefined) for (const rest of cell.split('\n')) text += `${name}{${labels}${rest}\n`;
    }
    return text;
  }
}
