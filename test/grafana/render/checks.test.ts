import { describe, expect, it } from '@jest/globals';
import {
  checks,
  type DrawnDashboard,
  type DrawnPanel,
  errorsOf,
  type Expected,
} from '../../../grafana/render/checks.ts';

const minuteMs = 60_000;
const expected: Expected = { verdict: ['Viewers now'], empty: ['Ended'] };

const panel: DrawnPanel = {
  title: 'Viewers now',
  type: 'stat',
  bottom: 200,
  height: 150,
  noValue: 'Unknown',
  isEmpty: false,
  text: 'Viewers now 55.6 K',
  cells: [],
  tables: [],
  cutNumbers: [],
  isTitleCut: false,
  noValueColors: [],
};
const ended: DrawnPanel = {
  ...panel,
  title: 'Ended',
  isEmpty: true,
  text: 'Ended Not ended',
  noValueColors: ['rgb(204, 204, 220)'],
};

/** A dashboard without errors, apart from what is given. */
function drawn({ changed = {}, ...others }: Partial<DrawnDashboard> & { readonly changed?: Partial<DrawnPanel> } = {}) {
  const panels = [{ ...panel, ...changed }, ended];
  return { width: 1280, panels, marks: [], fromMs: 0, toMs: 100 * minuteMs, ...others };
}

const mark = (from: number, to: number) => ({
  annotation: 'Alerts',
  color: 'red',
  fromMs: from * minuteMs,
  toMs: to * minuteMs,
});

/** For each check, drawings that are just right and drawings that are wrong, with the error. */
const cases: Readonly<
  Record<
    string,
    { readonly right: readonly DrawnDashboard[]; readonly wrong: readonly (readonly [DrawnDashboard, string])[] }
  >
> = {
  'every panel is drawn': {
    right: [],
    wrong: [[drawn({ changed: { error: 'cannot draw it' } }), 'Viewers now: cannot draw it']],
  },
  'no cell shows the text of an empty table': {
    right: [drawn({ changed: { cells: ['–', 'Unknown room'] } })],
    wrong: [[drawn({ changed: { cells: ['1', 'Unknown', 'Unknown'] } }), 'Viewers now: 2 of its cells show "Unknown"']],
  },
  'no text is NaN': {
    right: [drawn({ changed: { text: 'NaNette' } })],
    wrong: [[drawn({ changed: { text: 'Fresh NaN%' } }), 'Viewers now: shows NaN']],
  },
  'tables fit': {
    right: [drawn({ changed: { tables: [{ contentWidth: 600, width: 600 }] } })],
    wrong: [
      [
        drawn({ changed: { tables: [{ contentWidth: 900, width: 818 }] } }),
        'Viewers now: its columns are 900 px wide in 818 px',
      ],
    ],
  },
  'numbers fit in their cells': {
    right: [],
    wrong: [
      [
        drawn({ changed: { cutNumbers: ['24 minutes ago', '9'] } }),
        'Viewers now: "24 minutes ago" and 1 other numbers are cut',
      ],
    ],
  },
  'titles fit': {
    right: [],
    wrong: [[drawn({ changed: { isTitleCut: true } }), 'Viewers now: its title is cut']],
  },
  'a missing value is neutral': {
    right: [drawn({ changed: { noValueColors: ['rgba(36, 41, 46, 0.75)'] } })],
    wrong: ['rgb(242, 73, 92)', 'rgb(115, 191, 105)', 'rgb(87, 148, 242)'].map(
      (color) =>
        [drawn({ changed: { noValueColors: [color] } }), `Viewers now: shows a missing value in ${color}`] as const,
    ),
  },
  'the plot has half of its panel': {
    right: [drawn({ changed: { plotHeight: 75 } })],
    wrong: [[drawn({ changed: { plotHeight: 69 } }), 'Viewers now: its plot has 46 % of the height']],
  },
  'panels have values as expected': {
    right: [],
    wrong: [
      [drawn({ changed: { isEmpty: true } }), 'Viewers now: is empty'],
      [drawn({ panels: [panel, { ...ended, isEmpty: false }] }), 'Ended: shows a value, expected none'],
      [drawn({ panels: [panel] }), 'Ended: found no panel with this title'],
    ],
  },
  'the verdict is on the first screen': {
    right: [drawn({ changed: { bottom: 920 } })],
    wrong: [
      [drawn({ changed: { bottom: 921 } }), 'Viewers now: ends 921 px from the top'],
      [drawn({ panels: [ended] }), 'Viewers now: found no panel with this title'],
    ],
  },
  'annotations leave the graphs readable': {
    // Marks that overlap count once, and what is outside of the range does not count.
    right: [drawn({ marks: [mark(10, 30), mark(20, 40), mark(15, 16), mark(-50, 0), mark(100, 300), mark(60, 60)] })],
    wrong: [[drawn({ marks: [mark(10, 30), mark(50, 61)] }), 'Alerts: 31 % of the time range is shaded']],
  },
};

describe('The checks of a drawn dashboard', () => {
  it('A dashboard without errors passes all checks', () => {
    expect(errorsOf(drawn(), expected)).toEqual([]);
  });

  it('Each check has an example of what it finds', () => {
    expect(Object.keys(cases)).toEqual(Object.keys(checks));
  });

  it.each(Object.entries(cases))('Only what is wrong is found: %s', (name, { right, wrong }) => {
    expect(right.flatMap((each) => errorsOf(each, expected))).toEqual([]);
    for (const [each, error] of wrong) expect(errorsOf(each, expected)).toEqual([`${error} (${name})`]);
  });

  it('In a world in which a dashboard has nothing to show, each panel with a value is an error', () => {
    expect(errorsOf(drawn(), { verdict: [], empty: 'all' })).toEqual([
      'Viewers now: shows a value, expected none (panels have values as expected)',
    ]);
  });
});
