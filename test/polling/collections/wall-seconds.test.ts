import { describe, expect, it } from '@jest/globals';
import { newSeconds } from '../../../src/polling/collections/wall-seconds.ts';

const last = { wallSeconds: 1000, monotonicMs: 50_000 };

describe('The seconds that schedules are asked about', () => {
  it.each([
    ['the second that has begun', 1001, 51_000, [1001]],
    ['each second that a busy process has missed', 1003, 53_000, [1001, 1002, 1003]],
    ['none, if the timer was early', 1000, 50_999, 'none'],
    ['none, until a clock that was set back by a second has caught up', 999, 51_000, 'none'],
    ['only the present one, if the clock was set back by an hour', 1001 - 3600, 51_000, [1001 - 3600]],
    ['only the present one, if the clock was set forward by an hour', 1001 + 3600, 51_000, [1001 + 3600]],
    ['more than can be asked about, after the machine was suspended for an hour', 4600, 3_650_000, 'too many'],
  ])('Schedules are asked about %s', (_, wallSeconds, monotonicMs, expected) => {
    expect(newSeconds(last, { wallSeconds, monotonicMs })).toEqual(expected);
  });
});
