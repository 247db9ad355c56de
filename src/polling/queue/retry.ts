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
  /** Uniform in [0, 1). */
  readonly random: number;
}

const firstBackoffMs = 250;
const longestBackoffMs = 5000;

/** Decides by the class of the failure; `codesByReason` in tencent/failures.ts says which error codes are in which class. */
export function decideRetry({ reason, tries, retries, expiredBefore, random }: FailedTry): RetryDecision {
  switch (reason) {
    case 'timeout':
    case 'network':
    case 'http':
    case 'transient':
    case 'frequency':
      return tries > retries ? { kind: 'give up' } : { kind: 'retry', afterMs: backoffMs(tries, random) };
    case 'expired':
      // A new signature needs no back-off. If it has expired from the start, the configuration or a clock is wrong.
      return expiredBefore > 0 ? { kind: 'refuse app' } : { kind: 'retry', afterMs: 0 };
    case 'credentials':
    case 'lockout':
      return { kind: 'refuse app' };
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
