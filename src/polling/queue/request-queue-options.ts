import type { Clock } from '../../platform/clock.ts';
import type { CommandName } from '../../tencent/command.ts';
import type { CallFailure } from '../../tencent/failures.ts';
import type { Collection } from '../collections/collections.ts';
import type { PollingObserver } from '../observer.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import type { OutageChange } from './outage-breaker.ts';
import type { Job } from './queue-entry.ts';

/** The part of a rate that may be used now, both in calls per second. With replicas, an app's rate may be shared for a while. */
export type AllowedRate = (ratePerSecond: number) => number;

/** What a reload may change. */
export interface RequestQueueLimits {
  readonly ratePerSecond: number;
  /** Calls in flight, at most. */
  readonly concurrency: number;
  /** Further tries of a failed call, at most. */
  readonly retries: number;
  /** Calls that a job usually takes. */
  readonly callsPerJob: number;
  /** No room waits longer than this from call to call, if the quota permits. */
  readonly maxAgeMs: number;
}

export interface RequestQueueOptions extends RequestQueueLimits {
  readonly sdkAppId: number;
  readonly command: CommandName;
  /** How long the server caches a response: calling sooner returns the same data. 0 if it does not cache. */
  readonly cacheAgeMs: number;
  /** Makes the job of a key, when its first call may be made. */
  readonly startJob: (key: string) => Job;
  /** What a room counts if rooms compete for calls: its audience. */
  readonly weightOf: (key: string) => number;
  /** Of the app. */
  readonly circuitBreaker: CircuitBreaker;
  /** How much of a rate may be used now, in calls per second; 0 for no call. It is asked before each call. */
  readonly allowedRate: AllowedRate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: PollingObserver;
  readonly events: RequestQueueEvents;
}

/** What a queue cannot decide alone, because it concerns the other queues of its app. */
interface RequestQueueEvents {
  callEnded(call: CallEnd): void;
  /** The API refuses the app itself, and so all of its calls. */
  appRefused(failure: CallFailure): void;
  /** The server counts too many calls of the app as a whole. */
  appTooFast(): void;
}

export interface CallEnd {
  readonly key: string;
  /** Undefined if the call succeeded. */
  readonly failure: CallFailure | undefined;
  /** Whether this was the one call of the app's half-open circuit breaker. */
  readonly isTrial: boolean;
  /** What it changes for the command; undefined if nothing. */
  readonly outage: OutageChange | undefined;
}

export interface EnqueueOptions {
  /** Before all entries that are not urgent; once more if the job is running. Default: false. */
  readonly urgent?: boolean;
  /** Is notified exactly once, when the job ends. */
  readonly collection?: Collection | undefined;
}
