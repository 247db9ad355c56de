import type { CallFailure } from '../../tencent/failures.ts';

/**
 * What a request queue may do now. `allowed`: call. `trial`: make one call, whose result decides. `wait`: that call is in
 * flight. `refused`: send nothing.
 */
type Permission = 'allowed' | 'trial' | 'wait' | 'refused';

/** Tencent locks an app out for a minute after too many refused signatures, so retrying in a loop makes it worse. */
const openForMs = 60_000;

/**
 * Stops all calls of an app while the API refuses its credentials. Closed: calls pass. Open: nothing is sent for 60 s.
 * Half-open: then one call tries; if it is refused, the breaker opens again. It starts half-open: with a wrong key, many
 * calls at once would lock the app out. Times are in milliseconds of a monotonic clock.
 */
export class CircuitBreaker {
  #failure: CallFailure | undefined;
  #openUntilMs = 0;
  #isTrialInFlight = false;
  #hasProof = false;

  /** Why the API refuses the app; undefined unless it does. */
  get failure(): CallFailure | undefined {
    return this.#failure;
  }

  permission(nowMs: number): Permission {
    if (this.#failure === undefined && this.#hasProof) return 'allowed';
    if (nowMs < this.#openUntilMs) return 'refused';
    return this.#isTrialInFlight ? 'wait' : 'trial';
  }

  startTrial(): void {
    this.#isTrialInFlight = true;
  }

  /** A call was refused for a reason that concerns the whole app, or the trial got no response. */
  open(failure: CallFailure, nowMs: number): void {
    this.#failure = failure;
    this.#openUntilMs = nowMs + openForMs;
    this.#isTrialInFlight = false;
  }

  /** The credentials have changed: a trial may go at once, unless the server has locked the app out for a while. */
  halfOpen(nowMs: number): void {
    if (this.#failure?.reason !== 'lockout') this.#openUntilMs = Math.min(this.#openUntilMs, nowMs);
  }

  /** The trial succeeded, or did not show that the app is refused. */
  close(): void {
    this.#failure = undefined;
    this.#isTrialInFlight = false;
    this.#hasProof = true;
  }

  /** The trial was inconclusive: the next call is another trial. */
  repeatTrial(): void {
    this.#isTrialInFlight = false;
  }
}
