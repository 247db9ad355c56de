import { describe, expect, it } from '@jest/globals';
import { median, minutesAfter, minutesBefore, parseAudience, windowsOf } from '../../bench/alerting/audiences.ts';
import { detectors } from '../../bench/alerting/detectors.ts';
import { outcomeOf, scoreOf } from '../../bench/alerting/score.ts';
import { ruleFiles } from './rule-files.ts';

describe('parseAudience', () => {
  it('A missing minute of an audience is a gap', () => {
    expect(parseAudience('unix_minute_ts,viewers\n600,5\n780,7\n', 'x')).toEqual([5, undefined, undefined, 7]);
  });

  it('A line that is not a sample is reported with its file and number', () => {
    expect(() => parseAudience('unix_minute_ts,viewers\n600,5\n660\n', 'x.csv')).toThrow(
      'x.csv:3: found "660", expected unix_minute_ts,viewers',
    );
  });
});

describe('outcomeOf', () => {
  it('A detector is active once its condition has held for long enough', () => {
    expect(outcomeOf([5, 7, 8, 9], 2)).toEqual({ episodes: [9], active: [9] });
  });

  it('A condition that returns within 10 minutes counts as one alert', () => {
    expect(outcomeOf([1, 11, 22], 0)).toEqual({ episodes: [1, 22], active: [1, 11, 22] });
  });
});

describe('scoreOf', () => {
  const at = (...minutes: readonly number[]) => outcomeOf(minutes, 0);
  const limits = { dropMinute: 50, withinMinutes: 3 };

  it('A drop counts as detected only within the allowed time', () => {
    const score = scoreOf({ drops: [at(50), at(53), at(54), at(49)], controls: [], ...limits });
    expect(score).toMatchObject({ recall: 0.5, delayMinutes: 3 });
  });

  it('An alert before the drop is false, and so is one without a drop', () => {
    const score = scoreOf({ drops: [at(20, 50), at(50)], controls: [at(51), at()], ...limits });
    expect(score.precision).toBe(0.5);
  });
});

describe('windowsOf', () => {
  const audience = Array.from({ length: 400 }, () => 80_000);
  const options = { audiences: [audience], count: 3, size: 1000, share: 0.5 };

  it('A window has the requested size before the drop, and the requested share of it after', () => {
    for (const window of windowsOf(options)) {
      expect(window.length).toBe(minutesBefore + minutesAfter);
      expect(Math.abs((median(window.slice(0, minutesBefore)) ?? 0) - 1000)).toBeLessThan(30);
      expect(Math.abs((median(window.slice(minutesBefore)) ?? 0) - 500)).toBeLessThan(30);
    }
  });

  it('A control without a drop has the same moments', () => {
    const before = (share: number) => windowsOf({ ...options, share }).map((window) => window.slice(0, minutesBefore));
    expect(before(1)).toEqual(before(0.5));
  });
});

describe('detectors', () => {
  it('Detectors read only the one series that a replay has', () => {
    const ruleFile = ruleFiles.find((path) => path.endsWith('audience.yml')) ?? '';
    const read = detectors(ruleFile).flatMap(({ expr }) =>
      [...expr.matchAll(/\b(?:room|app):[\w:]+/g)].map(([name]) => name),
    );
    expect(new Set(read)).toEqual(new Set(['room:tencent_live_online_members:fresh']));
  });
});
