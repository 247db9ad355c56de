import { type RoomTaskName, roomTaskOf } from '../tasks/tasks.ts';
import type { ListedRoom } from '../tencent/commands/get-room-list.ts';
import { AudienceHistory } from './audience-history.ts';
import type { LifecycleEvent } from './lifecycle.ts';
import { MassEnd } from './mass-end.ts';
import { type CreationFacts, noticeLife } from './recreation.ts';
import { continueAudience } from './room-audience.ts';
import {
  type Expiry,
  type ListingEnd,
  type RegistryOptions,
  type ReportedRoom,
  type RoomChanges,
  type RoomDenial,
  type RoomResponse,
  type RoomWork,
} from './registry-options.ts';
import { isLost, type Room, type RoomCounts, staleParts, store, type StoredRoom } from './room.ts';
import type { RestoredRoom } from './saved-room.ts';
import { passesFilters } from './selection.ts';
import { type AppCounters, Sessions } from './session.ts';
import { StoredRooms } from './stored-rooms.ts';
import { transition } from './transition.ts';
import { countMembers, dropDisprovedEnd, releaseMemberChanges, type ReportedEnd } from './webhook-facts.ts';

/** The rooms of one app: the latest values of each and the state of its life. It stores and reports; it never polls. */
export class RoomRegistry {
  readonly #rooms: StoredRooms;
  readonly #sessions: Sessions;
  readonly #massEnd = new MassEnd();
  #endedRetentionMs: number;
  /** Number of the current listing. */
  #listing = 0;

  constructor({ selection, endedRetentionMs, listener, audiences, onSessionEnd = () => {} }: RegistryOptions) {
    this.#rooms = new StoredRooms({ selection, listener, audiences: audiences ?? new AudienceHistory() });
    this.#endedRetentionMs = endedRetentionMs;
    this.#sessions = new Sessions(onSessionEnd);
  }

  /**
   * Applies another configuration: new rooms obey its filters and its limit at once, and known ones as the work goes on. If rooms
   * are now discovered in another way, those that are not configured are forgotten.
   */
  configure({ selection, endedRetentionMs }: Pick<RegistryOptions, 'selection' | 'endedRetentionMs'>): RoomWork {
    const discoveryChanges = selection.discover !== this.#rooms.selection.discover;
    if (discoveryChanges) this.#sessions.areRoomsKnown = false;
    this.#rooms.selection = selection;
    this.#endedRetentionMs = endedRetentionMs;
    return this.#applySelection({ discoveryChanges });
  }

  *#applySelection({ discoveryChanges }: { readonly discoveryChanges: boolean }): Generator<RoomChanges> {
    for (const room of this.#rooms.values()) {
      if (!room.isConfigured) {
        const isFiltered = !passesFilters(room.id, this.#rooms.selection);
        if (discoveryChanges || (isFiltered && room.lifecycle.phase === 'ended')) this.#rooms.forget(room);
        else if (isFiltered !== room.isFiltered) this.#rooms.setFiltered(room, isFiltered);
      }
      yield this.#rooms.changes.take();
    }
    yield* this.#rooms.reselect();
  }

  /** Sets the ids of all configured rooms. One that is no longer configured is forgotten, unless the list contains it. */
  *setConfiguredRooms(ids: ReadonlySet<string>): Generator<RoomChanges> {
    for (const id of ids) {
      const room = this.#rooms.get(id);
      if (room === undefined) this.#rooms.add(id, { isConfigured: true, listing: this.#listing });
      else this.#rooms.setConfigured(room, true);
      yield this.#rooms.changes.take();
    }
    for (const room of this.#rooms.values()) {
      if (room.isConfigured && !ids.has(room.id)) {
        this.#rooms.setConfigured(room, false);
        if (!room.lifecycle.isListed) this.#rooms.forget(room);
      }
      yield this.#rooms.changes.take();
    }
  }

  /** Adds a room of a process before. Nothing is due yet: polling starts with collections of all rooms. */
  restore({ room, wasSelected }: RestoredRoom): void {
    this.#rooms.restore(room, { isSelected: wasSelected });
    this.#rooms.changes.take();
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
    const room =
      this.#rooms.get(row.roomId) ?? this.#rooms.add(row.roomId, { isConfigured: false, listing: this.#listing });
    const isFirst = room.lastListing !== this.#listing;
    this.#rooms.update(room, () => {
      room.lastListing = this.#listing;
      const life = noticeLife(room, { task: 'room_list', facts: row, atMs });
      if (life === 'new') this.#transition(room, { type: 'recreated' }, atMs);
      this.#transition(room, { type: 'listed', asLive: this.#rooms.selection.discover === 'live' }, atMs);
      // The row may be older than the end, so the room is verified.
      if (room.lifecycle.phase === 'ended') this.#rooms.changes.addToVerify(room);
      else if (life !== 'previous') store(room, { task: 'room_list', value: row, atMs });
    });
    return { isFirst, changes: this.#rooms.changes.take() };
  }

  /** The current listing has ended. If it was the whole list, and is believed, rooms that it did not contain are missing. */
  endListing(end: ListingEnd): RoomWork {
    return this.#removeMissing(this.#listing, end);
  }

  *#removeMissing(listing: number, { isWhole, unidentifiedRooms, nowMs }: ListingEnd): Generator<RoomChanges> {
    const missing: StoredRoom[] = [];
    for (const room of this.#rooms.values()) {
      if (room.lastListing < listing) missing.push(room);
      yield this.#rooms.changes.take();
    }
    const isBelieved = isWhole && this.#massEnd.listingEnded(this.#rooms.size - missing.length + unidentifiedRooms);
    let spared = unidentifiedRooms;
    for (const room of isBelieved ? missing : []) {
      yield this.#rooms.changes.take();
      const { phase, isListed } = room.lifecycle;
      // Nothing would ever notice the end of a room that is neither polled nor in the list.
      if (!isListed && !room.isSelected && !room.isConfigured && phase !== 'ended') this.#rooms.forget(room);
      if (!isListed) continue;
      this.#rooms.update(room, () => this.#transition(room, { type: 'missed' }, nowMs));
      if (room.isSelected || room.lifecycle.phase !== 'suspected') continue;
      // A room that is not selected exports nothing, so its end needs no proof.
      if (spared > 0) spared -= 1;
      else this.#rooms.forget(room);
    }
    if (isWhole) this.#sessions.areRoomsKnown = true;
    yield* this.#rooms.reselect();
  }

  /** The current listing has failed. Rooms that it discovered and that are not selected are forgotten, to bound the memory. */
  abandonListing(): RoomWork {
    return this.#forgetUnselected(this.#listing);
  }

  *#forgetUnselected(listing: number): Generator<RoomChanges> {
    for (const room of this.#rooms.values()) {
      if (room.firstListing === listing && !room.isSelected && !room.isConfigured) this.#rooms.forget(room);
      yield this.#rooms.changes.take();
    }
  }

  /** Stores what a task has read of a room. If the room has ended, only a response that proves that it exists counts. */
  record<Task extends RoomTaskName>(response: RoomResponse<Task>): RoomChanges {
    const { task, roomId, value, carried, atMs, askedAtMs = atMs } = response;
    const room = this.#rooms.get(roomId);
    if (room === undefined) return this.#rooms.changes.take();
    this.#rooms.update(room, () => {
      const life = noticeLife(room, { task, facts: (value ?? {}) as CreationFacts, atMs });
      if (life === 'new') this.#transition(room, { type: 'recreated' }, atMs);
      this.#transition(room, { type: 'responded', task }, atMs);
      dropDisprovedEnd(room, { task, askedAtMs });
      // After an end, or after the room has lost its place, nothing may be left for its next life.
      if (!room.isSelected || value === undefined || life === 'previous') return;
      this.#sessions.responded(room, response);
      store(room, { task, value, atMs });
      if (task === 'online_members') continueAudience(room, this.audiences);
      if (carried !== undefined) room.carried = { ...room.carried, [task]: carried };
    });
    return this.#rooms.changes.take();
  }

  /** A task's command says that the room does not exist, or is not a live room. The task's own value is withdrawn at once. */
  deny(denial: RoomDenial): RoomChanges {
    const { task, roomId, reason, nowMs } = denial;
    const room = this.#rooms.get(roomId);
    if (room === undefined) return this.#rooms.changes.take();
    this.#rooms.update(room, () => {
      room.latest[task] = undefined;
      if (roomTaskOf(task).liveRoomsOnly) room.notLiveAtMs = nowMs;
      const isMassEnd = this.isMassEndSuspected(nowMs);
      this.#transition(room, { ...denial, type: reason, isMassEnd, reportedAtMs: room.reportedEnd?.atMs }, nowMs);
    });
    return this.#rooms.changes.take();
  }

  /** Whether a room with this id would be exported if it were discovered now. */
  wouldExport(id: string): boolean {
    const { selection, selectedCount } = this.#rooms;
    return selection.discover !== 'none' && selectedCount < selection.limit && passesFilters(id, selection);
  }

  /** Adds a room that a webhook has named, unless all places are taken: then the next listing decides. */
  discover({ id, isNew }: ReportedRoom): RoomChanges {
    if (this.#rooms.get(id) === undefined && this.wouldExport(id)) {
      const room = this.#rooms.add(id, { isConfigured: false, listing: this.#listing });
      if (isNew) this.#sessions.discovered(room);
      room.isProven = true;
    }
    return this.#rooms.changes.take();
  }

  /** Counts members of a room who came or went, by the events of webhooks. */
  countMembers(id: string, counted: Parameters<typeof countMembers>[1]): void {
    this.#change(id, (room) => countMembers(room, counted));
  }

  /** A webhook reports the end of a room. It changes nothing until a response proves it. */
  endReported(id: string, end: ReportedEnd): void {
    this.#change(id, (room) => {
      const { atMs, statistic } = room.reportedEnd ?? end;
      room.reportedEnd = { atMs, statistic: statistic ?? end.statistic };
    });
  }

  /** Exports the counted members of all rooms that were restored. */
  *releaseMemberChanges(release: Parameters<typeof releaseMemberChanges>[1]): Generator<RoomChanges> {
    for (const room of this.#rooms.values()) {
      if (room.memberChanges?.isHeld === true) this.#rooms.update(room, () => releaseMemberChanges(room, release));
      yield this.#rooms.changes.take();
    }
  }

  /** Removes values older than `freshForMs`, ends past their retention, and suspected rooms of which no value is left. */
  *removeStale({ now, freshForMs, mayForget }: Expiry): Generator<RoomChanges> {
    for (const room of this.#rooms.values()) {
      const nowMs = now();
      const { tasks, end } = staleParts(room, { nowMs, freshForMs, endedRetentionMs: this.#endedRetentionMs });
      if (tasks.length > 0 || end) {
        this.#rooms.update(room, () => {
          for (const task of tasks) room.latest[task] = undefined;
          if (end) room.endedAtMs = undefined;
        });
      }
      if (isLost(room) && (room.lifecycle.phase === 'ended' || mayForget(room))) this.#rooms.forget(room);
      yield this.#rooms.changes.take();
    }
  }

  /** Whether many rooms seem to end at once: then an end needs more proof. Unix milliseconds. */
  isMassEndSuspected(nowMs: number): boolean {
    return this.#massEnd.isSuspected({ rooms: this.selectedCount, nowMs });
  }

  /** Number of rooms that are polled. */
  get selectedCount(): number {
    return this.#rooms.selectedCount;
  }

  readonly get = (id: string): Room | undefined => this.#rooms.get(id);

  /** The histories of the rooms' audiences. */
  get audiences(): AudienceHistory {
    return this.#rooms.audiences;
  }

  /** What is counted over all rooms. */
  get counters(): AppCounters {
    return this.#sessions.counters;
  }

  /** Grows with each change of a room. */
  get version(): number {
    return this.#rooms.version;
  }

  /** All rooms, polled or not. */
  rooms(): Iterable<Room> {
    return this.#rooms.values();
  }

  counts(): RoomCounts {
    return this.#rooms.counts();
  }

  /** Changes a room in a way that concerns only what is exported of it. */
  #change(id: string, change: (room: StoredRoom) => void): void {
    const room = this.#rooms.get(id);
    if (room !== undefined) this.#rooms.update(room, () => change(room));
  }

  /** Moves the room's lifecycle on. Call within `update`. */
  #transition(room: StoredRoom, event: LifecycleEvent, nowMs: number): void {
    transition(room, { event, nowMs, sessions: this.#sessions, massEnd: this.#massEnd, rooms: this.#rooms });
  }
}
