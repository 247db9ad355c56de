import { expect, it } from '@jest/globals';
import { requireProgram } from '../support/require-program.ts';
import { dashboards, queriesOf } from './dashboard-json.ts';
import { interpolate } from './interpolation.ts';
import { promtoolTest } from './promtool.ts';

const values = { job: ['j'], instance: ['a:19123', 'b:19123'], sdk_app_id: ['1', '2'] };
const panels = [
  'Viewers compared with yesterday and last week',
  'Live rooms',
  'Known and exported rooms',
  'Not exported',
];
const sums = [...dashboards.values()]
  .flatMap(queriesOf)
  .filter(({ panel, expr }) => panels.includes(panel) && !expr.includes(' offset '));

/** Each app, the replica that exports it, and its samples, every 15 s. No scrape finds the second app from 10m to 10m30s and after 20m. */
const input = [
  ['1', 'a', (value: number) => `${String(value)}x160`],
  ['2', 'a', (value: number) => `${String(value)}x39 stale`],
  ['2', 'b', (value: number) => `_x42 ${String(value)}x37 stale`],
] as const;

requireProgram({ program: 'promtool', from: 'prometheus' }, 'Sums over apps', () => {
  it.each(sums)(
    '$dashboard: $panel is unknown instead of too low while no scrape finds an app',
    async ({ expr: template }) => {
      const expr = interpolate(template, values);
      const labels = /^\(?sum by \(reason\)/.test(expr) ? '{reason="limit"}' : '{}';
      const at = (time: string, value?: number) => ({
        expr,
        eval_time: time,
        exp_samples: value === undefined ? [] : [{ labels, value }],
      });
      const series = Object.entries({
        'tencent_live_app_info{name="x",': 1,
        'tencent_live_online_members{': 100,
        'tencent_live_rooms{': 100,
        'tencent_live_rooms_exported{': 100,
        'tencent_live_rooms_dropped{reason="limit",': 100,
      }).flatMap(([metric, value]) =>
        input.map(([app, replica, samples]) => ({
          series: `${metric}job="j",instance="${replica}:19123",sdk_app_id="${app}"}`,
          values: samples(value),
        })),
      );
      const checks = [at('9m', 200), at('10m'), at('10m15s'), at('10m30s', 200), at('21m'), at('26m', 100)];
      await expect(
        promtoolTest({ interval: '15s', input_series: series, promql_expr_test: checks }),
      ).resolves.toBeUndefined();
    },
  );
});
