import type { Series } from '../../test/grafana/prometheus.ts';
import { checks, type DrawnDashboard, type Expected } from './checks.ts';
import type { DashboardData, RenderedPanel, Response } from './dashboard-data.ts';

interface Broken {
  readonly title: string;
  readonly type: string;
  readonly height?: number;
  readonly top?: number;
  readonly fieldConfig?: object;
  readonly options?: object;
  readonly responses?: readonly (readonly Series[])[];
}

const minuteMs = 60_000;
const toMs = 360 * minuteMs;

const point = (metric: Series['metric'], value: string): Series => ({ metric, value: [toMs / 1000, value] });
const line = (name: string): Series => ({
  metric: { name },
  values: [
    [0, '1'],
    [toMs / 1000, '2'],
  ],
});
const stat = {
  reduceOptions: { calcs: ['last'], values: false },
  graphMode: 'none',
  colorMode: 'value',
  textMode: 'auto',
};
const legend = { legend: { showLegend: true, displayMode: 'list', placement: 'bottom', calcs: [] } };
const wideRow = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`column_${String(index)}`, 'value']));

/** Each is wrong in the way that one of the checks must find. */
const panels: readonly Broken[] = [
  { title: 'Of an unknown type', type: 'nonsense' },
  {
    title: 'Cell without a value',
    type: 'table',
    responses: [[point({ a: '1' }, '1'), point({ a: '2' }, '2')], [point({ a: '1' }, '3')]],
  },
  { title: 'NaN', type: 'stat', options: stat, responses: [[point({}, 'NaN')]] },
  { title: 'Wide table', type: 'table', responses: [[point(wideRow, '1')]] },
  {
    title: 'Cut number',
    type: 'table',
    fieldConfig: { custom: { width: 30 } },
    responses: [[point({ a: '1' }, '123456789123456')]],
  },
  { title: `A title that is ${'too '.repeat(50)}long`, type: 'stat', options: stat, responses: [[point({}, '1')]] },
  {
    title: 'Red without a value',
    type: 'stat',
    options: stat,
    fieldConfig: { thresholds: { mode: 'absolute', steps: [{ value: null, color: 'red' }] } },
  },
  {
    title: 'Legend without a plot',
    type: 'timeseries',
    height: 5,
    options: legend,
    responses: [Array.from({ length: 60 }, (_, index) => line(`Line number ${String(index)}`))],
  },
  { title: 'Empty graph', type: 'timeseries', options: legend },
  { title: 'Verdict at the end', type: 'stat', top: 60, options: stat, responses: [[point({}, '1')]] },
];

/** A dashboard on which every check finds an error. It needs no Prometheus. */
export const brokenDashboard: DashboardData = {
  dashboard: {
    title: 'Broken on purpose',
    panels: panels.map(({ title, type, height = 7, top, fieldConfig = {}, options = {} }, index) => ({
      id: index,
      title,
      type,
      options,
      gridPos: { x: 12 * (index % 2), y: top ?? 7 * Math.floor(index / 2), w: 12, h: height },
      fieldConfig: { defaults: { noValue: 'No value', ...fieldConfig }, overrides: [] },
      transformations: type === 'table' ? [{ id: 'merge', options: {} }] : [],
    })) as readonly RenderedPanel[],
  } as never,
  fromMs: 0,
  toMs,
  variables: {},
  responses: Object.fromEntries(
    panels.map(({ type, responses = [] }, index) => [
      index,
      responses.map((series, query): Response => ({
        refId: 'ABC'[query] ?? '',
        isTable: type === 'table',
        legend: '{{name}}',
        stepMs: minuteMs,
        series,
      })),
    ]),
  ),
  marks: [{ annotation: 'Everything', color: 'red', fromMs: 0, toMs }],
};

const expected: Expected = { verdict: ['Verdict at the end'], empty: ['Red without a value'] };

/** The names of the checks that find nothing on the dashboard that is broken on purpose: there must not be any. */
export function blindChecks(drawn: DrawnDashboard): readonly string[] {
  return Object.entries(checks).flatMap(([name, check]) => (check(drawn, expected).length === 0 ? [name] : []));
}
