import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import type { ThresholdsConfigBuilder, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import type { Query } from '../queries/query.ts';
import { type PanelFacts, withFacts } from './facts.ts';
import { missingAs } from './missing.ts';
import { instantTargets, rangeTargets } from './targets.ts';
import { colors } from './thresholds.ts';

export interface Stat extends PanelFacts, Query {
  /** Default: the value is blue. */
  readonly thresholds?: ThresholdsConfigBuilder;
  readonly mappings?: readonly ValueMapping[];
  readonly decimals?: number;
  /** Draws the time range behind the number. */
  readonly hasTrend?: boolean;
  /** Shows the legend instead of the value, in the colour of the value. */
  readonly showsLegend?: boolean;
}

/** One number at the end of the time range, never an older one. */
export function stat({
  thresholds = colors('blue'),
  mappings = [],
  decimals,
  hasTrend = false,
  showsLegend = false,
  ...facts
}: Stat): PanelBuilder {
  const panel = withFacts(new PanelBuilder(), facts)
    .targets(hasTrend ? rangeTargets([endingNow(facts)]) : instantTargets([facts]))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['last']).values(false))
    .graphMode(hasTrend ? BigValueGraphMode.Area : BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .textMode(showsLegend ? BigValueTextMode.Name : BigValueTextMode.Value)
    .mappings([...mappings, missingAs(facts.noValue)])
    .thresholds(thresholds);
  return decimals === undefined ? panel : panel.decimals(decimals);
}

/** The last of the points of a time range would be the last that there was; with a NaN for each missing one, it is of now. */
function endingNow({ expr, ...query }: Query): Query {
  return { ...query, expr: `${expr} or on () vector(NaN)` };
}
