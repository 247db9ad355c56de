import type { TimeBudget } from '../../platform/time-budget.ts';
import type { AudienceHistory } from '../../rooms/audience-history.ts';
import type { RoomListener, RoomView } from '../../rooms/room.ts';
import { audienceTrend } from '../../rooms/room-audience.ts';
import { blockCapacity, type Cell, createEntry, readCells, RoomBlock, type RoomEntry } from './blocks.ts';
import type { RoomFamily } from './family.ts';
import { roomShare, RoomTally, type RoomTotals } from './totals.ts';

/** Neighbouring blocks with at most this number of rooms in total are merged, so that blocks do not become sparse. */
const mergeBelow = blockCapacity / 2;

export type AudienceTrends = Pick<AudienceHistory, 'trend'>;

interface AppMetricsOptions {
  readonly sdkAppId: number;
  readonly families: readonly RoomFamily[];
  /** The histories of the rooms' audiences. Default: they are not known. */
  readonly audiences?: AudienceTrends | undefined;
  /** Notified of every enqueued change. */
  readonly onChange: () => void;
}

/**
 * The metrics of the rooms of one app, in the order in which the rooms appeared. Changes are enqueued, each room once;
 * nothing else changes until they are applied.
 */
export class AppMetrics implements RoomListener {
  readonly #options: AppMetricsOptions;
  #families: readonly RoomFamily[];
  /** Rooms that have changed since they were last read; undefined means that the room is no longer exported. */
  #pending = new Map<string, RoomView | undefined>();
  #entries = new Map<string, RoomEntry>();
  #tally = new RoomTally();
  #blocks: RoomBlock[] = [];
  #series = 0;
  #droppedSeries = 0;
  #isSparse = false;

  constructor(options: AppMetricsOptions) {
    this.#options = options;
    this.#families = options.families;
  }

  published(room: RoomView): void {
    this.#enqueue(room.id, room);
  }

  withdrawn(id: string): void {
    this.#enqueue(id, undefined);
  }

  /** Enqueues all rooms again, to be rendered with other families. */
  reset(families: readonly RoomFamily[]): void {
    const newer = this.#pending;
    this.#pending = new Map();
    for (const [id, { room }] of this.#entries) this.#pending.set(id, room);
    for (const [id, room] of newer) this.#pending.set(id, room);
    this.#families = families;
    this.#entries = new Map();
    this.#tally = new RoomTally();
    this.#blocks = [];
    this.#series = 0;
    this.#droppedSeries = 0;
  }

  get hasPending(): boolean {
    return this.#pending.size > 0;
  }

  /** Applies the enqueued changes; changes that arrive in the meantime are enqueued for the next call. */
  async applyPending(budget: TimeBudget): Promise<void> {
    const pending = this.#pending;
    this.#pending = new Map();
    for (const [id, room] of pending) {
      if (room === undefined) this.#remove(id);
      else this.#update(room);
      if (budget.isExceeded) await budget.yield();
    }
  }

  /** Merges sparse blocks. */
  compact(): void {
    if (!this.#isSparse) return;
    this.#isSparse = false;
    const blocks: RoomBlock[] = [];
    for (const block of this.#blocks) {
      const before = blocks.at(-1);
      if (before !== undefined && before.size + block.size <= mergeBelow) before.absorb(block);
      else if (block.size > 0) blocks.push(block);
    }
    this.#blocks = blocks;
  }

  /** Rooms that are known here, hidden ones and enqueued changes included; a room that is both counts twice. */
  get size(): number {
    return this.#entries.size + this.#pending.size;
  }

  /** All rooms, hidden ones included. */
  get entries(): Iterable<RoomEntry> {
    return this.#entries.values();
  }

  get blocks(): readonly RoomBlock[] {
    return this.#blocks;
  }

  /** Sample lines of all rooms that are not hidden. */
  get series(): number {
    return this.#series;
  }

  /** Sample lines that the hidden rooms would have. */
  get droppedSeries(): number {
    return this.#droppedSeries;
  }

  totals(): RoomTotals {
    return this.#tally.totals();
  }

  /** Removes the lines of a room because of the series limit; the room stays known. */
  hide(entry: RoomEntry): void {
    this.#change(entry, () => this.#removeFromBlock(entry));
  }

  /** Adds the lines of a hidden room again. */
  show(entry: RoomEntry): void {
    this.#change(entry, () => this.#append(entry, this.#read(entry.room).cells));
  }

  #enqueue(id: string, room: RoomView | undefined): void {
    this.#pending.set(id, room);
    this.#options.onChange();
  }

  #update(room: RoomView): void {
    const known = this.#entries.get(room.id);
    const entry = known ?? createEntry(this.#options.sdkAppId, room);
    this.#change(entry, () => {
      entry.room = room;
      ({ isAlive: entry.isAlive, fresh: entry.fresh, onlineMembers: entry.onlineMembers } = roomShare(room));
      const { cells, series } = this.#read(room);
      entry.series = series;
      this.#entries.set(room.id, entry);
      if (known === undefined) this.#append(entry, cells);
      else entry.block?.set(entry, cells);
    });
  }

  #read(room: RoomView): ReturnType<typeof readCells> {
    return readCells(room, this.#families, audienceTrend(room, this.#options.audiences));
  }

  #remove(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#change(entry, () => {
      this.#entries.delete(id);
      this.#removeFromBlock(entry);
    });
  }

  #append(entry: RoomEntry, cells: readonly Cell[]): void {
    let last = this.#blocks.at(-1);
    if (last === undefined || last.isFull) {
      last = new RoomBlock(this.#families.length);
      this.#blocks.push(last);
    }
    last.append(entry);
    last.set(entry, cells);
  }

  #removeFromBlock(entry: RoomEntry): void {
    entry.block?.remove(entry);
    this.#isSparse = true;
  }

  /** Changes an entry and keeps the totals consistent: every change of an entry goes through this method. */
  #change(entry: RoomEntry, mutate: () => void): void {
    this.#count(entry, -1);
    mutate();
    this.#count(entry, 1);
  }

  #count(entry: RoomEntry, by: 1 | -1): void {
    if (!this.#entries.has(entry.room.id)) return;
    if (entry.block === undefined) {
      this.#droppedSeries += by * entry.series;
      this.#tally.countDropped(entry, by);
    } else {
      this.#series += by * entry.series;
      this.#tally.count(entry, by);
    }
  }
}
