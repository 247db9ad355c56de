import type { CallFailure } from '../../tencent/failures.ts';

/** What a queue may do at present: `wait` until the probe that is under way has told. */
export type Admission = 'open' | 'probe' | 'wait' | 'closed';

/** Tencent locks an app out for a minute after too many failed signatures: a loop of retries locks itself out. */
const closedForMs = 60_000;

/**
 * Stops all calls of an app while its credentials are refused. For 60 s nothing is sent, then one call goes as a probe;
 * if that is refused too, the gate closes again. The very first call is a probe, too: with a wrong key, a burst of
 * calls at the start would lock the app out. Times are in milliseconds of a monotonic clock.
 */
export class CircuitBreaker {
  #fault: CallFailure | undefined;
  #closedUntil = 0;
  #probing = false;
  #isProven = false;

  /** The fault that stands; undefined while calls go through. */
  get fault(): CallFailure | undefined {
    return this.#fault;
  }

  admission(nowMs: number): Admission {
    if (this.#fault === undefined && this.#isProven) return 'open';
    if (nowMs < this.#closedUntil) return 'closed';
    return this.#probing ? 'wait' : 'probe';
  }

  beginProbe(): void {
    this.#probing = true;
  }

  /** A call was refused for a reason that holds for the whole app, or a probe brought no answer. */
  close(fault: CallFailure, nowMs: number): void {
    this.#fault = fault;
    this.#closedUntil = nowMs + closedForMs;
    this.#probing = false;
  }

  /** The credentials have changed: a probe may go at once, unless the server has locked the app out for a while. */
  expectProbe(nowMs: number): void {
    if (this.#fault?.reason !== 'lockout') this.#closedUntil = Math.min(this.#closedUntil, nowMs);
  }

  /** A probe was answered, or the first call has shown nothing against the app. */
  open(): void {
    this.#fault = undefined;
    this.#probing = false;
    this.#isProven = true;
  }

  /** A probe has shown nothing yet: the next call is the probe. */
  probeAgain(): void {
    this.#probing = false;
  }
}
