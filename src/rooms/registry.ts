import { type RoomTaskName, roomTaskOf } from '../tasks/tasks.ts';
import type { ListedRoom } from '../tencent/commands/get-room-list.ts';
import type { LifecycleEvent } from './lifecycle.ts';
import { MassEnd } from './mass-end.ts';
import { type CreationFacts, noticeLife } from './recreation.ts';
import {
  type Expiry,
  type ListingEnd,
  PendingChanges,
  type RegistryOptions,
  type RoomChanges,
  type RoomDenial,
  type RoomResponse,
} from './registry-options.ts';
import {
  clearValues,
  isLost,
  newRoom,
  type Room,
  RoomCounter,
  type RoomCounts,
  type RoomListener,
  staleParts,
  store,
  type StoredRoom,
} from './room.ts';
import type { RestoredRoom } from './saved-room.ts';
import { mostViewedRooms, passesFilters, type RoomSelection } from './selection.ts';
import { type AppCounters, Sessions } from './session.ts';
import { transition } from './transition.ts';

/** The rooms of one app: the latest values of each and the state of its life. It stores and reports; it never polls. */
export class RoomRegistry {
  readonly #rooms = new Map<string, StoredRoom>();
  readonly #listener: RoomListener;
  readonly #counter = new RoomCounter();
  readonly #changes = new PendingChanges();
  readonly #sessions: Sessions;
  readonly #massEnd = new MassEnd();
  #selection: RoomSelection;
  #endedRetentionMs: number;
  #selectedCount = 0;
  #version = 0;
  /** Number of the current listing. */
  #listing = 0;

  constructor({ selection, endedRetentionMs, listener, onSessionEnd = () => {} }: RegistryOptions) {
    this.#selection = selection;
    this.#endedRetentionMs = endedRetentionMs;
    this.#listener = listener;
    this.#sessions = new Sessions(onSessionEnd);
  }

  /**
   * Applies another configuration: its filters and its limit hold at once. If rooms are now discovered in another way, those
   * that are not configured are forgotten.
   */
  configure({ selection, endedRetentionMs }: Pick<RegistryOptions, 'selection' | 'endedRetentionMs'>): RoomChanges {
    const discoveryChanges = selection.discover !== this.#selection.discover;
    if (discoveryChanges) this.#sessions.areRoomsKnown = false;
    this.#selection = selection;
    this.#endedRetentionMs = endedRetentionMs;
    for (const room of this.#rooms.values()) {
      if (room.isConfigured) continue;
      const isFiltered = !passesFilters(room.id, selection);
      if (discoveryChanges || (isFiltered && room.lifecycle.phase === 'ended')) this.#forget(room);
      else
        this.#update(room, () => {
          room.isFiltered = isFiltered;
          if (isFiltered) room.isSelected = false;
        });
    }
    this.#reselect();
    return this.#changes.take();
  }

  /** Sets the ids of all configured rooms. One that is no longer configured is forgotten, unless the list contains it. */
  setConfiguredRooms(ids: ReadonlySet<string>): RoomChanges {
    for (const id of ids) {
      const room = this.#rooms.get(id);
      if (room === undefined) this.#add(id, { isConfigured: true });
      else this.#setConfigured(room, true);
    }
    for (const room of this.#rooms.values()) {
      if (!room.isConfigured || ids.has(room.id)) continue;
      this.#setConfigured(room, false);
      if (!room.lifecycle.isListed) this.#forget(room);
    }
    return this.#changes.take();
  }

  /** Adds a room of a process before. Nothing is due yet: polling starts with collections of all rooms. */
  restore({ room, wasSelected }: RestoredRoom): void {
    this.#rooms.set(room.id, room);
    this.#update(room, () => (room.isSelected = wasSelected));
    this.#changes.take();
  }

  /** Goes on from the counters of a process before. */
  restoreCounters(counters: AppCounters): void {
    this.#sessions.restore(counters);
  }

  /** A listing starts: when it is complete, the rooms that it did not contain are known. */
  startListing(): void {
    this.#listing += 1;
  }

  /** The current listing contains a room. `isFirst` is false if it did before: pages overlap while the list moves. */
  listed(row: ListedRoom, atMs: number): { readonly isFirst: boolean; readonly changes: RoomChanges } {
    const room = this.#rooms.get(row.roomId) ?? this.#add(row.roomId, { isConfigured: false });
    const isFirst = room.lastListing !== this.#listing;
    this.#update(room, () => {
      room.lastListing = this.#listing;
      const life = noticeLife(room, { task: 'room_list', facts: row, atMs });
      if (life === 'new') this.#transition(room, { type: 'recreated' }, atMs);
      this.#transition(room, { type: 'listed', asLive: this.#selection.discover === 'live' }, atMs);
      // The row may be older than the end, so the room is verified.
      if (room.lifecycle.phase === 'ended') this.#changes.addToVerify(room);
      else if (life !== 'previous') store(room, { task: 'room_list', value: row, atMs });
    });
    return { isFirst, changes: this.#changes.take() };
  }

  /** The current listing has ended. If it was the whole list, and is believed, rooms that it did not contain are missing. */
  endListing({ isWhole, unidentifiedRooms, nowMs }: ListingEnd): RoomChanges {
    const missing = [...this.#rooms.values()].filter((room) => room.lastListing !== this.#listing);
    const isBelieved = isWhole && this.#massEnd.listingEnded(this.#rooms.size - missing.length + unidentifiedRooms);
    let spared = unidentifiedRooms;
    for (const room of isBelieved ? missing : []) {
      if (!room.lifecycle.isListed) continue;
      this.#update(room, () => this.#transition(room, { type: 'missed' }, nowMs));
      if (room.isSelected || room.lifecycle.phase !== 'suspected') continue;
      // A room that is not selected exports nothing, so its end needs no proof.
      if (spared > 0) spared -= 1;
      else this.#forget(room);
    }
    if (isWhole) this.#sessions.areRoomsKnown = true;
    this.#reselect();
    return this.#changes.take();
  }

  /** The current listing has failed. Rooms that it discovered and that are not selected are forgotten, to bound the memory. */
  abandonListing(): RoomChanges {
    for (const room of this.#rooms.values()) {
      if (room.firstListing === this.#listing && !room.isSelected && !room.isConfigured) this.#forget(room);
    }
    return this.#changes.take();
  }

  /** Stores what a task has read of a room. If the room has ended, only a response that proves that it exists counts. */
  record<Task extends RoomTaskName>(response: RoomResponse<Task>): RoomChanges {
    const { task, roomId, value, carried, atMs } = response;
    const room = this.#rooms.get(roomId);
    if (room === undefined) return this.#changes.take();
    this.#update(room, () => {
      const life = noticeLife(room, { task, facts: (value ?? {}) as CreationFacts, atMs });
      if (life === 'new') this.#transition(room, { type: 'recreated' }, atMs);
      this.#transition(room, { type: 'responded', task }, atMs);
      // After an end, or after the room has lost its place, nothing may be left for its next life.
      if (!room.isSelected || value === undefined || life === 'previous') return;
      this.#sessions.responded(room, response);
      store(room, { task, value, atMs });
      if (carried !== undefined) room.carried = { ...room.carried, [task]: carried };
    });
    return this.#changes.take();
  }

  /** A task's command says that the room does not exist, or is not a live room. The task's own value is withdrawn at once. */
  deny(denial: RoomDenial): RoomChanges {
    const { task, roomId, reason, nowMs } = denial;
    const room = this.#rooms.get(roomId);
    if (room === undefined) return this.#changes.take();
    this.#update(room, () => {
      room.latest[task] = undefined;
      if (roomTaskOf(task).liveRoomsOnly) room.notLiveAtMs = nowMs;
      this.#transition(room, { ...denial, type: reason, isMassEnd: this.isMassEndSuspected(nowMs) }, nowMs);
    });
    return this.#changes.take();
  }

  /**
   * Removes values older than `freshForMs`, ends past their retention, and suspected rooms of which no value is left. Yields
   * the changes after each slice of rooms, so that other work can go on in between, and returns those of the last slice.
   */
  *removeStale({ now, roomsPerSlice, freshForMs, mayForget }: Expiry): Generator<RoomChanges, RoomChanges> {
    let seen = 0;
    for (const room of this.#rooms.values()) {
      seen += 1;
      if (seen % roomsPerSlice === 0) yield this.#changes.take();
      const nowMs = now();
      const { tasks, end } = staleParts(room, { nowMs, freshForMs, endedRetentionMs: this.#endedRetentionMs });
      if (tasks.length > 0 || end) {
        this.#update(room, () => {
          for (const task of tasks) room.latest[task] = undefined;
          if (end) room.endedAtMs = undefined;
        });
      }
      if (isLost(room) && (room.lifecycle.phase === 'ended' || mayForget(room))) this.#forget(room);
    }
    return this.#changes.take();
  }

  /** Whether many rooms seem to end at once: then an end needs more proof. Unix milliseconds. */
  isMassEndSuspected(nowMs: number): boolean {
    return this.#massEnd.isSuspected({ rooms: this.#selectedCount, nowMs });
  }

  /** Number of rooms that are polled. */
  get selectedCount(): number {
    return this.#selectedCount;
  }

  readonly get = (id: string): Room | undefined => this.#rooms.get(id);

  /** What is counted over all rooms. */
  get counters(): AppCounters {
    return this.#sessions.counters;
  }

  /** Grows with each change of a room. */
  get version(): number {
    return this.#version;
  }

  /** All rooms, polled or not. */
  rooms(): Iterable<Room> {
    return this.#rooms.values();
  }

  counts(): RoomCounts {
    return this.#counter.counts();
  }

  /** The only way in which a room changes: everything that follows from the change is derived here, once. */
  #update(room: StoredRoom, change: () => void): void {
    const wasSelected = room.isSelected;
    this.#version += 1;
    change();
    if (wasSelected && !room.isSelected) {
      clearValues(room);
      this.#changes.addDeselected(room);
    }
    if (!wasSelected && room.isSelected) this.#changes.addDue(room);
    this.#selectedCount += Number(room.isSelected) - Number(wasSelected);
    const isKnown = this.#rooms.get(room.id) === room;
    const { wasExported, isExported } = this.#counter.recount(room, { isKnown });
    if (isExported) this.#listener.published(room);
    else if (wasExported) this.#listener.withdrawn(room.id);
  }

  #add(id: string, { isConfigured }: { readonly isConfigured: boolean }): StoredRoom {
    // A configured room is wanted, whatever the filters say about discovered rooms.
    const isFiltered = !isConfigured && !passesFilters(id, this.#selection);
    const room = newRoom({ id, isConfigured, isFiltered, listing: this.#listing });
    this.#rooms.set(id, room);
    this.#update(room, () => this.#selectIfPlaceIsFree(room));
    return room;
  }

  #setConfigured(room: StoredRoom, isConfigured: boolean): void {
    if (room.isConfigured === isConfigured) return;
    this.#update(room, () => {
      room.isConfigured = isConfigured;
      room.isFiltered = !isConfigured && !passesFilters(room.id, this.#selection);
      if (room.isFiltered) room.isSelected = false;
      else if (room.lifecycle.phase !== 'ended') this.#selectIfPlaceIsFree(room);
    });
  }

  /** A room beyond the limit waits for the end of the listing, when all view counts are known. Call within `#update`. */
  #selectIfPlaceIsFree(room: StoredRoom): void {
    const hasPlace = room.isConfigured || this.#selectedCount < this.#selection.limit;
    if (!room.isFiltered && hasPlace) room.isSelected = true;
  }

  #forget(room: StoredRoom): void {
    this.#update(room, () => {
      room.isSelected = false;
      this.#rooms.delete(room.id);
    });
  }

  #reselect(): void {
    const { selected, deselected } = mostViewedRooms([...this.#rooms.values()], this.#selection.limit);
    // Rooms that lose their place come first, so that the limit holds for the listener at every moment.
    for (const room of deselected) if (room.isSelected) this.#update(room, () => (room.isSelected = false));
    for (const room of selected) if (!room.isSelected) this.#update(room, () => (room.isSelected = true));
  }

  /** Moves the room's lifecycle on. Call within `#update`. */
  #transition(room: StoredRoom, event: LifecycleEvent, nowMs: number): void {
    const selectIfPlaceIsFree = () => this.#selectIfPlaceIsFree(room);
    transition(room, {
      event,
      nowMs,
      sessions: this.#sessions,
      massEnd: this.#massEnd,
      changes: this.#changes,
      selectIfPlaceIsFree,
    });
  }
}
