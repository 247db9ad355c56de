import type { TaskName } from '../rooms/room.ts';
import type { CommandName } from '../tencent/command-names.ts';

export const dropReasons = ['limit', 'filter', 'series'] as const;
export type DropReason = (typeof dropReasons)[number];

/** What the exposition reads of one app, at each scrape. */
export interface AppState {
  readonly sdkAppId: number;
  readonly name: string;
  readonly region: string;
  /** Whether the last room_list and online_members collections succeeded; undefined before the first of each ended. */
  readonly up: boolean | undefined;
  /** Rooms known and alive; undefined until the first walk has succeeded. */
  readonly knownRooms: number | undefined;
  /** Rooms known and alive that are not to be exported, by reason; those beyond the limit of series are not among them. */
  readonly droppedRooms: Readonly<Record<Exclude<DropReason, 'series'>, number>>;
  readonly queues: readonly QueueState[];
  readonly tasks: readonly TaskState[];
  /** Unix seconds; undefined while there is no signature. */
  readonly userSigExpirySeconds: number | undefined;
}

/** The queue and the pace of one command. */
export interface QueueState {
  readonly command: CommandName;
  readonly inFlight: number;
  readonly queueLength: number;
  /** How long the oldest room in the queue has waited; 0 where none waits. */
  readonly queueOldestSeconds: number;
  /** Pace at present, in calls per second. */
  readonly rateLimit: number;
}

export interface TaskState {
  readonly task: TaskName;
  /** Seconds between the next two firings. */
  readonly intervalSeconds: number;
  /** False where the app's plan or region lacks the command. */
  readonly available: boolean;
}
