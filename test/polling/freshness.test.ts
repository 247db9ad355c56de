import { describe, expect, it } from '@jest/globals';
import { freshForMs } from '../../src/polling/freshness.ts';

const minuteMs = 60_000;

describe('Freshness', () => {
  it.each([
    ['90 s, if the schedule is short', { staleAfter: 3, scheduledMs: 10_000, reachableMs: 0 }, 90_000],
    ['90 s, if the schedule has no next trigger', { staleAfter: 3, scheduledMs: 0, reachableMs: 0 }, 90_000],
    ['three intervals of the schedule', { staleAfter: 3, scheduledMs: minuteMs, reachableMs: 0 }, 3 * minuteMs],
    ['as many intervals as configured', { staleAfter: 5, scheduledMs: minuteMs, reachableMs: 0 }, 5 * minuteMs],
    [
      'intervals that the quota allows, if they are longer',
      { staleAfter: 3, scheduledMs: 10_000, reachableMs: 2 * minuteMs },
      6 * minuteMs,
    ],
    [
      'intervals of the schedule, if the quota allows shorter ones',
      { staleAfter: 3, scheduledMs: minuteMs, reachableMs: 20_000 },
      3 * minuteMs,
    ],
    ['one interval and not less than 90 s', { staleAfter: 1, scheduledMs: minuteMs, reachableMs: minuteMs }, 90_000],
  ])('A value stays fresh for %s', (_, intervals, expectedMs) => {
    expect(freshForMs(intervals)).toBe(expectedMs);
  });
});
