import { type TaskName, taskNames, type TaskValues } from '../tasks/tasks.ts';
import { type LatestValues, noValues, storeValue, type StoredValues } from './latest-values.ts';
import { type Lifecycle, newLifecycle } from './lifecycle.ts';
import type { CreationState } from './recreation.ts';
import type { RoomAudience } from './room-audience.ts';
import type { WatchTime } from './watch-time.ts';
import type { WebhookFacts } from './webhook-facts.ts';

/** What is exported of a room. */
export interface RoomView
  extends Partial<WatchTime>, Partial<CreationState>, Partial<WebhookFacts>, Partial<RoomAudience> {
  readonly id: string;
  readonly latest: LatestValues;
  /** The largest view count in this life of the room. Default: that of the latest values. */
  readonly mostViews?: number | undefined;
  /** Unix milliseconds at which the room was found to have ended; undefined while it is alive. */
  readonly endedAtMs?: number | undefined;
}

/** Is notified when an exported room of an app changes. */
export interface RoomListener {
  /** A room is exported from now on, or its values or its end have changed. The registry keeps and changes the view. */
  published(room: RoomView): void;
  /** A room is no longer exported. */
  withdrawn(id: string): void;
}

/** A room as the registry shows it to the rest of the program. */
export interface Room extends RoomView {
  readonly lifecycle: Lifecycle;
  /** Named in the configuration or in one of its files. */
  readonly isConfigured: boolean;
  /** Excluded by `include` or `exclude`. */
  readonly isFiltered: boolean;
  /** Polled and exported: passes the filters and the limit. */
  readonly isSelected: boolean;
  /** Unix milliseconds at which one of Live's commands last said that this is not a live room. */
  readonly notLiveAtMs: number | undefined;
  /** What tasks keep from one read to the next, within one life of the room; undefined while there is nothing. */
  readonly carried: Readonly<Partial<Record<TaskName, unknown>>> | undefined;
}

/** A room that only the registry may change. */
export type StoredRoom = { -readonly [key in Exclude<keyof Room, 'id' | 'latest'>]: Room[key] } & {
  -readonly [key in keyof CreationState]: CreationState[key];
} & {
  -readonly [key in keyof WatchTime]: WatchTime[key];
} & {
  -readonly [key in keyof RoomAudience]: RoomAudience[key];
} & {
  -readonly [key in keyof WebhookFacts]: WebhookFacts[key];
} & {
  readonly id: string;
  readonly latest: StoredValues & LatestValues;
  /** Whether anything has proved that the room exists or existed; otherwise its end is not exported. */
  isProven: boolean;
  /** Number of the last listing that contained the room, and of the one in which it was discovered. */
  lastListing: number;
  firstListing: number;
  /** As it was counted and notified last. */
  exportState: ExportState;
};

/** A room of which nothing is known. `listing` is the number of the current listing. */
export function newRoom(room: {
  readonly id: string;
  readonly isConfigured: boolean;
  readonly isFiltered: boolean;
  readonly listing: number;
}): StoredRoom {
  const { id, isConfigured, isFiltered, listing } = room;
  return {
    id,
    latest: noValues() as StoredRoom['latest'],
    lifecycle: newLifecycle,
    isConfigured,
    isFiltered,
    isSelected: false,
    endedAtMs: undefined,
    notLiveAtMs: undefined,
    carried: undefined,
    isProven: false,
    listedCreateTime: undefined,
    infoCreateTime: undefined,
    mostViews: undefined,
    recreatedBy: undefined,
    recreatedAtMs: 0,
    twiceViewerSeconds: undefined,
    observedSeconds: undefined,
    peakOnlineMembers: undefined,
    peakAtSeconds: undefined,
    leftOut: undefined,
    audienceSlot: undefined,
    memberChanges: undefined,
    reportedEnd: undefined,
    lastListing: 0,
    firstListing: listing,
    exportState: 'hidden',
  };
}

/** Withdraws everything that is known of a room's current life. */
export function clearValues(room: StoredRoom): void {
  for (const task of taskNames) room.latest[task] = undefined;
  room.carried = undefined;
}

/** Stores what a task has read of the current life of a room. */
export function store<Task extends TaskName>(
  room: StoredRoom,
  latest: { readonly task: Task; readonly value: TaskValues[Task]; readonly atMs: number },
): void {
  storeValue(room.latest, latest);
  const { viewCount: views } = latest.value as { readonly viewCount?: number | undefined };
  if (views !== undefined) room.mostViews = Math.max(room.mostViews ?? 0, views);
}

interface Staleness {
  readonly nowMs: number;
  readonly freshForMs: (task: TaskName, room: Room) => number;
  readonly endedRetentionMs: number;
}

/** What is too old to be exported: the values of these tasks, and maybe the end. */
export function staleParts(
  room: Room,
  { nowMs, freshForMs, endedRetentionMs }: Staleness,
): { readonly tasks: readonly TaskName[]; readonly end: boolean } {
  const tasks = taskNames.filter((task) => nowMs - (room.latest[task]?.atMs ?? nowMs) > freshForMs(task, room));
  return { tasks, end: room.endedAtMs !== undefined && nowMs - room.endedAtMs >= endedRetentionMs };
}

/** Whether nothing of a discovered room is exported, and it may have ended: there is no reason to remember it. */
export function isLost(room: Room): boolean {
  const { phase } = room.lifecycle;
  if (phase === 'alive' || room.isConfigured) return false;
  return phase === 'ended' ? room.endedAtMs === undefined : hasNoValue(room);
}

export function hasNoValue(room: Room): boolean {
  return taskNames.every((task) => room.latest[task] === undefined);
}

/** Alive and exported; excluded by a filter or by the limit; an end that is exported; or neither exported nor counted. */
type ExportState = 'exported' | 'filtered' | 'over limit' | 'ended' | 'hidden';

export function exportStateOf(room: {
  readonly lifecycle: Lifecycle;
  readonly endedAtMs?: number | undefined;
  readonly isSelected: boolean;
  readonly isFiltered: boolean;
}): ExportState {
  if (room.lifecycle.phase === 'ended') return room.endedAtMs === undefined ? 'hidden' : 'ended';
  if (room.isSelected) return 'exported';
  return room.isFiltered ? 'filtered' : 'over limit';
}

export function isExported(state: ExportState): boolean {
  return state === 'exported' || state === 'ended';
}

/** How many rooms are alive, and why some of them are not exported. */
export interface RoomCounts {
  readonly alive: number;
  readonly exported: number;
  readonly filtered: number;
  readonly overLimit: number;
}

/** Counts rooms as their states change, so that no scrape has to iterate over all rooms. */
export class RoomCounter {
  readonly #rooms: Record<ExportState, number> = { exported: 0, filtered: 0, 'over limit': 0, ended: 0, hidden: 0 };

  /** Counts a room that may have changed. `isKnown` is false for a room that was forgotten. */
  recount(
    room: StoredRoom,
    { isKnown }: { readonly isKnown: boolean },
  ): { readonly wasExported: boolean; readonly isExported: boolean } {
    const before = room.exportState;
    room.exportState = isKnown ? exportStateOf(room) : 'hidden';
    this.#rooms[before] -= 1;
    this.#rooms[room.exportState] += 1;
    return { wasExported: isExported(before), isExported: isExported(room.exportState) };
  }

  counts(): RoomCounts {
    const { exported, filtered, 'over limit': overLimit } = this.#rooms;
    return { alive: exported + filtered + overLimit, exported, filtered, overLimit };
  }
}
