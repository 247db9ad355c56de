import type { FailureReason } from '../../tencent/failures.ts';

/** What a queue does about a failed call. */
export type Remedy =
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'give up' }
  /** Nothing of this app can succeed: close its gate. */
  | { readonly kind: 'close app' };

export interface FailedTry {
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

/** Decides by the class of the failure. Source: "Error codes by what to do" of Tencent's error code pages. */
export function remedyFor({ reason, tries, retries, expiredBefore, random }: FailedTry): Remedy {
  switch (reason) {
    case 'timeout':
    case 'network':
    case 'http':
    case 'malformed':
    case 'transient':
    case 'frequency':
      return tries > retries ? { kind: 'give up' } : { kind: 'retry', afterMs: backoffMs(tries, random) };
    case 'expired':
      // A new signature costs no back-off; one that is expired at birth is a fault of the configuration.
      return expiredBefore > 0 ? { kind: 'close app' } : { kind: 'retry', afterMs: 0 };
    case 'credentials':
    case 'lockout':
      return { kind: 'close app' };
    case 'gone':
    case 'permission':
    case 'bug':
    case 'unknown':
      return { kind: 'give up' };
  }
}

/**
 * Doubles with each try, up to 5 s, and spreads over the upper half, so that rooms that failed together do not return
 * together. Source: Amazon Builders' Library, "Timeouts, retries and backoff with jitter" (equal jitter).
 */
function backoffMs(tries: number, random: number): number {
  const ceiling = Math.min(longestBackoffMs, firstBackoffMs * 2 ** (tries - 1));
  return ceiling * (0.5 + random / 2);
}
