import type { CallFailure } from '../../tencent/failures.ts';
import { OutageBreaker, type OutageChange } from './outage-breaker.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { RequestQueueOptions } from './request-queue-options.ts';

interface CallAdmissionOptions extends Pick<
  RequestQueueOptions,
  'sdkAppId' | 'command' | 'circuitBreaker' | 'observer'
> {
  readonly rateLimiter: RateLimiter;
}

type Decision =
  | { readonly kind: 'start' }
  /** Infinity until a response arrives. */
  | { readonly kind: 'wait for quota'; readonly waitMs: number }
  | { readonly kind: 'wait for response' }
  /** No call can succeed now. */
  | { readonly kind: 'refuse'; readonly failure: CallFailure };

/** A call that was admitted. */
export interface AdmittedCall {
  /** Milliseconds of the monotonic clock. */
  readonly startedMs: number;
  /** Whether it is the trial of the app's circuit breaker, and of the command's. */
  readonly isAppTrial: boolean;
  readonly isTrial: boolean;
}

/** Admits the calls of a request queue: both circuit breakers, of the app and of the command, and the rate limiter decide. */
export class CallAdmission {
  /** Of the command. */
  readonly outageBreaker = new OutageBreaker();
  readonly #options: CallAdmissionOptions;
  #waitingSinceMs: number | undefined;

  constructor(options: CallAdmissionOptions) {
    this.#options = options;
  }

  /** Whether a call waits for the quota. */
  get isWaitingForQuota(): boolean {
    return this.#waitingSinceMs !== undefined;
  }

  decide(nowMs: number): Decision {
    const { circuitBreaker, rateLimiter } = this.#options;
    const breakers = [circuitBreaker, this.outageBreaker];
    const refusal = breakers.find((breaker) => breaker.permission(nowMs) === 'refused')?.failure;
    if (refusal !== undefined) return { kind: 'refuse', failure: refusal };
    if (breakers.some((breaker) => breaker.permission(nowMs) === 'wait')) return { kind: 'wait for response' };
    const waitMs = rateLimiter.waitMs(nowMs);
    if (waitMs === 0) return { kind: 'start' };
    this.#waitingSinceMs ??= nowMs;
    return { kind: 'wait for quota', waitMs };
  }

  /** A call starts. Only allowed if `decide` returned that. */
  start(nowMs: number): AdmittedCall {
    const { circuitBreaker, rateLimiter, observer, sdkAppId, command } = this.#options;
    if (this.#waitingSinceMs !== undefined) {
      observer.rateLimitWaited({ sdkAppId, command, seconds: (nowMs - this.#waitingSinceMs) / 1000 });
      this.#waitingSinceMs = undefined;
    }
    const isAppTrial = circuitBreaker.permission(nowMs) === 'trial';
    const isTrial = this.outageBreaker.callStarted(nowMs);
    if (isAppTrial) circuitBreaker.startTrial();
    rateLimiter.start(nowMs);
    return { startedMs: nowMs, isAppTrial, isTrial };
  }

  /** A call has ended. Returns what that changes for its command, if anything. */
  end(
    { startedMs, isTrial }: AdmittedCall,
    ended: { readonly nowMs: number; readonly failure: CallFailure | undefined; readonly isRetry: boolean },
  ): OutageChange | undefined {
    const { nowMs, failure, isRetry } = ended;
    const responded = failure === undefined || failure.code !== undefined;
    this.#options.rateLimiter.finish({ startedMs, nowMs, responded });
    return this.outageBreaker.callEnded({ failure, isTrial, isRetry, startedMs, endedMs: nowMs });
  }

  /** Nothing waits for the quota any more. */
  stopWaiting(): void {
    this.#waitingSinceMs = undefined;
  }
}
