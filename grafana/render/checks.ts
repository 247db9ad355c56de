import type { Mark } from './dashboard-data.ts';

/** What is drawn of a dashboard, in pixels from its top left corner. */
export interface DrawnDashboard {
  readonly width: number;
  readonly panels: readonly DrawnPanel[];
  readonly marks: readonly Mark[];
  readonly fromMs: number;
  readonly toMs: number;
}

export interface DrawnPanel {
  readonly title: string;
  readonly type: string;
  readonly bottom: number;
  readonly height: number;
  /** The panel's text for an empty table or graph. */
  readonly noValue: string;
  /** Shows no value: neither a number, nor a row, nor a line. */
  readonly isEmpty: boolean;
  readonly text: string;
  readonly cells: readonly string[];
  readonly tables: readonly { readonly contentWidth: number; readonly width: number }[];
  /** Texts of which the start is not seen because their cell is too narrow: numbers, which are aligned to the right. */
  readonly cutNumbers: readonly string[];
  readonly isTitleCut: boolean;
  /** Undefined if no graph is drawn. */
  readonly plotHeight?: number;
  /** The colours in which texts for a missing value are drawn, such as `rgb(204, 204, 220)`. */
  readonly noValueColors: readonly string[];
  /** Why the panel could not be drawn. */
  readonly error?: string;
}

/** What must be true of a dashboard in a world, and differs from others. */
export interface Expected {
  /** Titles of the panels that say at a glance whether all is well. */
  readonly verdict: readonly string[];
  /** Titles of the panels that show no value in this world, or all of them; all others show one. */
  readonly empty: readonly string[] | 'all';
}

/** What somebody sees of a dashboard without scrolling, on the screen of a laptop. */
const firstScreen = 920;
const leastPlotShare = 0.5;
const mostShadedShare = 0.3;
/** Largest difference between red, green and blue in a colour that looks gray. */
const neutralSpread = 32;

/** Sentences about what is wrong, without the name of the dashboard. */
export type Check = (drawn: DrawnDashboard, expected: Expected) => readonly string[];

/** All that is checked, by the name under which errors are reported. */
export const checks: Readonly<Record<string, Check>> = {
  'every panel is drawn': ofPanels(({ error }) => error),
  'no cell shows the text of an empty table': ofPanels(({ cells, noValue }) => {
    const wrong = cells.filter((cell) => cell === noValue).length;
    return wrong === 0 ? undefined : `${String(wrong)} of its cells show "${noValue}"`;
  }),
  'no text is NaN': ofPanels(({ text }) => (/\bNaN\b/.test(text) ? 'shows NaN' : undefined)),
  'tables fit': ofPanels(({ tables }) => {
    const wide = tables.find(({ contentWidth, width }) => contentWidth > width);
    return wide && `its columns are ${String(wide.contentWidth)} px wide in ${String(wide.width)} px`;
  }),
  'numbers fit in their cells': ofPanels(({ cutNumbers: [first, ...others] }) =>
    first === undefined ? undefined : `"${first}" and ${String(others.length)} other numbers are cut`,
  ),
  'titles fit': ofPanels(({ isTitleCut }) => (isTitleCut ? 'its title is cut' : undefined)),
  'a missing value is neutral': ofPanels(({ noValueColors }) => {
    const wrong = noValueColors.find((color) => !isNeutral(color));
    return wrong && `shows a missing value in ${wrong}`;
  }),
  'the plot has half of its panel': ofPanels(({ plotHeight, height }) =>
    plotHeight === undefined || plotHeight >= leastPlotShare * height
      ? undefined
      : `its plot has ${String(Math.round((100 * plotHeight) / height))} % of the height`,
  ),
  'panels have values as expected': ({ panels }, { empty }) => [
    ...panels.flatMap(({ title, isEmpty }) => {
      if (isEmpty === (empty === 'all' || empty.includes(title))) return [];
      return [`${title}: ${isEmpty ? 'is empty' : 'shows a value, expected none'}`];
    }),
    ...(empty === 'all' ? [] : missing(empty, panels)),
  ],
  'the verdict is on the first screen': ({ panels }, { verdict }) => [
    ...panels
      .filter(({ title, bottom }) => verdict.includes(title) && bottom > firstScreen)
      .map(({ title, bottom }) => `${title}: ends ${String(Math.round(bottom))} px from the top`),
    ...missing(verdict, panels),
  ],
  'annotations leave the graphs readable': ({ marks, fromMs, toMs }) => {
    const share = shadedMs(marks, { fromMs, toMs }) / (toMs - fromMs);
    if (share <= mostShadedShare) return [];
    const names = [...new Set(marks.map(({ annotation }) => annotation))].join(', ');
    return [`${names}: ${String(Math.round(100 * share))} % of the time range is shaded`];
  },
};

/** Runs all checks. Each error names its check. */
export function errorsOf(drawn: DrawnDashboard, expected: Expected): readonly string[] {
  return Object.entries(checks).flatMap(([name, check]) => check(drawn, expected).map((error) => `${error} (${name})`));
}

function ofPanels(check: (panel: DrawnPanel) => string | undefined): Check {
  return ({ panels }) =>
    panels.flatMap((panel) => {
      const error = check(panel);
      return error === undefined ? [] : [`${panel.title}: ${error}`];
    });
}

function missing(titles: readonly string[], panels: readonly DrawnPanel[]): readonly string[] {
  return titles
    .filter((title) => panels.every((panel) => panel.title !== title))
    .map((title) => `${title}: found no panel with this title`);
}

function isNeutral(color: string): boolean {
  const channels = (color.match(/[\d.]+/g) ?? []).slice(0, 3).map(Number);
  return Math.max(...channels) - Math.min(...channels) <= neutralSpread;
}

/** How much of the range the marks cover together. */
function shadedMs(marks: readonly Mark[], range: { readonly fromMs: number; readonly toMs: number }): number {
  let shaded = 0;
  let coveredToMs = range.fromMs;
  for (const { fromMs, toMs } of marks.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const startMs = Math.max(fromMs, coveredToMs);
    const endMs = Math.min(toMs, range.toMs);
    if (endMs > startMs) shaded += endMs - startMs;
    coveredToMs = Math.max(coveredToMs, endMs);
  }
  return shaded;
}
