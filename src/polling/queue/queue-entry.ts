import type { CallFailure } from '../../tencent/failures.ts';
import type { Collection } from '../collections/collections.ts';

/** What a request queue does for one key: one call, or several if the response comes in pages. */
export interface Job {
  /** Makes the next call and handles its response. Says whether another call must follow. Throws a CallFailure. */
  next(): Promise<'more' | 'done'>;
  /** The job has ended without its result. */
  failed(failure: CallFailure): void;
}

/**
 * - `idle`: nothing to do.
 * - `asleep`: enqueued, but the server still caches its last response.
 * - `ready`: waits for its call.
 * - `calling`: its call is in flight.
 * - `backing off`: waits until its failed call is tried again.
 */
type EntryState = 'idle' | 'asleep' | 'ready' | 'calling' | 'backing off';

/** A job that has made its first call. */
export interface RunningJob {
  readonly job: Job;
  /** Tries of the current call, and how many of them failed because the UserSig had expired. */
  tries: number;
  expired: number;
  /** Whether the key was enqueued as urgent during a call: then another job follows at once. */
  isRepeated: boolean;
  /** Whether the key was removed meanwhile, and not enqueued again: then it is forgotten when the job ends. */
  isForgotten: boolean;
}

/**
 * A room in a request queue, from the first time it is enqueued until it is forgotten. There are very many, so times are
 * whole milliseconds: V8 stores small integers without an allocation.
 */
export class QueueEntry {
  readonly key: string;
  state: EntryState = 'idle';
  running: RunningJob | undefined = undefined;
  /** Is notified when the job ends. */
  collection: Collection | undefined = undefined;

  // The rest decides the order of the calls: see PollQueue.
  /** When the last call started; undefined before the first. */
  calledAtMs: number | undefined = undefined;
  /** Since when the entry has waited for the current call. */
  waitingSinceMs = 0;
  /** When it is woken up. */
  wakeAtMs = 0;
  /** When it must be called whatever its weight. */
  deadlineMs = 0;
  /** Virtual time of the last call. */
  lastPass: number;
  /** Its weight when it was enqueued. */
  weight = 0;
  /** Its position among the urgent entries, below 0; undefined if it is not urgent. */
  urgency: number | undefined = undefined;

  constructor(key: string, virtualTime: number) {
    this.key = key;
    this.lastPass = virtualTime;
  }

  /** Virtual time of the next call; below 0 if that is urgent. Computed, since storing it would take 24 bytes an entry. */
  get nextPass(): number {
    return this.urgency ?? this.lastPass + stride(this.weight);
  }
}

/** The virtual time between two calls of an entry: the larger its weight, the shorter. */
export function stride(weight: number): number {
  return 1 / Math.sqrt(Math.max(1, weight));
}

/** A job whose first call starts now. */
export function newRunningJob(job: Job): RunningJob {
  return { job, tries: 0, expired: 0, isRepeated: false, isForgotten: false };
}

/** Whether an entry waits, awake or asleep. */
export function isQueued({ state }: QueueEntry): boolean {
  return state === 'asleep' || state === 'ready';
}
