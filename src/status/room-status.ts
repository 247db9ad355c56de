import type { Clock } from '../platform/clock.ts';
import { Highest } from '../platform/highest.ts';
import { identifyingFact, memberCount, onlineMembers, viewCount } from '../rooms/latest-values.ts';
import type { Room } from '../rooms/room.ts';
import { createdAtSeconds } from '../rooms/session.ts';
import { viewerSeconds } from '../rooms/watch-time.ts';
import type { Audiences, RoomOfApp, SampledAudiences } from './audience-samples.ts';
import type { LastKnownRoom, RoomMemory } from './room-memory.ts';

export interface RoomRef {
  readonly sdkAppId: number;
  readonly roomId: string;
}

/** What is known of one room. What is not known is undefined; times are of the wall clock. */
export interface RoomStatus extends RoomRef {
  readonly roomName: string | undefined;
  readonly online: KnownAudience | undefined;
  readonly members: number | undefined;
  readonly views: number | undefined;
  /** Of the largest rooms, while their audience is not known. */
  readonly lastKnown: LastKnownRoom | undefined;
  /** How far the audience is from that of 10 minutes ago. */
  readonly change: number | undefined;
  /** Of the last hour. */
  readonly audiences: Audiences;
  readonly peak: number | undefined;
  /** The mean audience while it was known. */
  readonly average: number | undefined;
  readonly viewerSeconds: number | undefined;
  /** Unix seconds. */
  readonly createdAtSeconds: number | undefined;
}

export interface KnownAudience {
  readonly value: number;
  /** When it was read, in Unix milliseconds. */
  readonly atMs: number;
  /** False for the last known value of a room whose audience is not known at present. */
  readonly isCurrent: boolean;
}

export const roomSorts = ['online_members', 'view_count', 'gain', 'loss'] as const;

/** By audience or views, or by how much the audience has grown or shrunk in 10 minutes: then only rooms that have. */
export type RoomSort = (typeof roomSorts)[number];

export interface RoomQuery {
  /** A part of the room's id or name, in upper or lower case. Empty: all rooms. */
  readonly search: string;
  readonly sort: RoomSort;
  readonly limit: number;
}

interface FoundRooms {
  /** How many rooms there are, of which `rooms` are the first. */
  readonly matches: number;
  readonly rooms: readonly RoomStatus[];
}

/** The rooms of all apps, and what is remembered of them. */
export interface RoomSources {
  /** Exported and alive. */
  readonly rooms: () => Iterable<RoomOfApp>;
  /** Any known room. */
  readonly room: (ref: RoomRef) => Room | undefined;
  readonly memory: Pick<RoomMemory, 'lastKnown' | 'samples' | 'endedRooms'>;
  readonly clock: Pick<Clock, 'steady' | 'toWallMs'>;
}

/** Looks up rooms at one moment. */
export class RoomLookup {
  readonly #sources: RoomSources;
  readonly #samples: SampledAudiences;

  constructor(sources: RoomSources) {
    this.#sources = sources;
    this.#samples = sources.memory.samples();
  }

  find({ search, sort, limit }: RoomQuery): FoundRooms {
    const wanted = search.toLowerCase();
    const found = new Highest<RoomOfApp>(limit);
    let matches = 0;
    for (const room of this.#sortable(sort)) {
      if (wanted !== '' && !this.#isMatch(room, wanted)) continue;
      matches += 1;
      found.add(room, this.#score(room, sort));
    }
    return { matches, rooms: found.items().map(({ item }) => this.#status(item)) };
  }

  /** Undefined if no such room is known. */
  status({ sdkAppId, roomId }: RoomRef): RoomStatus | undefined {
    const room = this.#sources.room({ sdkAppId, roomId });
    return room && this.#status({ sdkAppId, room });
  }

  /** Of the last hour. */
  audiences(ref: RoomRef): Audiences {
    return this.#samples.of(ref) ?? [];
  }

  /** Rooms without a known change cannot be sorted by it. */
  #sortable(sort: RoomSort): Iterable<RoomOfApp> {
    if (sort !== 'gain' && sort !== 'loss') return this.#sources.rooms();
    return this.#samples.rooms().flatMap((ref) => {
      const room = this.#sources.room(ref);
      if (room === undefined || !room.isSelected) return [];
      const entry = { sdkAppId: ref.sdkAppId, room };
      return this.#score(entry, sort) > 0 ? [entry] : [];
    });
  }

  #isMatch(entry: RoomOfApp, wanted: string): boolean {
    return [entry.room.id, this.#name(entry)].some((text) => text?.toLowerCase().includes(wanted) ?? false);
  }

  #name(entry: RoomOfApp): string | undefined {
    return identifyingFact(entry.room.latest, ({ roomName }) => roomName) ?? this.#lastKnown(entry)?.roomName;
  }

  #lastKnown({ sdkAppId, room }: RoomOfApp): LastKnownRoom | undefined {
    if (onlineMembers(room.latest) !== undefined) return undefined;
    return this.#sources.memory.lastKnown(sdkAppId)?.rooms.get(room.id);
  }

  #score(entry: RoomOfApp, sort: RoomSort): number {
    switch (sort) {
      case 'online_members':
        return onlineMembers(entry.room.latest)?.value ?? this.#lastKnown(entry)?.onlineMembers ?? byViews(entry);
      case 'view_count':
        return viewCount(entry.room) ?? -1;
      case 'gain':
        return this.#change(entry) ?? 0;
      case 'loss':
        return -(this.#change(entry) ?? 0);
    }
  }

  #change({ sdkAppId, room }: RoomOfApp): number | undefined {
    const current = onlineMembers(room.latest)?.value;
    const before = this.#samples.before({ sdkAppId, roomId: room.id });
    return current === undefined || before === undefined ? undefined : current - before;
  }

  #online(entry: RoomOfApp): KnownAudience | undefined {
    const { clock } = this.#sources;
    const current = onlineMembers(entry.room.latest);
    if (current !== undefined) return { ...current, atMs: clock.toWallMs(current.atMs), isCurrent: true };
    const last = this.#lastKnown(entry);
    return last && { value: last.onlineMembers, atMs: clock.toWallMs(last.atMs), isCurrent: false };
  }

  #status(entry: RoomOfApp): RoomStatus {
    const { sdkAppId, room } = entry;
    const watched = viewerSeconds(room);
    const { observedSeconds = 0 } = room;
    return {
      sdkAppId,
      roomId: room.id,
      roomName: this.#name(entry),
      online: this.#online(entry),
      members: memberCount(room.latest),
      views: room.endedAtMs === undefined ? viewCount(room) : room.mostViews,
      lastKnown: this.#lastKnown(entry),
      change: this.#change(entry),
      audiences: this.audiences({ sdkAppId, roomId: room.id }),
      peak: room.peakOnlineMembers,
      average: watched === undefined || observedSeconds === 0 ? undefined : watched / observedSeconds,
      viewerSeconds: watched,
      createdAtSeconds: createdAtSeconds(room),
    };
  }
}

/** Rooms without a known audience come after all others, the most viewed first: below 0, and from -1. */
function byViews({ room }: RoomOfApp): number {
  const views = viewCount(room) ?? 0;
  return views / (1 + views) - 1;
}
