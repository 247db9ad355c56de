import { describe, expect, it } from '@jest/globals';
import { CircuitBreaker } from '../../../src/polling/queue/circuit-breaker.ts';
import { CallFailure, type FailureReason } from '../../../src/tencent/failures.ts';

const refusal = (reason: FailureReason) => new CallFailure({ command: 'get_room_list', reason, found: 'refused' });

describe('The circuit breaker', () => {
  it('The first call of a process is a trial, and other calls wait for its result', () => {
    const breaker = new CircuitBreaker({ openForMs: 60_000 });
    expect(breaker.permission(0)).toBe('trial');
    breaker.startTrial();
    expect(breaker.permission(0)).toBe('wait');
    breaker.close();
    expect(breaker.permission(0)).toBe('allowed');
  });

  it('A trial without a result is repeated', () => {
    const breaker = new CircuitBreaker({ openForMs: 60_000 });
    breaker.startTrial();
    breaker.repeatTrial();
    expect(breaker.permission(0)).toBe('trial');
  });

  it('After a refusal nothing is sent for 60 s, then one call at a time until one succeeds', () => {
    const breaker = new CircuitBreaker({ openForMs: 60_000 });
    breaker.close();
    breaker.open(refusal('credentials'), 1000);
    expect([breaker.permission(1000), breaker.permission(60_999)]).toEqual(['refused', 'refused']);
    expect([breaker.permission(61_000), breaker.failure?.reason]).toEqual(['trial', 'credentials']);
    breaker.startTrial();
    expect(breaker.permission(61_000)).toBe('wait');
    breaker.open(refusal('lockout'), 62_000);
    expect([breaker.permission(121_999), breaker.permission(122_000)]).toEqual(['refused', 'trial']);
    expect(breaker.failure?.reason).toBe('lockout');
    breaker.startTrial();
    breaker.close();
    expect([breaker.permission(122_000), breaker.failure]).toEqual(['allowed', undefined]);
  });

  it('A refusal among calls that succeed is believed only after five others in a row, but a lockout at once', () => {
    const breaker = new CircuitBreaker({ openForMs: 60_000 });
    expect(breaker.believes(refusal('credentials'))).toBe(true);
    breaker.close();
    for (let time = 0; time < 100; time += 1) {
      for (let refused = 0; refused < 5; refused += 1) breaker.callEnded(refusal('credentials'));
      expect(breaker.believes(refusal('credentials'))).toBe(false);
      breaker.callEnded(undefined);
    }
    expect(breaker.believes(refusal('lockout'))).toBe(true);
    for (let refused = 0; refused < 6; refused += 1) breaker.callEnded(refusal('expired'));
    expect(breaker.believes(refusal('expired'))).toBe(true);
  });

  it('A UserSig that cannot be read here stops calls for a second only', () => {
    const breaker = new CircuitBreaker({ openForMs: 60_000 });
    const found = 'user_sig_file x does not exist';
    breaker.open(new CallFailure({ command: 'get_room_list', reason: 'credentials', found, isLocal: true }), 1000);
    expect([breaker.permission(1999), breaker.permission(2000)]).toEqual(['refused', 'trial']);
  });

  it.each<[FailureReason, string]>([
    ['credentials', 'trial'],
    ['expired', 'trial'],
    ['lockout', 'refused'],
  ])('After a refusal for %s, other credentials make the permission for the next call: %s', (reason, permission) => {
    const breaker = new CircuitBreaker({ openForMs: 60_000 });
    breaker.open(refusal(reason), 1000);
    expect(breaker.permission(2000)).toBe('refused');
    breaker.halfOpen(2000);
    expect(breaker.permission(2000)).toBe(permission);
  });
});
