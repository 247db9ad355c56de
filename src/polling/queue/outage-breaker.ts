import type { CallFailure, FailureReason } from '../../tencent/failures.ts';
import { CircuitBreaker } from './circuit-breaker.ts';

/** The failures of an outage: nothing has responded, or a proxy or a load balancer in front of the API. */
const outageReasons: ReadonlySet<FailureReason> = new Set(['network', 'timeout', 'http']);

/** Shorter than the time between two triggers, so that each trigger makes a trial. */
const openForMs = 5000;

/** An outage begins when at least three quarters of the last 20 calls have failed, or of 10 if there are no more yet. */
const judgedCalls = 20;
const fewestJudged = 10;
const failingShare = 0.75;

/** An API that hangs gets no more calls than these until they time out. */
const mostWithoutResponse = judgedCalls;

/** An API hangs, and is not just slow, if nothing has responded for four times as long as usual, and for this long. */
const shortestSilenceMs = 50;
const usualTimesToHang = 4;

/** The weight of the last response time in the usual one. */
const smoothing = 0.1;

export interface EndedCall {
  readonly failure: CallFailure | undefined;
  readonly isTrial: boolean;
  /** Whether the call had failed before. */
  readonly isRetry: boolean;
  /** Milliseconds of the monotonic clock. */
  readonly startedMs: number;
  readonly endedMs: number;
}

/** What the end of a call changes. `opened`: an outage begins. `reopened`: the trial after that has failed. `closed`: it is over. */
export type OutageChange =
  | {
      readonly kind: 'opened' | 'reopened';
      readonly failure: CallFailure;
      /** The calls that were judged, and how many of them failed. */
      readonly calls: number;
      readonly failed: number;
    }
  | { readonly kind: 'closed' };

/**
 * The circuit breaker of one command: it opens in an outage, in which most calls get no response. It starts closed. Retries do
 * not count before it opens: one room whose calls always fail must not weigh more than the others.
 */
export class OutageBreaker {
  readonly #breaker = new CircuitBreaker({ openForMs });
  /** Whether the last calls failed, the newest last. */
  #failed: readonly boolean[] = [];
  /** Calls that have started since the last response, without the retries that have failed. */
  #withoutResponse = 0;
  /** When the first of these calls started. */
  #silentSinceMs = 0;
  /** How long a response usually takes. */
  #usualMs: number | undefined;

  constructor() {
    this.#breaker.close();
  }

  /** A failure of the outage; undefined if there is none. */
  get failure(): CallFailure | undefined {
    return this.#breaker.failure;
  }

  /** How long a response usually takes, in milliseconds; undefined before the first. */
  get usualMs(): number | undefined {
    return this.#usualMs;
  }

  permission(nowMs: number): ReturnType<CircuitBreaker['permission']> {
    const permission = this.#breaker.permission(nowMs);
    return permission === 'allowed' && this.#isHanging(nowMs) ? 'wait' : permission;
  }

  /** A call starts. Returns whether it is the trial. */
  callStarted(nowMs: number): boolean {
    const isTrial = this.#breaker.permission(nowMs) === 'trial';
    if (isTrial) this.#breaker.startTrial();
    if (this.#withoutResponse === 0) this.#silentSinceMs = nowMs;
    this.#withoutResponse += 1;
    return isTrial;
  }

  /** The address has changed: a trial may go at once. */
  halfOpen(nowMs: number): void {
    this.#breaker.halfOpen(nowMs);
  }

  /** Returns what the end of a call changes, if anything. Any response ends an outage, an error of the API too. */
  callEnded({ failure, isTrial, isRetry, startedMs, endedMs }: EndedCall): OutageChange | undefined {
    const outage = failure !== undefined && outageReasons.has(failure.reason) ? failure : undefined;
    if (outage?.retryAfterMs !== undefined) return this.#openFor(outage.retryAfterMs, { outage, endedMs });
    if (outage === undefined) {
      this.#withoutResponse = 0;
      const tookMs = endedMs - startedMs;
      this.#usualMs = (this.#usualMs ?? tookMs) + smoothing * (tookMs - (this.#usualMs ?? tookMs));
    }
    if (isTrial) return outage === undefined ? this.#close() : this.#open('reopened', { outage, startedMs });
    // Calls that were in flight when the breaker opened say nothing new.
    if (!this.#breaker.isClosed) return undefined;
    if (isRetry) {
      if (outage !== undefined) this.#withoutResponse = Math.max(0, this.#withoutResponse - 1);
      return undefined;
    }
    this.#failed = [...this.#failed, outage !== undefined].slice(-judgedCalls);
    const { calls, failed } = this.#counts();
    const isOutage = calls >= fewestJudged && failed >= failingShare * calls;
    return outage !== undefined && isOutage ? this.#open('opened', { outage, startedMs }) : undefined;
  }

  #isHanging(nowMs: number): boolean {
    const silenceMs = Math.max(shortestSilenceMs, usualTimesToHang * (this.#usualMs ?? 0));
    return this.#withoutResponse >= mostWithoutResponse && nowMs - this.#silentSinceMs > silenceMs;
  }

  #open(
    kind: 'opened' | 'reopened',
    { outage, startedMs }: { readonly outage: CallFailure; readonly startedMs: number },
  ): OutageChange {
    // Counted from the start of the call: after a timeout, the next trigger can make its trial.
    this.#breaker.open(outage, startedMs);
    return { kind, failure: outage, ...this.#counts() };
  }

  /** The server says itself when it may be called again. */
  #openFor(
    retryAfterMs: number,
    { outage, endedMs }: { readonly outage: CallFailure; readonly endedMs: number },
  ): OutageChange {
    const kind = this.#breaker.isClosed ? 'opened' : 'reopened';
    this.#breaker.open(outage, endedMs, retryAfterMs);
    return { kind, failure: outage, ...this.#counts() };
  }

  #close(): OutageChange {
    this.#breaker.close();
    this.#failed = [];
    return { kind: 'closed' };
  }

  #counts(): { readonly calls: number; readonly failed: number } {
    return { calls: this.#failed.length, failed: this.#failed.filter(Boolean).length };
  }
}
