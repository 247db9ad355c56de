import { createFragment, type Fragment } from '../format/fragment.ts';
import { sampleLine } from '../format/metric-family.ts';
import type { Cell, RoomEntry } from './room-entry.ts';

/** Rooms in a block: their lines in one family are about 100 KB, which take about 0.3 ms to render and compress. */
export const blockCapacity = 1024;

/** One family's part of a block. */
interface Column {
  /** By the room's place in the block; shorter where the rooms at the end have nothing. */
  readonly cells: Cell[];
  /** The lines as rendered last; undefined where there are none. */
  fragment: Fragment | undefined;
  /** Whether a cell or a room has changed since. */
  isDirty: boolean;
}

/** Up to 1,024 rooms in their order, with what each has in each family: the unit of rendering is one of its columns. */
export class RoomBlock {
  readonly #entries: RoomEntry[] = [];
  readonly #columns: readonly Column[];

  constructor(families: number) {
    this.#columns = Array.from({ length: families }, () => ({ cells: [], fragment: undefined, isDirty: false }));
  }

  get entries(): readonly RoomEntry[] {
    return this.#entries;
  }

  get isFull(): boolean {
    return this.#entries.length >= blockCapacity;
  }

  /** A room without cells; they are set next. */
  append(entry: RoomEntry): void {
    this.#entries.push(entry);
    entry.block = this;
  }

  /** Notes what a room of this block has now; only columns in which that differs are rendered again. */
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

  /** Takes over the rooms of the block after this one. */
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

  /** Renders a family's column if something in it has changed. Returns whether it had. */
  render(family: number, name: string): boolean {
    const column = this.#columns[family];
    if (column === undefined || !column.isDirty) return false;
    const text = this.#text(name, column.cells);
    column.fragment = text === '' ? undefined : createFragment(text);
    column.isDirty = false;
    return true;
  }

  /** The lines of a family as rendered last. */
  fragment(family: number): Fragment | undefined {
    return this.#columns[family]?.fragment;
  }

  #text(name: string, cells: readonly Cell[]): string {
    let text = '';
    for (const [place, { labels }] of this.#entries.entries()) {
      const cell = cells[place];
      if (typeof cell === 'number') text += sampleLine(name, labels, cell);
      else if (cell !== undefined) for (const end of cell.split('\n')) text += `${name}{${labels}${end}\n`;
    }
    return text;
  }
}
