import { describe, expect, it } from '@jest/globals';
import { remedyFor } from '../../../src/polling/queue/retry.ts';
import { type FailureReason, failureReasons } from '../../../src/tencent/failures.ts';

const first = { tries: 1, retries: 2, expiredBefore: 0, random: 0 };

describe('remedyFor', () => {
  it('has one remedy for each class', () => {
    const remedies = failureReasons.map((reason) => [reason, remedyFor({ ...first, reason }).kind]);
    expect(Object.fromEntries(remedies)).toEqual({
      timeout: 'retry',
      network: 'retry',
      http: 'retry',
      malformed: 'retry',
      transient: 'retry',
      frequency: 'retry',
      expired: 'retry',
      lockout: 'close app',
      credentials: 'close app',
      gone: 'give up',
      permission: 'give up',
      bug: 'give up',
      unknown: 'give up',
    } satisfies Record<FailureReason, string>);
  });

  it('backs off for twice as long each time, up to 5 s, spread over the upper half', () => {
    const after = (tries: number, random: number) =>
      remedyFor({ ...first, reason: 'timeout', tries, retries: 10, random });
    expect([1, 2, 3, 6, 10].map((tries) => after(tries, 0))).toEqual(
      [125, 250, 500, 2500, 2500].map((afterMs) => ({ kind: 'retry', afterMs })),
    );
    expect(after(1, 0.5)).toEqual({ kind: 'retry', afterMs: 187.5 });
  });

  it('gives up when the retries are used up', () => {
    expect(remedyFor({ ...first, reason: 'timeout', tries: 3 })).toEqual({ kind: 'give up' });
    expect(remedyFor({ ...first, reason: 'timeout', tries: 1, retries: 0 })).toEqual({ kind: 'give up' });
  });

  it('signs again once without waiting, and takes a second expiry for refused credentials', () => {
    expect(remedyFor({ ...first, reason: 'expired' })).toEqual({ kind: 'retry', afterMs: 0 });
    expect(remedyFor({ ...first, reason: 'expired', expiredBefore: 1 })).toEqual({ kind: 'close app' });
  });
});
