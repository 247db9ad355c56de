import { describe, expect, it } from '@jest/globals';
import { parseAudience, scaled } from '../../bench/alerting/audiences.ts';
import { crowdOf } from '../../bench/alerting/crowd.ts';
import { inlined } from '../../bench/alerting/detectors.ts';
import { Random } from '../../bench/alerting/random.ts';
import { roomWithDrop, scenarios } from '../../bench/alerting/scenarios.ts';
import { alertsOf, lasts, realLosses, recallOf } from '../../bench/alerting/score.ts';

const minuteMs = 60_000;

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

describe('crowdOf', () => {
  const counts = (audience: readonly (number | undefined)[], everyMs: number) => {
    const crowd = crowdOf({ audience, random: new Random(1) });
    return Array.from({ length: Math.floor(crowd.endMs / everyMs) }, (_, index) => crowd.membersAt(index * everyMs));
  };
  const steady = Array.from({ length: 3000 }, () => 100);
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it('An audience varies by about the square root of its size, but hardly from one response to the next', () => {
    const members = counts(steady, 10_000) as readonly number[];
    const changes = members.slice(1).map((count, index) => count - (members[index] as number));
    expect(Math.abs(meanOf(members) - 100)).toBeLessThan(3);
    expect(Math.sqrt(meanOf(members.map((count) => (count - 100) ** 2)))).toBeGreaterThan(8);
    expect(Math.sqrt(meanOf(changes.map((change) => change ** 2)))).toBeLessThan(3);
  });

  it('False zeros and gaps of the source are responses of 0 and missing ones, and the viewers stay', () => {
    const members = counts([100, 100, 0, undefined, 100, 100], minuteMs);
    expect(members.slice(2, 4)).toEqual([0, undefined]);
    expect(members[4]).toBeGreaterThan(60);
  });
});

describe('roomWithDrop', () => {
  it('Before its drop, a room has the size of the scenario, and afterwards the share that stays', () => {
    const scenario = scenarios.find(({ name }) => name === '50 % of 1,000');
    if (scenario === undefined) throw new Error('found no such scenario');
    const steady = scaled(
      Array.from({ length: 400 }, () => 80_000),
      { level: 80_000, size: 5 },
    );
    const { samples, dropMs } = roomWithDrop([steady], scenario, 0);
    const at = (ms: number) => samples.find(({ scrapedAtMs }) => scrapedAtMs > ms)?.members ?? 0;
    expect(Math.abs(at(dropMs - minuteMs) - 1000)).toBeLessThan(150);
    expect(Math.abs(at(dropMs + minuteMs) - 500)).toBeLessThan(100);
  });
});

describe('inlined', () => {
  const rules = (second: string) =>
    `groups: [{ rules: [{ record: 'a:b', expr: x }, { record: 'a:b45m', expr: y }, { record: 'a:c', expr: '${second}' }] }]`;

  it('A recording is replaced by its expression, and one with a longer name is not', () => {
    expect(inlined(rules('a:b + a:b45m'), 'a:c')).toBe('(x\n) + (y\n)');
  });

  it('A rule file without the recording is an error', () => {
    expect(() => inlined(rules('1'), 'a:d')).toThrow('found no recording a:d in the rule file');
  });
});

describe('The score of a detector', () => {
  const minutes = (...values: readonly number[]) => values.map((value) => value * minuteMs);

  it('Alerts that follow each other within 10 minutes are one', () => {
    expect(alertsOf(minutes(1, 11, 22))).toEqual(minutes(1, 22));
  });

  it('A drop counts as found only within the allowed time', () => {
    const drops = [[49], [50.5], [53], [54]].map((holds) => ({ dropMs: 50 * minuteMs, holdsAtMs: minutes(...holds) }));
    expect(recallOf(drops, 3 * minuteMs)).toBe(0.5);
  });

  const usual = Array.from({ length: 60 }, () => 100);

  it('A real loss is sudden and lasts for 20 minutes', () => {
    expect(realLosses([...usual, ...usual.map(() => 50)])).toEqual([58]);
    expect(realLosses([...usual, 50, 50, 50, 50, ...usual])).toEqual([]);
    expect(realLosses(usual.map((members, minute) => members - minute))).toEqual([]);
  });

  it('An alert lasts if less than 70 % are there 15 to 20 minutes later, false zeros apart', () => {
    expect(lasts([...usual, ...usual.map(() => 65)], 62 * minuteMs)).toBe(true);
    expect(lasts([...usual, 50, 50, 0, 0, ...usual], 62 * minuteMs)).toBe(false);
  });
});
