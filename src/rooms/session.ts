import type { RoomTaskName, TaskName, TaskValues } from '../tasks/tasks.ts';
import type { RoomStats } from '../tencent/commands/get-room-stats.ts';
import type { RoomStatistic } from '../tencent/webhooks/event.ts';
import { identifyingFact } from './latest-values.ts';
import type { LifecycleEvent } from './lifecycle.ts';
import type { RoomResponse } from './registry-options.ts';
import type { CreationState } from './recreation.ts';
import type { Room, StoredRoom } from './room.ts';
import { countWatchTime, noWatchTime, viewerSeconds, type WatchTime } from './watch-time.ts';
import { noWebhookFacts } from './webhook-facts.ts';

/** One life of a room, from its creation to its end. What is not known is undefined. */
export interface Session extends Pick<WatchTime, 'observedSeconds' | 'peakOnlineMembers' | 'peakAtSeconds'> {
  readonly roomId: string;
  readonly roomName: string | undefined;
  readonly ownerAccount: string | undefined;
  /** Unix seconds of the creation. */
  readonly createdAtSeconds: number | undefined;
  /** Unix milliseconds at which the end was found. */
  readonly endedAtMs: number;
  /** The task's command said that the room does not exist any more, or showed that it was created again. */
  readonly found: { readonly task: TaskName; readonly reason: 'gone' | 'created again' };
  readonly viewerSeconds: number | undefined;
  readonly views: number | undefined;
  /** The totals of the room statistics, if the task room_stats has read them. */
  readonly stats: RoomStats | undefined;
  /** The totals at the end, if a webhook has reported them. */
  readonly finalStatistic: RoomStatistic | undefined;
}

/** What is counted over all rooms of an app, and goes on when rooms end. */
export interface AppCounters {
  readonly viewerSeconds: number;
  readonly roomsStarted: number;
  readonly roomsEnded: number;
}

export const noAppCounters: AppCounters = { viewerSeconds: 0, roomsStarted: 0, roomsEnded: 0 };

/** Counts the watch time in an app's rooms, the rooms that start, and those that end; reports each session that has ended. */
export class Sessions {
  readonly #onEnd: (session: Session) => void;
  #counters: { -readonly [Key in keyof AppCounters]: AppCounters[Key] } = { ...noAppCounters };

  /** Whether all rooms are known, so that a room that is listed for the first time has started. */
  areRoomsKnown = false;

  constructor(onEnd: (session: Session) => void) {
    this.#onEnd = onEnd;
  }

  get counters(): AppCounters {
    return this.#counters;
  }

  /** Goes on from the counters of a process before, which knew all rooms. */
  restore(counters: AppCounters): void {
    this.#counters = { ...counters };
    this.areRoomsKnown = true;
  }

  /** Counts a response about an exported room. Call it before the response is stored. */
  responded<Task extends RoomTaskName>(room: StoredRoom, { task, value, atMs, freshForMs }: RoomResponse<Task>): void {
    if (task !== 'online_members' || value === undefined) return;
    const { onlineMembers } = value as TaskValues['online_members'];
    this.#counters.viewerSeconds += countWatchTime(room, { onlineMembers, atMs, freshForMs });
  }

  /** A listing contains a room for the first time. */
  discovered({ isSelected, isConfigured }: Room): void {
    // A configured room may have started long ago, and be public only now.
    if (this.areRoomsKnown && isSelected && !isConfigured) this.#counters.roomsStarted += 1;
  }

  /** A life of an exported room has ended. Call it before the values of the room are cleared. */
  ended(room: StoredRoom, event: LifecycleEvent, atMs: number): void {
    this.#counters.roomsEnded += 1;
    this.#onEnd(sessionOf(room, event, atMs));
  }

  /** Another life of a room begins. */
  began(room: StoredRoom): void {
    Object.assign(room, noWatchTime, noWebhookFacts, { mostViews: undefined });
    if (room.isSelected) this.#counters.roomsStarted += 1;
  }
}

function sessionOf(room: StoredRoom, event: LifecycleEvent, atMs: number): Session {
  const { id, latest, mostViews, carried, observedSeconds, peakOnlineMembers, peakAtSeconds } = room;
  const isRecreated = event.type === 'recreated';
  return {
    roomId: id,
    roomName: identifyingFact(latest, (facts) => facts.roomName),
    ownerAccount: identifyingFact(latest, (facts) => facts.ownerAccount),
    // A room that was created again has its new creation time already.
    createdAtSeconds:
      identifyingFact(latest, (facts) => facts.createTimeSeconds) ?? (isRecreated ? undefined : createdAtSeconds(room)),
    endedAtMs: atMs,
    found:
      event.type === 'gone'
        ? { task: event.task, reason: 'gone' }
        : { task: room.recreatedBy ?? 'room_list', reason: 'created again' },
    viewerSeconds: viewerSeconds(room),
    observedSeconds,
    peakOnlineMembers,
    peakAtSeconds,
    views: mostViews,
    stats: carried?.room_stats as RoomStats | undefined,
    finalStatistic: room.reportedEnd?.statistic,
  };
}

/** Unix seconds of the creation of a room, also after its end. */
export function createdAtSeconds({ listedCreateTime, infoCreateTime }: Partial<CreationState>): number | undefined {
  return listedCreateTime ?? infoCreateTime;
}

/** Seconds from the creation of a room to the moment at which its end was found. */
export function sessionDurationSeconds(
  createdAt: number | undefined,
  endedAtMs: number | undefined,
): number | undefined {
  if (createdAt === undefined || endedAtMs === undefined) return undefined;
  const seconds = (endedAtMs - createdAt * 1000) / 1000;
  // The clocks of Tencent and of this machine may differ.
  return seconds > 0 ? seconds : undefined;
}
