import type { EventSource, MemberChange } from '../../tencent/webhooks/event.ts';
import type { MembersCounted } from './room-event.ts';

/** Members who came or went, by source: which source counts depends on what the room is. */
export type CountsBySource = { [Source in EventSource]?: { [Change in MemberChange]?: number } };

/** A room that an event has named, and of which it is not known yet whether it exists, or what it is. */
export interface PendingRoom {
  readonly id: string;
  readonly counts: CountsBySource;
  /** Milliseconds of the steady clock. */
  readonly sinceMs: number;
  /** Whether an event says that it was created. */
  readonly isCreated: boolean;
  /** Whether it is known not to be a live room, so that it may only be a plain group. */
  isNotLive: boolean;
}

/** More rooms than are created within a minute. Forged events name any number of rooms. */
const mostRooms = 1000;

/** After this time without a response, it is not worth asking any more: polling may discover the room. */
const waitsForMs = 300_000;

/** A bounded number of rooms whose events wait for a response, in the order in which they are asked about. */
export class PendingRooms {
  /** Rooms that were created, and were not asked about yet: they come first. */
  readonly #created = new Map<string, PendingRoom>();
  readonly #others = new Map<string, PendingRoom>();
  readonly #onDrop: (room: PendingRoom) => void;

  /** `onDrop` gets each room that is given up: it is too old, or a room that was created takes its place. */
  constructor(onDrop: (room: PendingRoom) => void) {
    this.#onDrop = onDrop;
  }

  get size(): number {
    return this.#created.size + this.#others.size;
  }

  get(id: string): PendingRoom | undefined {
    return this.#created.get(id) ?? this.#others.get(id);
  }

  /** The room with this id, which is added if there is a place; undefined if all places are taken. */
  add(
    id: string,
    { isCreated, nowMs }: { readonly isCreated: boolean; readonly nowMs: number },
  ): PendingRoom | undefined {
    const known = this.get(id);
    if (known !== undefined && (known.isCreated || !isCreated)) return known;
    this.delete(id);
    const [first] = this.#others.values();
    if (this.size >= mostRooms && isCreated && first !== undefined) this.#drop(first);
    if (this.size >= mostRooms) return undefined;
    const room: PendingRoom = { id, counts: {}, sinceMs: nowMs, isNotLive: false, ...known, isCreated };
    (isCreated ? this.#created : this.#others).set(id, room);
    return room;
  }

  delete(id: string): void {
    this.#created.delete(id);
    this.#others.delete(id);
  }

  /** The room to ask about next: one that was created, or else the one that was asked about longest ago. It becomes the last. */
  next(nowMs: number): PendingRoom | undefined {
    for (const room of [...this.#created.values(), ...this.#others.values()]) {
      if (nowMs - room.sinceMs >= waitsForMs) {
        this.#drop(room);
        continue;
      }
      this.delete(room.id);
      this.#others.set(room.id, room);
      return room;
    }
    return undefined;
  }

  /** For the saved state, and back. */
  toJSON(): readonly PendingRoom[] {
    return [...this.#created.values(), ...this.#others.values()];
  }

  restore(rooms: readonly PendingRoom[], nowMs: number): void {
    for (const room of rooms) this.#others.set(room.id, { ...room, sinceMs: nowMs });
  }

  #drop(room: PendingRoom): void {
    this.delete(room.id);
    this.#onDrop(room);
  }
}

export function addMembers({ counts }: PendingRoom, { source, change }: MembersCounted, members: number): void {
  const ofSource = (counts[source] ??= {});
  ofSource[change] = (ofSource[change] ?? 0) + members;
}

/** How many members have come and gone. */
export function membersOf(counts: CountsBySource[EventSource]): number {
  return Object.values(counts ?? {}).reduce((sum, members) => sum + members, 0);
}
