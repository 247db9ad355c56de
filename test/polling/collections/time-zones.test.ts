import { describe, expect, it, jest } from '@jest/globals';
import { CronSchedule } from '../../../src/polling/collections/cron-schedule.ts';

const hour = 3600;

interface Transition {
  readonly timezone: string;
  /** Unix seconds. */
  readonly at: number;
  /** Minutes by which local clocks are set forward. */
  readonly minutes: number;
}

function offsetMinutes(format: Intl.DateTimeFormat, at: number): number {
  const { timeZoneName = '' } = Object.fromEntries(
    format.formatToParts(at * 1000).map(({ type, value }) => [type, value]),
  );
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d+):?(\d+)?/.exec(timeZoneName) ?? [];
  return (sign === '-' ? -1 : 1) * (60 * Number(hours) + Number(minutes));
}

/** All changes of the offset in two years. */
function transitionsOf(timezone: string): readonly Transition[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
  const found: Transition[] = [];
  const end = Date.UTC(2028, 0, 1) / 1000;
  const step = 14 * 24 * hour;
  for (let from = Date.UTC(2026, 0, 1) / 1000; from < end; from += step) {
    const before = offsetMinutes(format, from);
    if (before === offsetMinutes(format, from + step)) continue;
    let [low, high] = [from, from + step];
    while (high - low > 60) {
      const middle = Math.floor((low + high) / 120) * 60;
      if (offsetMinutes(format, middle) === before) low = middle;
      else high = middle;
    }
    found.push({ timezone, at: high, minutes: offsetMinutes(format, high) - before });
  }
  return found;
}

/** One zone for each pattern of transitions: all others behave like one of them. */
const zones = [
  ...new Map(
    Intl.supportedValuesOf('timeZone').map((timezone) => {
      const transitions = transitionsOf(timezone);
      return [JSON.stringify(transitions.map(({ at, minutes }) => [at, minutes])), { timezone, transitions }] as const;
    }),
  ).values(),
].filter(({ transitions }) => transitions.length > 0);

/** The seconds at which a schedule is due from two and a half hours before a transition until as long after it. */
function dueAround({ timezone, at }: Transition, schedule: string): readonly number[] {
  const cron = new CronSchedule({ schedule, timezone });
  const due: number[] = [];
  for (let second = at - 2.5 * hour; second < at + 2.5 * hour; second += 1) if (cron.isDue(second)) due.push(second);
  cron.destroy();
  return due;
}

const gaps = (seconds: readonly number[]) =>
  new Set(seconds.slice(1).map((second, index) => second - (seconds[index] ?? 0)));

describe('Schedules and summer time', () => {
  it('Zones set their clocks by half an hour, an hour or two hours', () => {
    const minutes = new Set(zones.flatMap(({ transitions }) => transitions.map((transition) => transition.minutes)));
    expect([...minutes].toSorted((a, b) => a - b)).toEqual([-120, -60, -30, 30, 60, 120]);
    expect(zones.length).toBeGreaterThan(10);
  });

  it.each(zones)('In $timezone a schedule of seconds or minutes triggers regularly', ({ transitions }) => {
    for (const transition of transitions) {
      expect(gaps(dueAround(transition, '*/15 * * * * *'))).toEqual(new Set([15]));
      expect(gaps(dueAround(transition, '0 */10 * * * *'))).toEqual(new Set([600]));
    }
  });

  it.each(zones)('In $timezone an hourly schedule loses or repeats at most one trigger', ({ transitions }) => {
    for (const transition of transitions) {
      const due = dueAround(transition, '0 20 * * * *');
      expect(Math.abs(due.length - 5)).toBeLessThanOrEqual(1);
      for (const gap of gaps(due)) expect(gap).toBeLessThanOrEqual(1.5 * hour);
    }
  });

  it.each(zones)('In $timezone the next trigger and the interval stay right, second by second', ({ transitions }) => {
    jest.useFakeTimers({ doNotFake: ['performance'] });
    for (const { timezone, at } of transitions) {
      const cron = new CronSchedule({ schedule: '*/15 * * * * *', timezone });
      for (let second = at - 2.5 * hour; second < at + hour; second += 293) {
        jest.setSystemTime(second * 1000 + 400);
        const first = (Math.floor(second / 15) + 1) * 15;
        expect(cron.next(second)).toEqual([first, first + 15]);
      }
    }
    jest.useRealTimers();
  });
});
