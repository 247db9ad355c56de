import type { TaskName } from '../rooms/room.ts';
import type { CommandName } from '../tencent/command-names.ts';
import type { FailureReason } from '../tencent/failures.ts';

export interface TaskOfApp {
  readonly sdkAppId: number;
  readonly task: TaskName;
}

export interface CommandOfApp {
  readonly sdkAppId: number;
  readonly command: CommandName;
}

/** Told of what polling does, as it does it; the exporter's own metrics listen. */
export interface PollingObserver {
  collectionFinished(event: TaskOfApp & CollectionResult): void;
  /** A firing came while the collection before it was still running. */
  collectionSkipped(event: TaskOfApp): void;
  /** One call reached its end. */
  callFinished(event: CommandOfApp & CallEnd): void;
  callRetried(event: CommandOfApp): void;
  /** Rooms that were still waiting when their schedule fired again. */
  roomsDeferred(event: CommandOfApp & { readonly rooms: number }): void;
  /** Time that the queue spent with rooms due and a free connection, waiting for the quota. */
  rateLimitWaited(event: CommandOfApp & { readonly seconds: number }): void;
}

export interface CallEnd {
  readonly durationSeconds: number;
  /** Absent when the API answered with success. */
  readonly failure?: FailureReason;
  /** The API's error code, and what Tencent's support asks for; absent where the answer had none. */
  readonly code?: number | undefined;
  readonly requestId?: string | undefined;
}

export interface CollectionResult {
  readonly succeeded: boolean;
  /** Unix milliseconds. */
  readonly finishedAtMs: number;
  readonly durationSeconds: number;
}
