import { codes, type CallFailure } from '../../tencent/failures.ts';

/** A refusal of one room is no refusal of the command: so many rooms in a row must be refused. */
const refusalsNeeded = 3;

const tryAgainAfterMs = 3_600_000;

/**
 * Whether an app's plan and region have a command. A command that refuses room after room, and has answered none, is
 * lacking: its task rests, and is tried again hourly. Times are in milliseconds of a monotonic clock.
 */
export class Availability {
  readonly #refusalsNeeded: number;
  #refusals = 0;
  #restsUntil: number | undefined;

  /** `perApp` is true for a command that asks for no room: one refusal tells. */
  constructor({ perApp }: { readonly perApp: boolean }) {
    this.#refusalsNeeded = perApp ? 1 : refusalsNeeded;
  }

  get isAvailable(): boolean {
    return this.#restsUntil === undefined;
  }

  /** Whether the task rests at present, so that nothing may be asked. */
  isResting(nowMs: number): boolean {
    return this.#restsUntil !== undefined && nowMs < this.#restsUntil;
  }

  /** A call has ended. Returns what it has changed, if anything. */
  note(failure: CallFailure | undefined, nowMs: number): 'lost' | 'found' | undefined {
    const isRefusal = failure?.reason === 'permission' && failure.code !== codes.notALiveRoom;
    if (!isRefusal) {
      // What the transport or the whole app does says nothing of the plan.
      if (failure !== undefined && failure.reason !== 'gone') return undefined;
      const wasAvailable = this.isAvailable;
      this.#refusals = 0;
      this.#restsUntil = undefined;
      return wasAvailable ? undefined : 'found';
    }
    this.#refusals += 1;
    if (this.#refusals < this.#refusalsNeeded) return undefined;
    const wasAvailable = this.isAvailable;
    this.#restsUntil = nowMs + tryAgainAfterMs;
    return wasAvailable ? 'lost' : undefined;
  }
}
