import { type VariableJson, variableQuery } from './dashboard-json.ts';
import { interpolate, type VariableValues } from './interpolation.ts';
import type { PrometheusApi, Series } from './prometheus.ts';

/** The options of a variable. */
export interface Option {
  readonly text: string;
  readonly value: string;
}

interface Sample extends Series {
  readonly value: readonly [number, string];
}

interface Asked {
  readonly prometheus: PrometheusApi;
  readonly values: VariableValues;
  /** Unix seconds. */
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** The options that Grafana creates for a query variable. */
export async function optionsOf(
  variable: VariableJson,
  { prometheus, values, startSeconds, endSeconds }: Asked,
): Promise<readonly Option[]> {
  const query = interpolate(variableQuery(variable), values);
  const [, result] = /^query_result\((.*)\)$/.exec(query) ?? [];
  if (result !== undefined) {
    const { result: samples } = (await prometheus.get('query', { query: result, time: String(endSeconds) })) as {
      readonly result: readonly Sample[];
    };
    return samples.flatMap((sample) => matched(written(sample), variable.regex));
  }
  const [, selector, label] = /^label_values\((.*), (\w+)\)$/.exec(query) ?? [];
  if (selector === undefined || label === undefined)
    throw new Error(`found ${query}, expected query_result or label_values`);
  const found = (await prometheus.get(`label/${label}/values`, {
    'match[]': selector,
    start: String(startSeconds),
    end: String(endSeconds),
  })) as readonly string[];
  return found.map((value) => ({ text: value, value }));
}

/** A row of `query_result` in Grafana, before the regular expression of the variable is applied. */
function written({ metric, value: [seconds, value] }: Sample): string {
  const labels = Object.entries(metric).map(([name, label]) => `${name}="${label}"`);
  return `{${labels.join(',')}} ${value} ${String(seconds * 1000)}`;
}

function matched(text: string, regex = '/(?<value>.*)/'): readonly Option[] {
  const { groups } = new RegExp(regex.slice(1, -1)).exec(text) ?? {};
  const value = groups?.['value'];
  return value === undefined ? [] : [{ text: groups?.['text'] ?? value, value }];
}
