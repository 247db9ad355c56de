import type { CallFailure } from '../../tencent/failures.ts';
import { OutageBreaker, type OutageChange } from './outage-breaker.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { RequestQueueOptions } from './request-queue-options.ts';

type CallAdmissionOptions = Pick<
  RequestQueueOptions,
  'sdkAppId' | 'command' | 'circuitBreaker' | 'observer' | 'clock' | 'ratePerSecond' | 'allowedRate'
>;

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

/** Admits the calls of a request queue: both circuit breakers, of the app and of the command, the allowed rate and the rate limiter decide. */
export class CallAdmission {
  /** Of the command. */
  readonly outageBreaker = new OutageBreaker();
  readonly #options: CallAdmissionOptions;
  readonly #rateLimiter: RateLimiter;
  /** The rate while all of it is allowed. */
  #fullRate: number;
  #allowedRate: number;
  #waitingSinceMs: number | undefined;

  constructor(options: CallAdmissionOptions) {
    const { ratePerSecond, clock } = options;
    this.#options = options;
    this.#fullRate = this.#allowedRate = ratePerSecond;
    this.#rateLimiter = new RateLimiter({ ratePerSecond, nowMs: clock.monotonic() });
    this.#applyAllowedRate();
  }

  /** The current rate while calls are allowed, in calls per second. */
  get ratePerSecond(): number {
    return this.#rateLimiter.ratePerSecond;
  }

  /** The rate that can be reached if this many calls may be in flight: slow responses allow fewer calls than the quota. */
  reachableRate(concurrency: number): number {
    const { usualMs = 0 } = this.outageBreaker;
    return Math.min(this.ratePerSecond, (concurrency * 1000) / Math.max(usualMs, 1));
  }

  /** Whether no call is allowed at present. */
  get isPaused(): boolean {
    return this.#allowedRate === 0;
  }

  /** Applies another rate. The calls that were made still count. */
  configure(ratePerSecond: number): void {
    this.#fullRate = ratePerSecond;
    this.#applyAllowedRate();
  }

  /** The server has complained about the frequency. */
  slowDown(): void {
    this.#rateLimiter.slowDown(this.#options.clock.monotonic());
  }

  /** Whether a call waits for the quota. */
  get isWaitingForQuota(): boolean {
    return this.#waitingSinceMs !== undefined;
  }

  decide(nowMs: number): Decision {
    const { circuitBreaker } = this.#options;
    const breakers = [circuitBreaker, this.outageBreaker];
    const refusal = breakers.find((breaker) => breaker.permission(nowMs) === 'refused')?.failure;
    if (refusal !== undefined) return { kind: 'refuse', failure: refusal };
    if (breakers.some((breaker) => breaker.permission(nowMs) === 'wait')) return { kind: 'wait for response' };
    this.#applyAllowedRate();
    const waitMs = this.isPaused ? Infinity : this.#rateLimiter.waitMs(nowMs);
    if (waitMs === 0) return { kind: 'start' };
    this.#waitingSinceMs ??= nowMs;
    return { kind: 'wait for quota', waitMs };
  }

  /** A call starts. Only allowed if `decide` returned that. */
  start(nowMs: number): AdmittedCall {
    const { circuitBreaker, observer, sdkAppId, command } = this.#options;
    if (this.#waitingSinceMs !== undefined) {
      observer.rateLimitWaited({ sdkAppId, command, seconds: (nowMs - this.#waitingSinceMs) / 1000 });
      this.#waitingSinceMs = undefined;
    }
    const isAppTrial = circuitBreaker.permission(nowMs) === 'trial';
    const isTrial = this.outageBreaker.callStarted(nowMs);
    if (isAppTrial) circuitBreaker.startTrial();
    this.#rateLimiter.start(nowMs);
    return { startedMs: nowMs, isAppTrial, isTrial };
  }

  /** A call has ended. Returns what that changes for its command, if anything. */
  end(
    { startedMs, isTrial }: AdmittedCall,
    ended: { readonly nowMs: number; readonly failure: CallFailure | undefined; readonly isRetry: boolean },
  ): OutageChange | undefined {
    const { nowMs, failure, isRetry } = ended;
    const responded = failure === undefined || failure.code !== undefined;
    this.#rateLimiter.finish({ startedMs, nowMs, responded });
    return this.outageBreaker.callEnded({ failure, isTrial, isRetry, startedMs, endedMs: nowMs });
  }

  /** Nothing waits for the quota any more. */
  stopWaiting(): void {
    this.#waitingSinceMs = undefined;
  }

  #applyAllowedRate(): void {
    const allowed = this.#options.allowedRate(this.#fullRate);
    if (allowed === this.#allowedRate) return;
    this.#allowedRate = allowed;
    if (allowed > 0) this.#rateLimiter.configure(allowed);
  }
}
