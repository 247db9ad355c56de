import type { Clock } from '../../platform/clock.ts';
import type { FailureReason } from '../../tencent/failures.ts';

/** How to react to a failed call. */
type RetryDecision =
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'give up' }
  /** No call of this app can succeed: its circuit breaker opens. */
  | { readonly kind: 'refuse app' };

interface FailedTry {
  readonly reason: FailureReason;
  /** Tries of this call so far, this one included. */
  readonly tries: number;
  /** Further tries that a call may have. */
  readonly retries: number;
  /** Tries before this one that failed as `expired`. */
  readonly expiredBefore: number;
  /** Whether it is believed, if this was a refusal of the app. */
  readonly isAppRefused: boolean;
  /** Uniform in [0, 1). */
  readonly random: number;
}

const firstBackoffMs = 250;
const longestBackoffMs = 5000;

/** Decides by the class of the failure; `codesByReason` in tencent/failures.ts says which error codes are in which class. */
export function decideRetry(failed: FailedTry): RetryDecision {
  const { reason, tries, retries, expiredBefore, isAppRefused, random } = failed;
  const again = (): RetryDecision =>
    tries > retries ? { kind: 'give up' } : { kind: 'retry', afterMs: backoffMs(tries, random) };
  switch (reason) {
    case 'timeout':
    case 'network':
    case 'http':
    case 'transient':
    case 'frequency':
      return again();
    case 'expired':
      // A new signature needs no back-off. If it has expired from the start, the configuration or a clock is wrong.
      if (expiredBefore === 0) return { kind: 'retry', afterMs: 0 };
      return isAppRefused ? { kind: 'refuse app' } : again();
    case 'credentials':
    case 'lockout':
      return isAppRefused ? { kind: 'refuse app' } : again();
    case 'malformed':
    case 'gone':
    case 'permission':
    case 'bug':
    case 'unknown':
      return { kind: 'give up' };
  }
}

/**
 * Doubles with each try, up to 5 s, with jitter over the upper half, so that calls that failed together are not retried
 * together. Source: Amazon Builders' Library, "Timeouts, retries and backoff with jitter" (equal jitter).
 */
function backoffMs(tries: number, random: number): number {
  const ceiling = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (tries - 1));
  return ceiling * (0.5 + random / 2);
}

/** The part of the calls that may be retries, as in Envoy and Finagle: without a limit, failing calls would triple the load of a weak server. */
const budgetShare = 0.2;

/** Retries that are possible at any time. */
const budgetReserve = 10;

/** Limits the retries of a request queue, and runs them after their back-off. */
export class Retries {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #backoffs = new Set<() => void>();
  #budget = budgetReserve;

  constructor(clock: Pick<Clock, 'after'>) {
    this.#clock = clock;
  }

  /** A call that is not a retry has started. */
  callStarted(): void {
    this.#budget = Math.min(budgetReserve, this.#budget + budgetShare);
  }

  /** Takes one retry out of the budget. Returns false if it is used up. */
  take(): boolean {
    if (this.#budget < 1) return false;
    this.#budget -= 1;
    return true;
  }

  after(delayMs: number, retry: () => void): void {
    const cancel = this.#clock.after(delayMs, () => {
      this.#backoffs.delete(cancel);
      retry();
    });
    this.#backoffs.add(cancel);
  }

  /** None runs any more. */
  stop(): void {
    for (const cancel of this.#backoffs) cancel();
    this.#backoffs.clear();
  }
}
