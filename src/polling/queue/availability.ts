import { type CallFailure, codes } from '../../tencent/failures.ts';

/** The refusal of one room does not mean that the command is unavailable: this many in a row do. */
const refusalsNeeded = 3;

const tryAgainAfterMs = 3_600_000;

/**
 * Whether an app's plan and region include a command. A command that refuses room after room, and has never succeeded in
 * between, is unavailable: its task is paused, and tried again every hour. Times are in milliseconds of a monotonic clock.
 */
export class Availability {
  readonly #refusalsNeeded: number;
  #refusals = 0;
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

  /** A call has ended. Returns what that changes, if anything. */
  callEnded(failure: CallFailure | undefined, nowMs: number): 'lost' | 'regained' | undefined {
    const isRefusal = failure?.reason === 'permission' && failure.code !== codes.notALiveRoom;
    if (!isRefusal) {
      // Failures of the transport or of the whole app say nothing about the plan.
      if (failure !== undefined && failure.reason !== 'gone') return undefined;
      const wasAvailable = this.isAvailable;
      this.#refusals = 0;
      this.#pausedUntilMs = undefined;
      return wasAvailable ? undefined : 'regained';
    }
    this.#refusals += 1;
    if (this.#refusals < this.#refusalsNeeded) return undefined;
    const wasAvailable = this.isAvailable;
    this.#pausedUntilMs = nowMs + tryAgainAfterMs;
    return wasAvailable ? 'lost' : undefined;
  }
}
