import { describe, expect, it } from '@jest/globals';
import { promDuration } from '../../alerting/duration.ts';
import { ruleClock } from '../../alerting/rule-clock.ts';

describe('promDuration', () => {
  it.each([
    [60, '1m'],
    [930, '15m30s'],
    [5400, '1h30m'],
    [2.5, '2s500ms'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(promDuration(seconds)).toBe(text);
  });

  it.each([0, -1, Number.NaN])('refuses %d seconds', (seconds) => {
    expect(() => promDuration(seconds)).toThrow('expected at least 1 ms');
  });
});

describe('ruleClock', () => {
  it('holds a number of samples with half a minute to spare', () => {
    expect(ruleClock({ secondsPerMinute: 60 }).samples(3)).toBe('2m30s');
  });

  it('shortens every time by the same factor', () => {
    const clock = ruleClock({ secondsPerMinute: 2 });
    expect([clock.seconds(1.5), clock.duration(30), clock.samples(3)]).toEqual([3, '1m', '5s']);
  });
});
