import { describe, expect, it } from '@jest/globals';
import { Availability } from '../../../src/polling/queue/availability.ts';
import { CallFailure, classifyCode } from '../../../src/tencent/failures.ts';

const refusal = (code: number) =>
  new CallFailure({ command: 'get_room_stats', reason: classifyCode(code), found: 'refused', code });
const hour = 3_600_000;

describe('The availability of a command', () => {
  it('A command that refuses three rooms in a row is unavailable, and its task is paused for an hour', () => {
    const availability = new Availability({ perApp: false });
    expect([1, 2, 3, 4].map((nowMs) => availability.callEnded(refusal(100007), nowMs))).toEqual([
      undefined,
      undefined,
      'lost',
      undefined,
    ]);
    expect([availability.isAvailable, availability.isPaused(hour), availability.isPaused(hour + 4)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('A command that does not name a room is unavailable after one refusal', () => {
    expect(new Availability({ perApp: true }).callEnded(refusal(100007), 1)).toBe('lost');
  });

  it('The first success makes the command available again', () => {
    const availability = new Availability({ perApp: true });
    availability.callEnded(refusal(100007), 1);
    expect(availability.callEnded(undefined, hour + 2)).toBe('regained');
    expect([availability.isAvailable, availability.isPaused(hour + 3)]).toEqual([true, false]);
  });

  it('Refusals of single rooms, plain groups and network errors do not make a command unavailable', () => {
    const availability = new Availability({ perApp: false });
    const failures = [refusal(100007), undefined, refusal(100007), refusal(100004), refusal(100007), refusal(100006)];
    for (const failure of [...failures, ...failures, ...failures, refusal(60008)]) availability.callEnded(failure, 1);
    expect(availability.isAvailable).toBe(true);
  });
});
