import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type EndedCall, OutageBreaker } from '../../../src/polling/queue/outage-breaker.ts';
import { CallFailure, type FailureReason, failureReasons } from '../../../src/tencent/failures.ts';

const failure = (reason: FailureReason) => new CallFailure({ command: 'get_room_info', reason, found: reason });
const network = failure('network');

const ended = (call: Partial<EndedCall>): EndedCall => ({
  failure: undefined,
  isTrial: false,
  isRetry: false,
  startedMs: 0,
  endedMs: 0,
  ...call,
});

/** Ends calls one after another: `x` fails, `.` succeeds. Returns what the last one changes. */
function end(breaker: OutageBreaker, results: string, call: Partial<EndedCall> = {}) {
  let change: ReturnType<OutageBreaker['callEnded']>;
  for (const result of results)
    change = breaker.callEnded(ended({ ...call, failure: result === 'x' ? network : undefined }));
  return change;
}

/** Starts calls, each of which is allowed. */
function start(breaker: OutageBreaker, calls: number) {
  for (let call = 0; call < calls; call += 1) {
    expect(breaker.permission(0)).toBe('allowed');
    expect(breaker.callStarted(0)).toBe(false);
  }
}

/** Makes the trial that is permitted now. */
function tryOnce(breaker: OutageBreaker, error: CallFailure | undefined, startedMs: number) {
  expect(breaker.permission(startedMs)).toBe('trial');
  expect(breaker.callStarted(startedMs)).toBe(true);
  expect(breaker.permission(startedMs)).toBe('wait');
  return breaker.callEnded(ended({ failure: error, isTrial: true, startedMs }));
}

describe('The circuit breaker of a command', () => {
  it('It starts closed', () => {
    expect(new OutageBreaker().permission(0)).toBe('allowed');
  });

  it.each([
    ['ten calls have failed and none has succeeded', 'xxxxxxxxxx', { calls: 10, failed: 10 }],
    ['8 of the first 10 calls have failed', 'xxx.xxx.xx', { calls: 10, failed: 8 }],
    ['15 of the last 20 calls have failed', '.'.repeat(100) + 'x'.repeat(15), { calls: 20, failed: 15 }],
  ])('It opens when %s', (_, results, counts) => {
    const breaker = new OutageBreaker();
    expect(end(breaker, results.slice(0, -1))).toBeUndefined();
    expect(breaker.permission(0)).toBe('allowed');
    expect(end(breaker, results.at(-1) ?? '')).toEqual({ kind: 'opened', failure: network, ...counts });
    expect([breaker.permission(0), breaker.failure]).toEqual(['refused', network]);
  });

  it.each([
    ['half of its calls fail', 'x.'.repeat(100)],
    ['two of three calls fail', 'xx.'.repeat(100)],
    ['a burst of 14 calls fails', `${'.'.repeat(20)}${'x'.repeat(14)}${'.'.repeat(20)}`],
    ['nine calls fail after the start', 'xxxxxxxxx'],
  ])('It stays closed if %s', (_, results) => {
    const breaker = new OutageBreaker();
    expect(end(breaker, results)).toBeUndefined();
    expect(breaker.permission(0)).toBe('allowed');
  });

  it('It opens for failures of the transport only, and not for a response, even one that is malformed', () => {
    const opens = failureReasons.filter((reason) => {
      const breaker = new OutageBreaker();
      for (let call = 0; call < 20; call += 1) breaker.callEnded(ended({ failure: failure(reason) }));
      return breaker.failure !== undefined;
    });
    expect(opens).toEqual(['timeout', 'network', 'http']);
  });

  it('It stays closed if one of four rooms always fails, however often its calls are retried', () => {
    const breaker = new OutageBreaker();
    for (let trigger = 0; trigger < 20; trigger += 1) {
      end(breaker, '...x');
      expect(end(breaker, 'xxxxxxxxxx', { isRetry: true })).toBeUndefined();
    }
    expect(breaker.permission(0)).toBe('allowed');
  });

  it('While it is open, one trial is made 5 s after the start of the last, until one gets a response', () => {
    const breaker = new OutageBreaker();
    end(breaker, 'x'.repeat(10), { startedMs: 1000 });
    expect([breaker.permission(5999), breaker.permission(6000)]).toEqual(['refused', 'trial']);
    expect(tryOnce(breaker, failure('timeout'), 6000)?.kind).toBe('reopened');
    expect(breaker.failure?.reason).toBe('timeout');
    expect([breaker.permission(10_999), breaker.permission(11_000)]).toEqual(['refused', 'trial']);
    expect(tryOnce(breaker, undefined, 11_000)).toEqual({ kind: 'closed' });
    expect([breaker.permission(11_000), breaker.failure]).toEqual(['allowed', undefined]);
  });

  it.each(['frequency', 'credentials', 'gone', 'malformed'] as const)(
    'A trial that gets a response closes it, even if the response is an error of class %s',
    (reason) => {
      const breaker = new OutageBreaker();
      end(breaker, 'x'.repeat(10));
      expect(tryOnce(breaker, failure(reason), 5000)).toEqual({ kind: 'closed' });
    },
  );

  it('Calls that were in flight when it opened neither close it nor keep it open', () => {
    const breaker = new OutageBreaker();
    end(breaker, 'x'.repeat(10));
    expect(end(breaker, '..........')).toBeUndefined();
    expect(breaker.permission(4999)).toBe('refused');
    expect(end(breaker, 'xxxxxxxxxx', { startedMs: 4999 })).toBeUndefined();
    expect(breaker.permission(5000)).toBe('trial');
  });

  it('After an outage, the failures of the outage no longer count', () => {
    const breaker = new OutageBreaker();
    end(breaker, 'x'.repeat(20));
    tryOnce(breaker, undefined, 5000);
    expect(end(breaker, 'xxxxxxxxx')).toBeUndefined();
    expect(breaker.permission(5000)).toBe('allowed');
  });

  it('After 50 ms without any response, no more than 20 calls start until the first timeout', () => {
    const breaker = new OutageBreaker();
    start(breaker, 20);
    expect(breaker.permission(51)).toBe('wait');
    // Of the calls that were made before, the last five had succeeded.
    end(breaker, '.....');
    start(breaker, 20);
    end(breaker, 'x'.repeat(14));
    expect(breaker.permission(51)).toBe('wait');
    expect(end(breaker, 'x')?.kind).toBe('opened');
  });

  it('A response lets 20 further calls start, even if it is an error of the API', () => {
    const breaker = new OutageBreaker();
    start(breaker, 20);
    breaker.callEnded(ended({ failure: failure('frequency') }));
    start(breaker, 20);
    expect(breaker.permission(51)).toBe('wait');
  });

  it('An API that is just slow is not taken for one that hangs, so that no allowed call is wasted', () => {
    const breaker = new OutageBreaker();
    for (let call = 0; call < 100; call += 1) breaker.callEnded(ended({ startedMs: 0, endedMs: 1000 }));
    start(breaker, 64);
    expect([breaker.permission(3900), breaker.permission(4001)]).toEqual(['allowed', 'wait']);
  });

  it('However calls and retries fail, it opens or lets further calls start when all of them have ended', () => {
    const call = fc.record({ responds: fc.nat(9).map((digit) => digit === 0), isRetry: fc.boolean() });
    fc.assert(
      fc.property(fc.array(call, { minLength: 20, maxLength: 100 }), (calls) => {
        const breaker = new OutageBreaker();
        for (const { responds, isRetry } of calls) {
          if (breaker.permission(0) !== 'allowed') break;
          breaker.callStarted(0);
          end(breaker, responds ? '.' : 'x', { isRetry });
        }
        expect(breaker.permission(51)).not.toBe('wait');
      }),
    );
  });

  it('With another address, a trial is made at once', () => {
    const breaker = new OutageBreaker();
    end(breaker, 'x'.repeat(10));
    breaker.halfOpen(100);
    expect(tryOnce(breaker, undefined, 100)).toEqual({ kind: 'closed' });
  });

  it('If the server says when to call again, nothing is sent before, and then one trial', () => {
    const breaker = new OutageBreaker();
    const found = 'HTTP status 503, expected 200';
    const busy = new CallFailure({ command: 'get_room_info', reason: 'http', found, retryAfterMs: 3_600_000 });
    start(breaker, 1);
    expect(breaker.callEnded(ended({ failure: busy, endedMs: 1000 }))).toMatchObject({ kind: 'opened', failure: busy });
    expect(breaker.permission(3_600_999)).toBe('refused');
    expect(tryOnce(breaker, undefined, 3_601_000)).toEqual({ kind: 'closed' });
  });
});
