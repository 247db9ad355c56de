import { type CallFailure, refusesApp } from '../../tencent/failures.ts';

/**
 * What a request queue may do now. `allowed`: call. `trial`: make one call, whose result decides. `wait`: that call is in
 * flight. `refused`: send nothing.
 */
type Permission = 'allowed' | 'trial' | 'wait' | 'refused';

/** Fewer refusals in a row, among calls that succeed, may be mistakes of single servers of the API. */
const refusalsNeeded = 6;

/** A UserSig that cannot be read is a problem of this machine: to try again costs no call. */
const localOpenForMs = 1000;

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
  /** Calls in a row that were refused because of the app. */
  #refusals = 0;

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

  /** A call has ended, with a failure or without. */
  callEnded(failure: CallFailure | undefined): void {
    if (failure !== undefined && refusesApp(failure)) this.#refusals += 1;
    else if (failure === undefined || failure.code !== undefined) this.#refusals = 0;
  }

  /** Whether the last refusal of the app is believed: without proof that calls can succeed, or after several in a row, or if the server locks it out. */
  believes({ reason }: Pick<CallFailure, 'reason'>): boolean {
    return !this.isClosed || reason === 'lockout' || this.#refusals >= refusalsNeeded;
  }

  /** Calls would fail, for the time since `fromMs`. Default for `openForMs`: as long as always. */
  open(failure: CallFailure, fromMs: number, openForMs = failure.isLocal ? localOpenForMs : this.#openForMs): void {
    this.#failure = failure;
    this.#openUntilMs = fromMs + openForMs;
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
    this.#refusals = 0;
  }

  /** The trial was inconclusive: the next call is another trial. */
  repeatTrial(): void {
    this.#isTrialInFlight = false;
  }
}
