import { stringify } from 'yaml';
import { type Firing, identifyingLabels, type Labels, type Scenario, type Series } from './scenario.ts';

/** The text of a file for `promtool test rules`: one test a scenario, under its name. `ruleFiles` are absolute paths. */
export function promtoolTest(scenarios: readonly Scenario[], ruleFiles: readonly string[]): string {
  return stringify(
    { rule_files: ruleFiles, evaluation_interval: '1m', tests: scenarios.map(testOf) },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}

interface Check {
  readonly expr: string;
  readonly eval_time: string;
  readonly exp_samples: readonly object[];
}

/** promtool tells a failure by its expression, so that carries the name as a comment. */
function testOf(scenario: Scenario): object {
  const { name, minutes, series, fires } = scenario;
  return {
    name,
    interval: '1m',
    input_series: series.map((each) => inputOf(each, minutes)),
    promql_expr_test: [
      { expr: firingWithin('', minutes), eval_time: `${String(minutes)}m`, exp_samples: fires.map(sampleOf) },
      ...fires.flatMap(checksOf),
    ].map((check) => ({ ...check, expr: `${check.expr} # ${name}` })),
  };
}

function inputOf({ metric, labels, at }: Series, minutes: number): object {
  const values = Array.from({ length: minutes + 1 }, (_, minute) => valueOf(at, minute));
  return { series: `${metric}${selector(labels)}`, values: values.join(' ') };
}

/** `stale` only once, as the end of a series: the lookback would keep its last sample alive for 5 minutes. */
function valueOf(at: Series['at'], minute: number): string {
  const value = at(minute);
  if (value !== undefined) return String(value);
  return minute > 0 && at(minute - 1) !== undefined ? 'stale' : '_';
}

function checksOf(firing: Firing): readonly Check[] {
  const { byMinute, atMinute, resolvedAtMinute } = firing;
  const matchers = `, ${matchersOf({ alertname: firing.alert, ...firing.labels })}`;
  const now = `max by (${grouping}) (ALERTS{alertstate="firing"${matchers}})`;
  return [
    ...(byMinute === undefined
      ? []
      : [
          {
            expr: firingWithin(matchers, byMinute),
            eval_time: `${String(byMinute)}m`,
            exp_samples: [sampleOf(firing)],
          },
        ]),
    ...(atMinute === undefined
      ? []
      : [{ expr: now, eval_time: `${String(atMinute)}m`, exp_samples: [sampleOf(firing)] }]),
    ...(resolvedAtMinute === undefined
      ? []
      : [{ expr: now, eval_time: `${String(resolvedAtMinute)}m`, exp_samples: [] }]),
  ];
}

const grouping = ['alertname', ...identifyingLabels].join(', ');

function firingWithin(matchers: string, minutes: number): string {
  return `max by (${grouping}) (max_over_time(ALERTS{alertstate="firing"${matchers}}[${String(minutes + 1)}m:1m]))`;
}

function sampleOf({ alert, labels }: Firing): object {
  return { labels: selector({ alertname: alert, ...labels }), value: 1 };
}

function selector(labels: Labels): string {
  return `{${matchersOf(labels)}}`;
}

function matchersOf(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(', ');
}
