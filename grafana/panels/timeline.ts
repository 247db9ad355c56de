import { LegendDisplayMode, VisibilityMode, VizLegendOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import { MappingType, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import type { Query } from '../queries/query.ts';
import { type PanelFacts, withFacts } from './facts.ts';
import { rangeTargets } from './targets.ts';
import { colors } from './thresholds.ts';

export interface Timeline extends PanelFacts {
  readonly queries: readonly Query[];
  readonly mappings: ValueMapping[];
}

/** States over the time range, with one row for each series. */
export function timeline({ queries, mappings, ...facts }: Timeline): PanelBuilder {
  return withFacts(new PanelBuilder(), facts)
    .targets(rangeTargets(queries))
    .mappings(mappings)
    .thresholds(colors('blue'))
    .showValue(VisibilityMode.Auto)
    .mergeValues(true)
    .spanNulls(false)
    .fillOpacity(80)
    .legend(new VizLegendOptionsBuilder().showLegend(false).displayMode(LegendDisplayMode.List).calcs([]));
}

/** The names and the colours of values. */
export function namedStates(states: Readonly<Record<string, readonly [text: string, color: string]>>): ValueMapping[] {
  return [
    {
      type: MappingType.ValueToText,
      options: Object.fromEntries(
        Object.entries(states).map(([value, [text, color]], index) => [value, { text, color, index }]),
      ),
    },
  ];
}
