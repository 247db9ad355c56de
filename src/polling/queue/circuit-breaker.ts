import type { CallFailure } from '../../tencent/failures.ts';

/**
 * What a request queue may do now. `allowed`: call. `trial`: make one call, whose result decides. `wait`: that call is in
 * flight. `refused`: send nothing.
 */
type Permission = 'allowed' | 'trial' | 'wait' | 'refused';

/**
 * Stops calls that would fail. Closed: calls pass. Open: nothing is sent for a while. Half-open: then one call tries, and if
 * it fails, the breaker opens again. It starts half-open. Times are in milliseconds of a monotonic clock.
 */
export class CircuitBreaker {
  readonly #openForMs: number;
  #failure: CallFailure | undefined;
  #openUntilMs = 0;
  #isTrialInFlight = false;
  #hasProof = false;

  constructor({ openForMs }: { readonly openForMs: number }) {
    this.#openForMs = openForMs;
  }

  /** Why it opened; undefined unless it is open or half-open after that. */
  get failure(): CallFailure | undefined {
    return this.#failure;
  }

  get isClosed(): boolean {
    return this.#failure === undefined && this.#hasProof;
  }

  permission(nowMs: number): Permission {
    if (this.isClosed) return 'allowed';
    if (nowMs < this.#openUntilMs) return 'refused';
    return this.#isTrialInFlight ? 'wait' : 'trial';
  }

  startTrial(): void {
    this.#isTrialInFlight = true;
  }

  /** Calls would fail, for the time since `fromMs`. */
  open(failure: CallFailure, fromMs: number): void {
    this.#failure = failure;
    this.#openUntilMs = fromMs + this.#openForMs;
    this.#isTrialInFlight = false;
  }

  /** The configuration has changed: a trial may go at once, unless the server has locked the app out for a while. */
  halfOpen(nowMs: number): void {
    if (this.#failure?.reason !== 'lockout') this.#openUntilMs = Math.min(this.#openUntilMs, nowMs);
  }

  /** The trial succeeded, or did not show what the breaker is there for. */
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
