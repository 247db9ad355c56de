import type { AppCounters } from '../rooms/session.ts';
import type { TaskName } from '../tasks/tasks.ts';
import type { CommandName } from '../tencent/command.ts';

export const dropReasons = ['limit', 'filter', 'series'] as const;
type DropReason = (typeof dropReasons)[number];

/** The current state of one app, which metrics and the status page read. */
export interface AppStatus {
  readonly sdkAppId: number;
  readonly name: string;
  readonly region: string;
  /** Whether the last room_list and online_members collections succeeded and the API accepts the app; undefined until both have ended once. */
  readonly up: boolean | undefined;
  /** Why the API refuses the app, and what to do, in words; undefined unless it does. */
  readonly refusal: string | undefined;
  /** Known rooms that have not ended; undefined until the first listing has succeeded and each room file could be read once. */
  readonly knownRooms: number | undefined;
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
  /** Unix seconds; undefined until there is a UserSig. */
  readonly userSigExpirySeconds: number | undefined;
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

export interface TaskStatus {
  readonly task: TaskName;
  /** Seconds between the next two triggers. */
  readonly intervalSeconds: number;
  /** False if the command is not available in the app's plan or region. */
  readonly available: boolean;
}
