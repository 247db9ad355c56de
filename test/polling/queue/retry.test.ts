import { describe, expect, it } from '@jest/globals';
import { decideRetry, Retries } from '../../../src/polling/queue/retry.ts';
import { type FailureReason, failureReasons } from '../../../src/tencent/failures.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const first = { tries: 1, retries: 2, expiredBefore: 0, isAppRefused: true, random: 0 };

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

  it.each(['credentials', 'expired'] as const)(
    'A refusal of the class %s that is not believed is retried like an error of the network',
    (reason) => {
      const refused = { ...first, expiredBefore: 1, isAppRefused: false };
      expect(decideRetry({ ...refused, reason })).toEqual({ kind: 'retry', afterMs: 125 });
      expect(decideRetry({ ...refused, reason, tries: 3 })).toEqual({ kind: 'give up' });
    },
  );
});

describe('Retries', () => {
  it('After the first ten, one of five calls may be retried', () => {
    const retries = new Retries(new FakeClock());
    const taken = () => Array.from({ length: 100 }, () => retries.take()).filter(Boolean).length;
    expect(taken()).toBe(10);
    for (let call = 0; call < 25; call += 1) retries.callStarted();
    expect(taken()).toBe(5);
    for (let call = 0; call < 1000; call += 1) retries.callStarted();
    expect(taken()).toBe(10);
  });

  it('They run after their back-off, unless they are stopped', async () => {
    const clock = new FakeClock();
    const retries = new Retries(clock);
    const run: string[] = [];
    retries.after(100, () => run.push('first'));
    retries.after(200, () => run.push('second'));
    await clock.advance(150);
    retries.stop();
    await clock.advance(150);
    expect([run, clock.timers]).toEqual([['first'], 0]);
  });
});
