import { createRequire } from 'node:module';
import { type AnnotationJson, panelsOf, type VariableJson } from '../../test/grafana/dashboard-json.ts';
import { interpolate, type VariableValues } from '../../test/grafana/interpolation.ts';
import type { PrometheusApi, Series } from '../../test/grafana/prometheus.ts';
import { type Option, optionsOf } from '../../test/grafana/variable-options.ts';
import type {
  DashboardData,
  Mark,
  RenderedDashboard,
  RenderedPanel,
  RenderedTarget,
  Response,
  VariableState,
} from './dashboard-data.ts';

// Node cannot load the ES modules of this package.
const { rangeUtil } = createRequire(import.meta.url)('@grafana/data') as typeof import('@grafana/data');

export interface Source {
  readonly prometheus: PrometheusApi;
  /** Unix seconds. */
  readonly toSeconds: number;
  /** The time range, such as `1h`; by default that of the dashboard. */
  readonly length?: string | undefined;
  /** Grafana's setting of the data source. */
  readonly scrapeSeconds: number;
  /** Of the whole dashboard, in pixels: a graph has at most one point per pixel. */
  readonly width: number;
  /** Values of variables; by default all, or the first of those that have one value. */
  readonly chosen: Readonly<Record<string, string>>;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Asks Prometheus what Grafana's data source would ask. Throws if a query fails. */
export async function loadDashboard(dashboard: RenderedDashboard, source: Source): Promise<DashboardData> {
  const lengthSeconds = rangeUtil.intervalToSeconds(source.length ?? dashboard.time.from.replace('now-', ''));
  const range = { from: source.toSeconds - lengthSeconds, to: source.toSeconds };
  const { values, variables } = await variablesOf(dashboard, source, range);
  const responses = await Promise.all(
    (panelsOf(dashboard) as readonly RenderedPanel[]).map(async (panel) => {
      const shown = (panel.targets ?? []).filter(({ hide }) => hide !== true);
      const step = stepOf(panel, source, range);
      const own = { ...values, ...durations(step, source, range) };
      return [
        panel.id,
        await Promise.all(shown.map((target) => respond(target, { source, range, step, values: own }))),
      ];
    }),
  );
  const marks = await Promise.all(
    dashboard.annotations.list.map((annotation) => marksOf(annotation, { source, range, values })),
  );
  return {
    dashboard,
    fromMs: range.from * 1000,
    toMs: range.to * 1000,
    variables,
    responses: Object.fromEntries(responses) as Readonly<Record<number, readonly Response[]>>,
    marks: marks.flat(),
  };
}

interface Variables {
  readonly values: VariableValues;
  readonly variables: Readonly<Record<string, VariableState>>;
}

/** In their order, because each may depend on those before it. */
async function variablesOf(dashboard: RenderedDashboard, source: Source, range: Range): Promise<Variables> {
  const values: Record<string, string | readonly string[]> = {};
  const variables: Record<string, VariableState> = {};
  for (const variable of dashboard.templating.list) {
    const { name, label } = variable;
    const { value, text } =
      variable.type === 'query'
        ? chosenOf(variable, await options(variable), source.chosen[name])
        : { value: 'prometheus', text: 'Prometheus' };
    values[name] = value;
    variables[name] = { label, text, isHidden: (variable as { readonly hide?: number }).hide === 2 };
  }
  return { values, variables };

  function options(variable: VariableJson): Promise<readonly Option[]> {
    const { prometheus } = source;
    return optionsOf(variable, { prometheus, values, startSeconds: range.from, endSeconds: range.to });
  }
}

function chosenOf(
  { multi, allValue }: VariableJson,
  offered: readonly Option[],
  chosen: string | undefined,
): { readonly value: string | readonly string[]; readonly text: string } {
  if (multi && chosen === undefined) return { value: allValue ?? offered.map(({ value }) => value), text: 'All' };
  const value = chosen ?? offered[0]?.value ?? '';
  return { value: multi ? [value] : value, text: offered.find((option) => option.value === value)?.text ?? value };
}

/** Seconds between two points of a panel. */
function stepOf({ gridPos, interval }: RenderedPanel, { width, scrapeSeconds }: Source, { from, to }: Range): number {
  const points = Math.floor((width * gridPos.w) / 24);
  const least = interval === undefined ? 0 : rangeUtil.intervalToSeconds(interval);
  return Math.max(rangeUtil.roundInterval(((to - from) / points) * 1000) / 1000, least, scrapeSeconds);
}

function durations(step: number, { scrapeSeconds }: Source, { from, to }: Range): VariableValues {
  return {
    __interval: `${String(step)}s`,
    __interval_ms: String(step * 1000),
    __rate_interval: `${String(Math.max(step + scrapeSeconds, 4 * scrapeSeconds))}s`,
    __range: `${String(to - from)}s`,
    __range_s: String(to - from),
    __range_ms: String((to - from) * 1000),
  };
}

interface Query {
  readonly source: Source;
  readonly range: Range;
  readonly values: VariableValues;
}

async function respond(target: RenderedTarget, query: Query & { readonly step: number }): Promise<Response> {
  const { source, range, step, values } = query;
  const expr = interpolate(target.expr, values);
  const series =
    target.instant === true
      ? await resultOf(source.prometheus, 'query', { query: expr, time: String(range.to) })
      : await seriesOver(expr, query);
  return {
    refId: target.refId,
    isTable: target.format === 'table',
    legend: target.legendFormat,
    stepMs: step * 1000,
    series,
  };
}

function seriesOver(
  expr: string,
  { source, range, step }: Pick<Query, 'source' | 'range'> & { readonly step: number },
): Promise<readonly Series[]> {
  return resultOf(source.prometheus, 'query_range', {
    query: expr,
    start: String(Math.floor(range.from / step) * step),
    end: String(Math.floor(range.to / step) * step),
    step: String(step),
  });
}

async function resultOf(
  prometheus: PrometheusApi,
  path: string,
  parameters: Readonly<Record<string, string>>,
): Promise<readonly Series[]> {
  return ((await prometheus.get(path, parameters)) as { readonly result: readonly Series[] }).result;
}

/** The marks of an annotation: values are times in milliseconds, or each stretch of values above 0 is a part of the range. */
async function marksOf(annotation: AnnotationJson, { source, range, values }: Query): Promise<readonly Mark[]> {
  const {
    name,
    expr,
    step = '60s',
    iconColor,
    useValueForTime = false,
  } = annotation as AnnotationJson & {
    readonly step?: string;
    readonly iconColor: string;
    readonly useValueForTime?: boolean;
  };
  const seconds = Math.max(rangeUtil.intervalToSeconds(step), source.scrapeSeconds);
  const series = await seriesOver(interpolate(expr, values), { source, range, step: seconds });
  const mark = (fromMs: number, toMs: number): Mark => ({ annotation: name, color: iconColor, fromMs, toMs });
  return series.flatMap(({ values: points = [] }) => {
    if (useValueForTime) return [...new Set(points.map(([, value]) => Number(value)))].map((ms) => mark(ms, ms));
    const times = points.filter(([, value]) => Number(value) > 0).map(([time]) => time);
    const starts = times.filter((time, index) => time - (times[index - 1] ?? -Infinity) > seconds);
    return starts.map((start, index) => {
      const before = starts[index + 1] ?? Infinity;
      return mark(start * 1000, Math.max(...times.filter((time) => time < before)) * 1000);
    });
  });
}
