import type { Clock } from '../../platform/clock.ts';
import type { CommandName } from '../../tencent/command-names.ts';
import type { CallFailure } from '../../tencent/failures.ts';
import type { Collection } from '../collections/collection.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { PollingObserver } from '../observer.ts';

/** What a queue does about one room: one call, or several where the answer comes in pages. */
export interface Visit {
  /** Makes the next call, and takes its answer. Says whether another call must follow. */
  step(): Promise<'more' | 'done'>;
  /** The visit has ended without its answer. */
  failed(failure: CallFailure): void;
}

/** What a reload may change of a queue. */
export interface RequestQueueLimits {
  readonly ratePerSecond: number;
  /** Calls in flight, at most. */
  readonly concurrency: number;
  readonly retries: number;
  /** Calls that a visit usually takes. */
  readonly callsPerVisit: number;
  /** No room waits longer than this, quota permitting. */
  readonly maxAgeMs: number;
}

export interface RequestQueueOptions extends RequestQueueLimits {
  readonly sdkAppId: number;
  readonly command: CommandName;
  /** How old the data of an answer may be by itself: asking more often buys nothing. 0 where it is never old. */
  readonly freshnessMs: number;
  /** Begins a visit: called when its first call may be made. */
  readonly begin: (key: string) => Visit;
  /** What a room counts for where rooms compete: its audience. */
  readonly weigh: (key: string) => number;
  readonly gate: CircuitBreaker;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: PollingObserver;
  readonly events: RequestQueueEvents;
}

/** What a queue cannot decide alone, because it concerns the other queues of its app. */
export interface RequestQueueEvents {
  /** A call was answered or failed. */
  callEnded(call: { readonly failure: CallFailure | undefined; readonly isProbe: boolean }): void;
  /** The API refuses the app itself, and so every call of it. */
  appRefused(failure: CallFailure): void;
  /** The server counts too many calls of the app as a whole. */
  appTooFast(): void;
}

export interface DemandOptions {
  readonly urgent?: boolean;
  readonly collection?: Collection;
}
