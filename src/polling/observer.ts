import type { TaskName } from '../tasks/tasks.ts';
import type { CommandName } from '../tencent/command.ts';
import type { Domain } from '../tencent/domains.ts';
import type { FailureReason } from '../tencent/failures.ts';

export interface TaskOfApp {
  readonly sdkAppId: number;
  readonly task: TaskName;
}

export interface CommandOfApp {
  readonly sdkAppId: number;
  readonly command: CommandName;
}

/** Receives the events of polling, from which the exporter's own metrics are computed. */
export interface PollingObserver {
  collectionFinished(event: TaskOfApp & CollectionResult): void;
  /** A trigger came while the collection before was still running. */
  collectionSkipped(event: TaskOfApp): void;
  callFinished(event: CommandOfApp & CallResult): void;
  callRetried(event: CommandOfApp): void;
  /** A response had a value that makes no sense for its field. Once for each response and field. */
  fieldIgnored(event: CommandOfApp & { readonly field: string }): void;
  /** Rooms that still waited when they became due again. */
  roomsDeferred(event: CommandOfApp & { readonly rooms: number }): void;
  /** Time in which rooms were due and the concurrency limit allowed a call, but the rate limiter did not. */
  rateLimitWaited(event: CommandOfApp & { readonly seconds: number }): void;
  /** Calls go to another domain of the API from now on. */
  domainSwitched(event: { readonly sdkAppId: number; readonly to: Domain }): void;
}

interface CallResult {
  readonly durationSeconds: number;
  /** Absent if the API responded with success. */
  readonly failure?: FailureReason;
  /** The API's error code, and the id that Tencent's support asks for; undefined if the response had none. */
  readonly code?: number | undefined;
  readonly requestId?: string | undefined;
}

export interface CollectionResult {
  readonly succeeded: boolean;
  /** Unix milliseconds of the steady clock. */
  readonly finishedAtMs: number;
  readonly durationSeconds: number;
}
