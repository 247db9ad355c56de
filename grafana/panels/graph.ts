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
  /** Stacked areas, for parts of a whole. */
  readonly stacked?: boolean;
  /** Lines at these values. */
  readonly limits?: ThresholdsConfigBuilder;
  /** How single series look, by their name in the legend. */
  readonly looks?: Readonly<Record<string, DynamicConfigValue[]>>;
}

/** Lines over the time range. Unknown values are gaps. */
export function graph({
  queries,
  interval,
  min,
  max,
  stacked = false,
  limits,
  looks = {},
  ...facts
}: Graph): PanelBuilder {
  const tooltip = new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi);
  tooltip.sort(SortOrder.Descending);
  const panel = withFacts(new PanelBuilder(), facts)
    .targets(rangeTargets(queries))
    .drawStyle(GraphDrawStyle.Line)
    .lineInterpolation(LineInterpolation.Linear)
    .lineWidth(1)
    .fillOpacity(stacked ? 40 : 5)
    .showPoints(VisibilityMode.Auto)
    .spanNulls(false)
    .insertNulls(false)
    .stacking(new StackingConfigBuilder().mode(stacked ? StackingMode.Normal : StackingMode.None))
    .tooltip(tooltip)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    );
  if (interval !== undefined) panel.interval(interval);
  if (min !== undefined) panel.min(min);
  if (max !== undefined) panel.max(max);
  if (limits !== undefined) {
    panel
      .thresholds(limits)
      .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
  }
  for (const [name, properties] of Object.entries(looks)) panel.overrideByName(name, properties);
  return panel;
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
  return [colored(color), { id: 'custom.drawStyle', value: 'points' }, { id: 'custom.pointSize', value: 7 }];
}
