import type { AudienceHistory } from './audience-history.ts';
import { viewCount } from './latest-values.ts';
import { PendingChanges, type RoomChanges } from './registry-options.ts';
import { clearValues, newRoom, RoomCounter, type RoomCounts, type RoomListener, type StoredRoom } from './room.ts';
import { releaseAudience } from './room-audience.ts';
import { passesFilters, type RoomSelection, selectLargest } from './selection.ts';

interface StoredRoomsOptions {
  readonly selection: RoomSelection;
  readonly listener: RoomListener;
  readonly audiences: AudienceHistory;
}

/** The rooms of a registry, which are changed here only: whatever follows from a change is derived once. */
export class StoredRooms {
  /** What the changes mean for polling. */
  readonly changes = new PendingChanges();
  /** The histories of the rooms' audiences. */
  readonly audiences: AudienceHistory;
  selection: RoomSelection;
  readonly #rooms = new Map<string, StoredRoom>();
  readonly #listener: RoomListener;
  readonly #counter = new RoomCounter();
  #selectedCount = 0;
  #version = 0;

  constructor({ selection, listener, audiences }: StoredRoomsOptions) {
    this.audiences = audiences;
    this.selection = selection;
    this.#listener = listener;
  }

  /** Number of rooms that are polled. */
  get selectedCount(): number {
    return this.#selectedCount;
  }

  /** Grows with each change of a room. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#rooms.size;
  }

  readonly get = (id: string): StoredRoom | undefined => this.#rooms.get(id);

  values(): Iterable<StoredRoom> {
    return this.#rooms.values();
  }

  counts(): RoomCounts {
    return this.#counter.counts();
  }

  /** The only way in which a room changes: everything that follows from the change is derived here, once. */
  update(room: StoredRoom, change: () => void): void {
    const wasSelected = room.isSelected;
    this.#version += 1;
    change();
    if (wasSelected && !room.isSelected) {
      this.clear(room);
      this.changes.addDeselected(room);
    }
    if (!wasSelected && room.isSelected) this.changes.addDue(room);
    this.#selectedCount += Number(room.isSelected) - Number(wasSelected);
    const isKnown = this.#rooms.get(room.id) === room;
    const { wasExported, isExported } = this.#counter.recount(room, { isKnown });
    if (isExported) this.#listener.published(room);
    else if (wasExported) this.#listener.withdrawn(room.id);
  }

  /** Withdraws everything that is known of a room's current life. Call within `update`. */
  clear(room: StoredRoom): void {
    clearValues(room);
    releaseAudience(room, this.audiences);
  }

  /** Adds a room of which nothing is known. `listing`: the number of the present listing. */
  add(id: string, { isConfigured, listing }: { readonly isConfigured: boolean; readonly listing: number }): StoredRoom {
    // A configured room is wanted, whatever the filters say about discovered rooms.
    const isFiltered = !isConfigured && !passesFilters(id, this.selection);
    const room = newRoom({ id, isConfigured, isFiltered, listing });
    this.#rooms.set(id, room);
    this.update(room, () => this.selectIfPlaceIsFree(room));
    return room;
  }

  /** Adds a room of a process before. */
  restore(room: StoredRoom, { isSelected }: { readonly isSelected: boolean }): void {
    this.#rooms.set(room.id, room);
    this.update(room, () => (room.isSelected = isSelected));
  }

  setFiltered(room: StoredRoom, isFiltered: boolean): void {
    this.update(room, () => {
      room.isFiltered = isFiltered;
      if (isFiltered) room.isSelected = false;
    });
  }

  setConfigured(room: StoredRoom, isConfigured: boolean): void {
    if (room.isConfigured === isConfigured) return;
    this.update(room, () => {
      room.isConfigured = isConfigured;
      room.isFiltered = !isConfigured && !passesFilters(room.id, this.selection);
      if (room.isFiltered) room.isSelected = false;
      else if (room.lifecycle.phase !== 'ended') this.selectIfPlaceIsFree(room);
    });
  }

  /** A room beyond the limit waits for the end of the listing, when all view counts are known. Call within `update`. */
  selectIfPlaceIsFree(room: StoredRoom): void {
    const hasPlace = room.isConfigured || this.#selectedCount < this.selection.limit;
    if (!room.isFiltered && hasPlace) room.isSelected = true;
  }

  forget(room: StoredRoom): void {
    this.update(room, () => {
      room.isSelected = false;
      this.#rooms.delete(room.id);
    });
  }

  /**
   * Gives the places to the most viewed rooms. Configured rooms are always exported, and take places too. Rooms that lose their
   * place come first, so that the limit holds for the listener at every moment.
   */
  *reselect(): Generator<RoomChanges> {
    const candidates: { readonly room: StoredRoom; readonly isSelected: boolean; readonly size: number }[] = [];
    let places = this.selection.limit;
    for (const room of this.#rooms.values()) {
      const { isConfigured, isFiltered, isSelected, lifecycle } = room;
      if (isConfigured) places -= 1;
      else if (!isFiltered && lifecycle.phase !== 'ended') {
        candidates.push({ room, isSelected, size: viewCount(room) ?? 0 });
      }
      yield this.changes.take();
    }
    const chosen = candidates.length <= places ? undefined : selectLargest(candidates, places);
    for (const candidate of chosen === undefined ? [] : candidates) {
      const { room } = candidate;
      const losesPlace = room.isSelected && chosen?.has(candidate) === false;
      if (losesPlace) this.update(room, () => (room.isSelected = false));
      yield this.changes.take();
    }
    for (const candidate of candidates) {
      const { room } = candidate;
      // It may have ended since the candidates were compared.
      const isWaiting = !room.isSelected && room.lifecycle.phase !== 'ended';
      if (isWaiting && chosen?.has(candidate) !== false) this.update(room, () => this.selectIfPlaceIsFree(room));
      yield this.changes.take();
    }
  }
}
