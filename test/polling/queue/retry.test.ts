import { describe, expect, it } from '@jest/globals';
import { decideRetry } from '../../../src/polling/queue/retry.ts';
import { type FailureReason, failureReasons } from '../../../src/tencent/failures.ts';

const first = { tries: 1, retries: 2, expiredBefore: 0, random: 0 };

describe('The retry decision', () => {
  it('Each class of failures has one decision', () => {
    const decisions = failureReasons.map((reason) => [reason, decideRetry({ ...first, reason }).kind]);
    expect(Object.fromEntries(decisions)).toEqual({
      timeout: 'retry',
      network: 'retry',
      http: 'retry',
      transient: 'retry',
      frequency: 'retry',
      expired: 'retry',
      lockout: 'refuse app',
      credentials: 'refuse app',
      // The same response would be as malformed again: the next trigger asks for another one.
      malformed: 'give up',
      gone: 'give up',
      permission: 'give up',
      bug: 'give up',
      unknown: 'give up',
    } satisfies Record<FailureReason, string>);
  });

  it('The back-off doubles with each try, up to 5 s, with jitter over the upper half', () => {
    const after = (tries: number, random: number) =>
      decideRetry({ ...first, reason: 'timeout', tries, retries: 10, random });
    expect([1, 2, 3, 6, 10].map((tries) => after(tries, 0))).toEqual(
      [125, 250, 500, 2500, 2500].map((afterMs) => ({ kind: 'retry', afterMs })),
    );
    expect(after(1, 0.5)).toEqual({ kind: 'retry', afterMs: 187.5 });
  });

  it('A call that has used all retries is given up', () => {
    expect(decideRetry({ ...first, reason: 'timeout', tries: 3 })).toEqual({ kind: 'give up' });
    expect(decideRetry({ ...first, reason: 'timeout', tries: 1, retries: 0 })).toEqual({ kind: 'give up' });
  });

  it('An expired signature is replaced once without a back-off; a second expiry refuses the app', () => {
    expect(decideRetry({ ...first, reason: 'expired' })).toEqual({ kind: 'retry', afterMs: 0 });
    expect(decideRetry({ ...first, reason: 'expired', expiredBefore: 1 })).toEqual({ kind: 'refuse app' });
  });
});
