import { type CallFailure, codes } from '../../tencent/failures.ts';

/** The refusal of one room does not mean that the command is unavailable: this many in a row do. */
const refusalsNeeded = 3;

/** A refusal may be a mistake of a moment. The pause doubles with each further one. */
const firstPauseMs = 5000;
const longestPauseMs = 3_600_000;

/**
 * Whether an app's plan and region include a command. A command that refuses room after room is unavailable: its task is paused, and
 * tried again with a single call, after seconds at first and after an hour at last. Times are in milliseconds of a monotonic clock.
 */
export class Availability {
  readonly #refusalsNeeded: number;
  #refusals = 0;
  #pauseMs = firstPauseMs;
  #pausedUntilMs: number | undefined;

  /** `perApp` is true for a command that does not name a room: one refusal is enough. */
  constructor({ perApp }: { readonly perApp: boolean }) {
    this.#refusalsNeeded = perApp ? 1 : refusalsNeeded;
  }

  get isAvailable(): boolean {
    return this.#pausedUntilMs === undefined;
  }

  /** Whether the task is paused now, so that nothing may be called. */
  isPaused(nowMs: number): boolean {
    return this.#pausedUntilMs !== undefined && nowMs < this.#pausedUntilMs;
  }

  /** The operator has reloaded the configuration, maybe because the plan is another one now: a call may be made at once. */
  endPause(): void {
    this.#pauseMs = firstPauseMs;
    if (this.#pausedUntilMs !== undefined) this.#pausedUntilMs = 0;
  }

  /** A call has ended. Returns what that changes, if anything. */
  callEnded(failure: CallFailure | undefined, nowMs: number): 'lost' | 'regained' | undefined {
    const isRefusal = failure?.reason === 'permission' && failure.code !== codes.notALiveRoom;
    if (!isRefusal) {
      // Failures of the transport or of the whole app say nothing about the plan.
      if (failure !== undefined && failure.reason !== 'gone') return undefined;
      const wasAvailable = this.isAvailable;
      this.#refusals = 0;
      this.#pauseMs = firstPauseMs;
      this.#pausedUntilMs = undefined;
      return wasAvailable ? undefined : 'regained';
    }
    this.#refusals += 1;
    // Calls that were in flight when the pause began say nothing new.
    if (this.#refusals < this.#refusalsNeeded || this.isPaused(nowMs)) return undefined;
    const wasAvailable = this.isAvailable;
    this.#pausedUntilMs = nowMs + this.#pauseMs;
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
    return wasAvailable ? 'lost' : undefined;
  }
}
