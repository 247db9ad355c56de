import { describe, expect, it } from '@jest/globals';
import { defaultParameters } from '../../alerting/parameters.ts';
import { parseAudience } from '../../alerting/replay/audience-data.ts';
import { detectors } from '../../alerting/replay/detectors.ts';
import { openMetricsLines, openMetricsText } from '../../alerting/replay/openmetrics.ts';
import { outcomeOf, precisionOf, recallOf } from '../../alerting/replay/score.ts';
import { median, minutesAfter, minutesBefore, windowsOf } from '../../alerting/replay/windows.ts';

describe('parseAudience', () => {
  it('leaves a gap where minutes are missing', () => {
    expect(parseAudience('unix_minute_ts,viewers\n600,5\n780,7\n', 'x')).toEqual([5, undefined, undefined, 7]);
  });

  it('says which line is no sample', () => {
    expect(() => parseAudience('unix_minute_ts,viewers\n600,5\n660\n', 'x.csv')).toThrow(
      'x.csv:3: found "660", expected unix_minute_ts,viewers',
    );
  });
});

describe('outcomeOf', () => {
  it('is active once the condition has held for long enough', () => {
    expect(outcomeOf([5, 7, 8, 9], 2)).toEqual({ episodes: [9], active: [9] });
  });

  it('counts a condition that returns within 10 minutes as one alert', () => {
    expect(outcomeOf([1, 11, 22], 0)).toEqual({ episodes: [1, 22], active: [1, 11, 22] });
  });
});

describe('the scores', () => {
  const at = (...minutes: readonly number[]) => outcomeOf(minutes, 0);

  it('count a drop as found only within its time', () => {
    const outcomes = [at(50), at(53), at(54), at(49)];
    expect(recallOf(outcomes, { dropMinute: 50, withinMinutes: 3 })).toEqual({ share: 0.5, delayMinutes: 3 });
  });

  it('count as false what began before the drop, and what the controls raise', () => {
    const injected = [at(20, 50), at(50)];
    expect(precisionOf({ detected: 2, injected, controls: [at(51), at()], dropMinute: 50 })).toBe(0.5);
  });
});

describe('windowsOf', () => {
  const audience = Array.from({ length: 400 }, () => 80_000);
  const request = { audiences: [audience], count: 3, size: 1000, share: 0.5 };

  it('brings the audience to the size that is asked for, and drops it', () => {
    for (const window of windowsOf(request)) {
      expect(window.length).toBe(minutesBefore + minutesAfter);
      expect(Math.abs((median(window.slice(0, minutesBefore)) ?? 0) - 1000)).toBeLessThan(30);
      expect(Math.abs((median(window.slice(minutesBefore)) ?? 0) - 500)).toBeLessThan(30);
    }
  });

  it('gives the same moments again as a control without the drop', () => {
    const before = (share: number) => windowsOf({ ...request, share }).map((window) => window.slice(0, minutesBefore));
    expect(before(1)).toEqual(before(0.5));
  });
});

describe('openMetricsText', () => {
  it('writes a sample a minute and leaves gaps out', () => {
    expect(openMetricsText(openMetricsLines('real', [[5, undefined, 7]]))).toBe(
      [
        '# TYPE room:tencent_live_online_members:fresh gauge',
        'room:tencent_live_online_members:fresh{job="replay",sdk_app_id="real",room_id="0"} 5 1700000040',
        'room:tencent_live_online_members:fresh{job="replay",sdk_app_id="real",room_id="0"} 7 1700000160',
        '# EOF\n',
      ].join('\n'),
    );
  });
});

describe('detectors', () => {
  it('ask only for the one series that the replay has', () => {
    const others = detectors(defaultParameters).flatMap(({ expr }) =>
      [...expr.matchAll(/\b(?:room|app):[\w:]+/g)].map(([name]) => name),
    );
    expect(new Set(others)).toEqual(new Set(['room:tencent_live_online_members:fresh']));
  });
});
