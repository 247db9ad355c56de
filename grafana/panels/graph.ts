import {
  GraphDrawStyle,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LineInterpolation,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue, ThresholdsConfigBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Query } from '../queries/query.ts';
import { type PanelFacts, withFacts } from './facts.ts';
import { rangeTargets } from './targets.ts';

export interface Graph extends PanelFacts {
  readonly queries: readonly Query[];
  /** Shortest step between two points, for values that the exporter itself collects less often than it is scraped. */
  readonly interval?: string;
  readonly min?: number;
  readonly max?: number;
  /** The axis includes these values, so that it does not jump while all values are small. */
  readonly softMin?: number;
  readonly softMax?: number;
  /** Stacked areas or bars, for parts of a whole. */
  readonly stacked?: 'areas' | 'bars';
  /** Lines at these values. */
  readonly limits?: ThresholdsConfigBuilder;
  /** For many series, in pixels: names on the right, with the last and the largest values, the largest first. */
  readonly legendTable?: { readonly width: number };
  /** How single series look, by their name in the legend. */
  readonly looks?: Readonly<Record<string, DynamicConfigValue[]>>;
}

/** Lines over the time range. Unknown values are gaps. */
export function graph({
  queries,
  interval,
  min,
  max,
  softMin,
  softMax,
  stacked,
  limits,
  legendTable,
  looks = {},
  ...facts
}: Graph): PanelBuilder {
  const tooltip = new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi);
  tooltip.sort(SortOrder.Descending);
  const panel = withFacts(new PanelBuilder(), facts)
    .targets(rangeTargets(queries))
    .drawStyle(stacked === 'bars' ? GraphDrawStyle.Bars : GraphDrawStyle.Line)
    .lineInterpolation(LineInterpolation.Linear)
    .lineWidth(stacked === 'bars' ? 0 : 1)
    .fillOpacity(opacity[stacked ?? 'lines'])
    .showPoints(VisibilityMode.Auto)
    .spanNulls(false)
    .insertNulls(false)
    .stacking(new StackingConfigBuilder().mode(stacked === undefined ? StackingMode.None : StackingMode.Normal))
    .tooltip(tooltip)
    .legend(legendTable === undefined ? list() : tableOfValues(legendTable));
  if (interval !== undefined) panel.interval(interval);
  if (min !== undefined) panel.min(min);
  if (max !== undefined) panel.max(max);
  if (softMin !== undefined) panel.axisSoftMin(softMin);
  if (softMax !== undefined) panel.axisSoftMax(softMax);
  if (limits !== undefined) {
    panel
      .thresholds(limits)
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  for (const [name, properties] of Object.entries(looks)) panel.overrideByName(name, properties);
  return panel;
}

const opacity = { lines: 5, areas: 40, bars: 80 } as const;

function list(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .calcs([]);
}

function tableOfValues({ width }: { readonly width: number }): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Right)
    .calcs(['lastNotNull', 'max'])
    .sortBy('Max')
    .sortDesc(true)
    .width(width);
}

/** A series in one colour. */
export function colored(color: string): DynamicConfigValue {
  return { id: 'color', value: { mode: 'fixed', fixedColor: color } };
}

/** A series to which another one is compared. */
export function dashed(color: string): DynamicConfigValue[] {
  return [
    colored(color),
    { id: 'custom.lineStyle', value: { fill: 'dash', dash: [8, 6] } },
    { id: 'custom.fillOpacity', value: 0 },
  ];
}

/** A series of moments at which a condition holds. */
export function points(color: string): DynamicConfigValue[] {
  return [colored(color), { id: 'custom.drawStyle', value: 'points' }, { id: 'custom.pointSize', value: 5 }];
}

/** A series for comparison that must not hide others. */
export function faint(color: string): DynamicConfigValue[] {
  return [
    colored(color),
    { id: 'custom.lineStyle', value: { fill: 'dot', dash: [0, 6] } },
    { id: 'custom.fillOpacity', value: 0 },
  ];
}
