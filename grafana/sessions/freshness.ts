import type { Row } from '../dashboard.ts';
import { graph } from '../panels/graph.ts';
import { stat } from '../panels/stat.ts';
import { coloredText, table } from '../panels/table.ts';
import { colors } from '../panels/thresholds.ts';
import { ofApps, withApp } from '../queries/apps.ts';
import { recorded } from '../recorded-series.ts';

/** The share of the time in which the audience of an app should be known. */
const objective = 0.99;
const size = { width: 4, height: 8 } as const;
const known = (range: string): string => `max by (sdk_app_id) (avg_over_time(${ofApps(recorded.known)}[${range}]))`;
const met = colors('red', [[objective, 'green']]);
const noRules = 'No recording rules';

/** Are the numbers there when somebody needs them? */
export const freshness: Row = {
  title: `Freshness, with an objective of ${String(objective * 100)} %`,
  panels: [
    stat({
      ...size,
      title: 'Audience known',
      description: `Share of the time range in which the total audience was known, mean of the selected apps (recording rule): at least 99 % of the rooms of an app had a fresh value. Times in which the exporter was down count, unless they were longer than an hour.`,
      unit: 'percentunit',
      noValue: noRules,
      decimals: 2,
      thresholds: met,
      expr: `avg(${known('$__range')})`,
    }),
    stat({
      ...size,
      title: 'Error budget left',
      description: `The share of the permitted ${String(Math.round(100 - objective * 100))} % of unknown time that is left for the app that used most of it. Negative: the objective is not met.`,
      unit: 'percentunit',
      noValue: noRules,
      decimals: 0,
      thresholds: colors('red', [
        [0, 'orange'],
        [0.25, 'green'],
      ]),
      expr: `1 - (1 - min(${known('$__range')})) / ${(1 - objective).toFixed(2)}`,
    }),
    graph({
      width: 10,
      height: 8,
      title: 'Audience known by hour',
      description: 'Share of each hour in which the total audience of each app was known (recording rule).',
      unit: 'percentunit',
      noValue: noRules,
      min: 0,
      max: 1,
      interval: '1h',
      limits: colors('transparent', [[objective, 'green']]),
      queries: [{ expr: withApp(`bottomk(10, ${known('$__interval')})`), legend: '{{app}}' }],
    }),
    table({
      width: 6,
      height: 8,
      title: 'Audience known by app',
      description: 'Share of the time range in which the total audience of each app was known (recording rule).',
      unit: 'percentunit',
      noValue: noRules,
      queries: [{ expr: withApp(`bottomk(50, ${known('$__range')})`) }],
      columns: [
        { field: 'app', heading: 'App' },
        {
          field: 'Value #A',
          heading: 'Known',
          width: 100,
          properties: [{ id: 'decimals', value: 2 }, ...coloredText([-1, 'red'], [objective, 'green'])],
        },
      ],
      sortBy: 'Known',
      ascending: true,
    }),
  ],
};
