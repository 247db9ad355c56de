import { BigValueColorMode, BigValueGraphMode, ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import type { ThresholdsConfigBuilder, ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import type { Query } from '../queries/query.ts';
import { type PanelFacts, withFacts } from './facts.ts';
import { instantTargets } from './targets.ts';
import { colors } from './thresholds.ts';

export interface Stat extends PanelFacts, Query {
  /** Default: the value is blue. */
  readonly thresholds?: ThresholdsConfigBuilder;
  readonly mappings?: ValueMapping[];
  readonly decimals?: number;
}

/** One number at the end of the time range, never an older one. */
export function stat({ thresholds = colors('blue'), mappings = [], decimals, ...facts }: Stat): PanelBuilder {
  const panel = withFacts(new PanelBuilder(), facts)
    .targets(instantTargets([facts]))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['last']).values(false))
    .graphMode(BigValueGraphMode.None)
    .colorMode(BigValueColorMode.Value)
    .mappings(mappings)
    .thresholds(thresholds);
  return decimals === undefined ? panel : panel.decimals(decimals);
}
