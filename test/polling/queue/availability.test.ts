import { describe, expect, it } from '@jest/globals';
import { Availability } from '../../../src/polling/queue/availability.ts';
import { CallFailure, classifyCode } from '../../../src/tencent/failures.ts';

const refusal = (code: number) =>
  new CallFailure({ command: 'get_room_stats', reason: classifyCode(code), found: 'refused', code });
const hour = 3_600_000;

describe('Availability', () => {
  it('takes three refusals in a row for a command that is lacking, and rests for an hour', () => {
    const availability = new Availability({ perApp: false });
    expect([1, 2, 3, 4].map((nowMs) => availability.note(refusal(100007), nowMs))).toEqual([
      undefined,
      undefined,
      'lost',
      undefined,
    ]);
    expect([availability.isAvailable, availability.isResting(hour), availability.isResting(hour + 4)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('takes one refusal of a command that asks for no room', () => {
    expect(new Availability({ perApp: true }).note(refusal(100007), 1)).toBe('lost');
  });

  it('goes on with the first answer, and counts from the start again', () => {
    const availability = new Availability({ perApp: true });
    availability.note(refusal(100007), 1);
    expect(availability.note(undefined, hour + 2)).toBe('found');
    expect([availability.isAvailable, availability.isResting(hour + 3)]).toEqual([true, false]);
  });

  it('is not moved by single rooms, by plain groups and by the network', () => {
    const availability = new Availability({ perApp: false });
    const failures = [refusal(100007), undefined, refusal(100007), refusal(100004), refusal(100007), refusal(100006)];
    for (const failure of [...failures, ...failures, ...failures, refusal(60008)]) availability.note(failure, 1);
    expect(availability.isAvailable).toBe(true);
  });
});
