import type { RoomView } from '../../rooms/room.ts';
import type { RoomFamily } from './room-family.ts';
import { RoomTally, roomShare, type RoomTotals } from './room-totals.ts';
import { blockCapacity, RoomBlock } from './room-block.ts';
import { createEntry, readCells, type RoomCells, type RoomEntry } from './room-entry.ts';

/** Neighbouring blocks that together hold no more are merged: rooms come and go, and blocks would wear thin. */
const mergeBelow = blockCapacity / 2;

/**
 * The rooms of one app, in the order of their coming. Changes queue up, each room once; nothing else changes until
 * they are taken in.
 */
export class AppRooms {
  readonly #sdkAppId: number;
  readonly #families: readonly RoomFamily[];
  /** Rooms that have changed since they were read last; undefined are those no longer exported. */
  #queue = new Map<string, RoomView | undefined>();
  readonly #entries = new Map<string, RoomEntry>();
  readonly #tally = new RoomTally();
  #blocks: RoomBlock[] = [];
  #series = 0;
  #droppedSeries = 0;
  #isThin = false;

  constructor(sdkAppId: number, families: readonly RoomFamily[]) {
    this.#sdkAppId = sdkAppId;
    this.#families = families;
  }

  /** A room has come, has changed or, without a view, has gone. */
  note(id: string, room: RoomView | undefined): void {
    this.#queue.set(id, room);
  }

  get hasChanges(): boolean {
    return this.#queue.size > 0;
  }

  /** Takes in the changes that wait, one with each step; what changes meanwhile waits for the next time. */
  *takeIn(): Generator<void> {
    const changes = this.#queue;
    this.#queue = new Map();
    for (const [id, room] of changes) {
      if (room === undefined) this.#remove(id);
      else this.#update(room);
      yield;
    }
  }

  /** Rooms known here, shown or not, with the changes that wait; one in both counts twice. */
  get size(): number {
    return this.#entries.size + this.#queue.size;
  }

  /** Notes all rooms in another place, where nothing is known of them yet. */
  noteAllIn(other: AppRooms): void {
    for (const [id, { room }] of this.#entries) other.note(id, room);
    for (const [id, room] of this.#queue) other.note(id, room);
  }

  /** Merges blocks that have worn thin. */
  compact(): void {
    if (!this.#isThin) return;
    this.#isThin = false;
    const blocks: RoomBlock[] = [];
    for (const block of this.#blocks) {
      const before = blocks.at(-1);
      if (before !== undefined && before.entries.length + block.entries.length <= mergeBelow) before.absorb(block);
      else if (block.entries.length > 0) blocks.push(block);
    }
    this.#blocks = blocks;
  }

  /** All rooms, shown or dropped. */
  get entries(): Iterable<RoomEntry> {
    return this.#entries.values();
  }

  get blocks(): readonly RoomBlock[] {
    return this.#blocks;
  }

  /** Sample lines of the rooms that are shown. */
  get series(): number {
    return this.#series;
  }

  /** Sample lines that the rooms would have that are dropped. */
  get droppedSeries(): number {
    return this.#droppedSeries;
  }

  totals(): RoomTotals {
    return this.#tally.totals();
  }

  /** Shows no line of the room any more, though it goes on. */
  drop(entry: RoomEntry): void {
    this.#count(entry, -1);
    entry.block?.remove(entry);
    this.#isThin = true;
    this.#count(entry, 1);
  }

  /** Shows a room again that was dropped. */
  readmit(entry: RoomEntry): void {
    this.#count(entry, -1);
    this.#show(entry, readCells(entry, this.#families));
    this.#count(entry, 1);
  }

  #update(room: RoomView): void {
    const known = this.#entries.get(room.id);
    const entry = known ?? createEntry(this.#sdkAppId, room);
    if (known !== undefined) this.#count(entry, -1);
    entry.room = room;
    const cells = readCells(entry, this.#families);
    entry.series = cells.series;
    Object.assign(entry, roomShare(room));
    if (known === undefined) {
      this.#entries.set(room.id, entry);
      this.#show(entry, cells);
    } else {
      entry.block?.set(entry, cells.cells);
    }
    this.#count(entry, 1);
  }

  #remove(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    this.#count(entry, -1);
    entry.block?.remove(entry);
    this.#isThin = true;
  }

  #show(entry: RoomEntry, { cells }: RoomCells): void {
    let last = this.#blocks.at(-1);
    if (last === undefined || last.isFull) {
      last = new RoomBlock(this.#families.length);
      this.#blocks.push(last);
    }
    last.append(entry);
    last.set(entry, cells);
  }

  #count(entry: RoomEntry, by: 1 | -1): void {
    if (entry.block === undefined) {
      this.#droppedSeries += by * entry.series;
      this.#tally.countDropped(entry, by);
    } else {
      this.#series += by * entry.series;
      this.#tally.count(entry, by);
    }
  }
}
