import type { AppConfig } from '../config/config.ts';
import type { ScheduleMisfit } from '../polling/collections/schedule-fit.ts';
import type { AppCounters } from '../rooms/session.ts';
import type { TaskName } from '../tasks/tasks.ts';
import type { CommandName } from '../tencent/command.ts';
import type { CallFailure } from '../tencent/failures.ts';

export const dropReasons = ['limit', 'filter', 'series'] as const;
type DropReason = (typeof dropReasons)[number];

/** The current state of one app, which metrics and the status page read. */
export interface AppStatus {
  readonly sdkAppId: number;
  readonly name: string;
  readonly region: AppConfig['region'];
  /** Whether the last room_list and online_members collections succeeded and the API accepts the app; undefined until both have ended once. */
  readonly up: boolean | undefined;
  /** Why the API refuses the app; undefined unless it does. */
  readonly refusal: AppRefusal | undefined;
  /** Known rooms that have not ended; undefined until the first listing has succeeded and each room file could be read once. */
  readonly knownRooms: number | undefined;
  /** How far the first listing is; undefined once a listing has read the whole list, or if there is no list. */
  readonly firstListing: ListingProgress | undefined;
  /** Known rooms that have not ended and are not exported, by reason; rooms beyond the series limit are not included. */
  readonly droppedRooms: Readonly<Record<Exclude<DropReason, 'series'>, number>>;
  /** What is counted over all rooms. */
  readonly counters: AppCounters;
  /** Whether very many rooms seem to end at once: then the responses may be wrong. */
  readonly massEndSuspected: boolean;
  /** The files of `rooms.files`, and patterns that match no file. */
  readonly roomFiles: readonly RoomFileStatus[];
  readonly queues: readonly QueueStatus[];
  readonly tasks: readonly TaskStatus[];
  /** Tasks that need more calls than they may make. */
  readonly scheduleMisfits: readonly ScheduleMisfit[];
  /** Unix seconds; undefined until there is a UserSig. */
  readonly userSigExpirySeconds: number | undefined;
}

export interface AppRefusal extends Pick<CallFailure, 'command' | 'reason' | 'code' | 'requestId'> {
  /** What was found and what to do, in words. It names no account. */
  readonly text: string;
}

export interface ListingProgress {
  /** Rooms that are known so far. */
  readonly rooms: number;
  /** Pages that have been read; 0 while the listing waits. */
  readonly pages: number;
  readonly runningSeconds: number;
}

export interface RoomFileStatus {
  /** Absolute. */
  readonly path: string;
  /** Whether it cannot be read or is invalid at present. */
  readonly failed: boolean;
}

/** The request queue and the rate limit of one command. */
export interface QueueStatus {
  readonly command: CommandName;
  readonly inFlight: number;
  readonly queueLength: number;
  /** How long the first room in the queue has waited; 0 if the queue is empty. */
  readonly queueOldestSeconds: number;
  /** The current rate limit, in calls per second. */
  readonly rateLimit: number;
}

/** Since the start of the process. */
interface FirstRoundStatus {
  /** The share of the known rooms that were called at least once; undefined without rooms. */
  readonly progress: number | undefined;
  /** About how long the others take, as far as they are known. */
  readonly remainingSeconds: number;
}

export interface TaskStatus {
  readonly task: TaskName;
  /** Seconds between the next two triggers. */
  readonly intervalSeconds: number;
  /** False if the command is not available in the app's plan or region. */
  readonly available: boolean;
  /** How far the first calls of all rooms are; undefined for the room list, and for a command that is not available. */
  readonly firstRound?: FirstRoundStatus | undefined;
}
