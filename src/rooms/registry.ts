import type { RoomsConfig } from '../config/config.ts';
import type { ListedRoom } from '../tencent/responses.ts';
import { passesFilters } from './filters.ts';
import { nextJoins } from './joins.ts';
import { storeLatest } from './latest-values.ts';
import { type LifeEvent, decisiveTask, isLiveTask, nextLife } from './lifecycle.ts';
import type { Expiry, RegistryEvents, RegistryOptions } from './registry-options.ts';
import { clearRoom, isEmpty, type MutableRoom, newRoom, type Room, viewCountOf } from './registry-room.ts';
import { type LatestValues, type RoomTaskName, taskNames } from './room.ts';
import { selectLargest } from './selection.ts';
import { Census, isExported, type RoomCounts, standingOf } from './export-state.ts';

/** Plain groups are asked this rarely whether they have become live rooms. */
const askGroupsAgainMs = 3_600_000;

/** The rooms of one app: what is known of each, since when, and whether it lives. */
export class RoomRegistry {
  readonly #rooms = new Map<string, MutableRoom>();
  readonly #events: RegistryEvents;
  #endedRetentionMs: number;
  #config: RoomsConfig;
  readonly #census = new Census();
  #selectedCount = 0;
  #walk = 0;

  constructor({ config, endedRetentionMs, events }: RegistryOptions) {
    this.#config = config;
    this.#endedRetentionMs = endedRetentionMs;
    this.#events = events;
  }

  /**
   * Takes another config: its filters and its limit hold at once. Where rooms are discovered in another way, those that
   * the config does not name are forgotten.
   */
  configure({ config, endedRetentionMs }: Omit<RegistryOptions, 'events'>): void {
    const discoveryChanges = config.discover !== this.#config.discover;
    this.#config = config;
    this.#endedRetentionMs = endedRetentionMs;
    for (const room of this.#rooms.values()) {
      if (room.isStatic) continue;
      room.filtered = !passesFilters(room.id, config);
      if (discoveryChanges || (room.filtered && room.life.phase === 'ended')) {
        this.#forget(room);
        continue;
      }
      if (room.filtered) this.#deselect(room);
      this.#tell(room);
    }
    this.#reselect();
  }

  /**
   * The rooms that the config and its files name, all of them. One that is no longer named is forgotten, unless the
   * list holds it: then it competes for a place like any other.
   */
  nameRooms(ids: ReadonlySet<string>): void {
    for (const id of ids) {
      const room = this.#rooms.get(id);
      if (room === undefined) this.#add(id, { isStatic: true });
      else this.#setStatic(room, true);
    }
    for (const room of this.#rooms.values()) {
      if (!room.isStatic || ids.has(room.id)) continue;
      this.#setStatic(room, false);
      if (!room.life.listed) this.#forget(room);
    }
  }

  /** A walk over the room list begins: what it meets is compared when it is complete. */
  beginWalk(): void {
    this.#walk += 1;
  }

  /** The walk that began last has met a room. Returns whether for the first time: pages overlap while the list moves. */
  listed(row: ListedRoom, atMs: number): boolean {
    const room = this.#rooms.get(row.roomId) ?? this.#add(row.roomId, { isStatic: false });
    const isFirst = room.walk !== this.#walk;
    room.walk = this.#walk;
    this.#noticeCreateTime(room, row.createTimeSeconds, atMs);
    this.#live(room, { type: 'listed', asLive: this.#config.discover === 'live' }, atMs);
    // The row may be older than the end: the room is asked whether it has returned.
    if (room.life.phase === 'ended') this.#events.doubted(room, decisiveTask(room.life.kind));
    else storeLatest(room.latest, 'room_list', { value: row, atMs });
    this.#tell(room);
    return isFirst;
  }

  /** The walk that began last has come to the end of the list: rooms that it did not meet have been missed. */
  completeWalk(nowMs: number): void {
    for (const room of this.#rooms.values()) {
      if (room.walk === this.#walk || !room.life.listed) continue;
      this.#live(room, { type: 'missed' }, nowMs);
      // A room without a place exports nothing: that it has gone needs no proof.
      if (!room.selected && room.life.phase === 'suspect') this.#forget(room);
    }
    this.#reselect();
  }

  /**
   * The walk that began last has failed. It accuses nobody; but rooms that it was the first to meet, and that have no
   * place, are forgotten, or a list that never ends would fill the memory walk by walk.
   */
  abandonWalk(): void {
    for (const room of this.#rooms.values()) {
      if (room.firstWalk === this.#walk && !room.selected && !room.isStatic) this.#forget(room);
    }
  }

  /** A task's command has answered for a room; the reading is the registry's from here on. Answers for rooms that have ended count only if they prove life. */
  answered<Task extends RoomTaskName>(task: Task, id: string, reading: NonNullable<LatestValues[Task]>): void {
    const room = this.#rooms.get(id);
    if (room === undefined) return;
    if (task === 'room_info') {
      this.#noticeCreateTime(
        room,
        (reading as NonNullable<LatestValues['room_info']>).value.createTimeSeconds,
        reading.atMs,
      );
    }
    this.#live(room, { type: 'answered', task }, reading.atMs);
    if (room.life.phase !== 'ended' && room.selected) storeLatest(room.latest, task, reading);
    this.#tell(room);
  }

  /** A task's command says that the room does not exist. Its own values are withdrawn at once. */
  gone(task: RoomTaskName, id: string, nowMs: number): void {
    this.#deny(task, id, { type: 'gone', task }, nowMs);
  }

  /** One of Live's commands says that the room is none of Live's (100006). */
  notLive(task: RoomTaskName, id: string, nowMs: number): void {
    this.#deny(task, id, { type: 'not a live room' }, nowMs);
  }

  /** Counts the joins that a fresh read of the members shows; the first read of a life counts none. */
  countJoins(id: string, joinTimesSeconds: readonly number[]): number {
    const room = this.#rooms.get(id);
    const joins = nextJoins(room?.joins, joinTimesSeconds);
    if (room !== undefined) room.joins = joins;
    return joins.total;
  }

  /** The rooms that are due when a task's schedule fires. */
  *due(task: RoomTaskName, nowMs: number): Generator<Room> {
    for (const room of this.#rooms.values()) {
      if (!room.selected || room.life.phase === 'ended') continue;
      if (isLiveTask(task) && room.life.kind === 'group' && nowMs - (room.deniedAtMs ?? nowMs) < askGroupsAgainMs)
        continue;
      yield room;
    }
  }

  /** Rooms whose state is in doubt: suspects, and static rooms that have ended and may return. */
  doubtful(): readonly Room[] {
    return [...this.#rooms.values()].filter(
      (room) => (room.selected && room.life.phase === 'suspect') || (room.isStatic && room.life.phase === 'ended'),
    );
  }

  /**
   * Withdraws latest older than `freshForMs` says, ends past their retention, and suspects of which nothing is left.
   * Stops after each slice of rooms, so that other work can go on: it is over when the generator is done.
   */
  *expire({ now, roomsPerSlice, freshForMs }: Expiry): Generator<undefined, void> {
    let seen = 0;
    for (const room of this.#rooms.values()) {
      seen += 1;
      if (seen % roomsPerSlice === 0) yield;
      const nowMs = now();
      for (const task of taskNames) {
        const reading = room.latest[task];
        if (reading !== undefined && nowMs - reading.atMs > freshForMs(task, room)) {
          room.latest[task] = undefined;
          this.#tell(room);
        }
      }
      if (room.endedAtMs !== undefined && nowMs - room.endedAtMs >= this.#endedRetentionMs) {
        room.endedAtMs = undefined;
        this.#tell(room);
      }
      const isLost =
        room.life.phase === 'ended' ? room.endedAtMs === undefined : room.life.phase === 'suspect' && isEmpty(room);
      if (isLost && !room.isStatic) this.#forget(room);
    }
  }

  /** Rooms that are polled. */
  get selectedCount(): number {
    return this.#selectedCount;
  }

  get(id: string): Room | undefined {
    return this.#rooms.get(id);
  }

  /** Rooms that are exported: selected ones that live, and ends within their retention. */
  *exported(): Generator<Room> {
    for (const room of this.#rooms.values()) {
      if (isExported(standingOf(room))) yield room;
    }
  }

  /** How many rooms live, and why some of them are not exported. */
  counts(): RoomCounts {
    return this.#census.counts();
  }

  /** Counts a room that may have changed, and tells what is exported of it now. */
  #tell(room: MutableRoom): void {
    const before = room.standing;
    room.standing = this.#rooms.get(room.id) === room ? standingOf(room) : 'unseen';
    this.#census.move(before, room.standing);
    if (isExported(room.standing)) this.#events.published(room);
    else if (isExported(before)) this.#events.withdrawn(room.id);
  }

  #add(id: string, { isStatic }: { readonly isStatic: boolean }): MutableRoom {
    // A room that the config names is wanted, whatever the filters say of the rooms that are found.
    const filtered = !isStatic && !passesFilters(id, this.#config);
    const room = newRoom({ id, isStatic, filtered, walk: this.#walk });
    this.#rooms.set(id, room);
    this.#selectIfPlaceFree(room);
    this.#tell(room);
    return room;
  }

  #setStatic(room: MutableRoom, isStatic: boolean): void {
    if (room.isStatic === isStatic) return;
    room.isStatic = isStatic;
    room.filtered = !isStatic && !passesFilters(room.id, this.#config);
    if (room.filtered) this.#deselect(room);
    else if (!room.selected && room.life.phase !== 'ended') this.#selectIfPlaceFree(room);
    this.#tell(room);
  }

  /** Beyond the limit a room waits for the end of the walk, when all view counts are known. */
  #selectIfPlaceFree(room: MutableRoom): void {
    if (!room.filtered && (room.isStatic || this.#selectedCount < this.#config.limit)) this.#select(room);
  }

  #select(room: MutableRoom): void {
    room.selected = true;
    this.#selectedCount += 1;
    this.#tell(room);
    this.#events.joined(room);
  }

  #deselect(room: MutableRoom): void {
    if (!room.selected) return;
    room.selected = false;
    this.#selectedCount -= 1;
    clearRoom(room);
    this.#tell(room);
    this.#events.left(room);
  }

  #forget(room: MutableRoom): void {
    this.#deselect(room);
    this.#rooms.delete(room.id);
    this.#tell(room);
  }

  #reselect(): void {
    const statics = [...this.#rooms.values()].filter((room) => room.isStatic).length;
    const candidates = [...this.#rooms.values()]
      .filter((room) => !room.isStatic && !room.filtered && room.life.phase !== 'ended')
      .map((room) => ({ room, selected: room.selected, size: viewCountOf(room) }));
    const chosen = selectLargest(candidates, this.#config.limit - statics);
    for (const candidate of candidates) if (!chosen.has(candidate)) this.#deselect(candidate.room);
    for (const candidate of chosen) if (!candidate.room.selected) this.#select(candidate.room);
  }

  #deny(task: RoomTaskName, id: string, event: LifeEvent, nowMs: number): void {
    const room = this.#rooms.get(id);
    if (room === undefined) return;
    room.latest[task] = undefined;
    if (isLiveTask(task)) room.deniedAtMs = nowMs;
    this.#live(room, event, nowMs);
    this.#tell(room);
  }

  /** Another CreateTime is another room under the same id: nothing of the old one's values is true of it. */
  #noticeCreateTime(room: MutableRoom, createTimeSeconds: number | undefined, nowMs: number): void {
    const before = room.createTimeSeconds;
    if (createTimeSeconds === undefined) return;
    room.createTimeSeconds = createTimeSeconds;
    if (before !== undefined && before !== createTimeSeconds) this.#live(room, { type: 'recreated' }, nowMs);
  }

  #live(room: MutableRoom, event: LifeEvent, nowMs: number): void {
    const before = room.life.phase;
    room.life = nextLife(room.life, event, nowMs);
    const { phase, kind } = room.life;
    if (event.type === 'listed' || event.type === 'answered') room.proven = true;
    if (phase === 'ended' && before !== 'ended') {
      if (room.proven) room.endedAtMs = nowMs;
      this.#deselect(room);
    } else if (phase !== 'ended' && before === 'ended') {
      room.endedAtMs = undefined;
      this.#selectIfPlaceFree(room);
    } else if (event.type === 'recreated') {
      clearRoom(room);
      if (room.selected) this.#events.joined(room);
    } else if (phase === 'suspect' && before === 'alive' && room.selected) {
      this.#events.doubted(room, decisiveTask(kind));
    }
  }
}
