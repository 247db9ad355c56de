import { describe, expect, it } from '@jest/globals';
import { Availability } from '../../../src/polling/queue/availability.ts';
import { CallFailure, classifyCode } from '../../../src/tencent/failures.ts';

const refusal = (code: number) =>
  new CallFailure({ command: 'get_room_stats', reason: classifyCode(code), found: 'refused', code });

describe('The availability of a command', () => {
  it('A command that refuses three rooms in a row is unavailable, and its task is paused for 5 s', () => {
    const availability = new Availability({ perApp: false });
    expect([1, 2, 3, 4].map((nowMs) => availability.callEnded(refusal(100007), nowMs))).toEqual([
      undefined,
      undefined,
      'lost',
      undefined,
    ]);
    expect([availability.isAvailable, availability.isPaused(5002), availability.isPaused(5003)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  it('The pause doubles with each further refusal, up to an hour, and begins again after a success', () => {
    const availability = new Availability({ perApp: true });
    let nowMs = 0;
    const pauseSeconds = () => {
      availability.callEnded(refusal(60020), nowMs);
      const startMs = nowMs;
      while (availability.isPaused(nowMs)) nowMs += 1000;
      return (nowMs - startMs) / 1000;
    };
    const pauses = Array.from({ length: 12 }, pauseSeconds);
    expect(pauses).toEqual([5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]);
    expect(availability.callEnded(undefined, nowMs)).toBe('regained');
    expect(pauseSeconds()).toBe(5);
  });

  it('A reload ends the pause', () => {
    const availability = new Availability({ perApp: true });
    for (const nowMs of [0, 5000, 15_000, 35_000]) availability.callEnded(refusal(60020), nowMs);
    expect(availability.isPaused(36_000)).toBe(true);
    availability.endPause();
    expect([availability.isPaused(36_000), availability.isAvailable]).toEqual([false, false]);
  });

  it('A command that does not name a room is unavailable after one refusal', () => {
    expect(new Availability({ perApp: true }).callEnded(refusal(100007), 1)).toBe('lost');
  });

  it('The first success makes the command available again', () => {
    const availability = new Availability({ perApp: true });
    availability.callEnded(refusal(100007), 1);
    expect(availability.callEnded(undefined, 5001)).toBe('regained');
    expect([availability.isAvailable, availability.isPaused(5002)]).toEqual([true, false]);
  });

  it('Refusals of single rooms, plain groups and network errors do not make a command unavailable', () => {
    const availability = new Availability({ perApp: false });
    const failures = [refusal(100007), undefined, refusal(100007), refusal(100004), refusal(100007), refusal(100006)];
    for (const failure of [...failures, ...failures, ...failures, refusal(60008)]) availability.callEnded(failure, 1);
    expect(availability.isAvailable).toBe(true);
  });
});
