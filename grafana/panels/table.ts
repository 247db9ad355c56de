import { TableCellHeight, TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import { type DynamicConfigValue, ThresholdsMode, type ValueMapping } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { Query } from '../queries/query.ts';
import { type PanelFacts, withFacts } from './facts.ts';
import { missingAs } from './missing.ts';
import { rangeTarget, refId, tableTargets } from './targets.ts';
import type { Step } from './thresholds.ts';

/** A column of a table. */
export interface Column {
  /** A label, or `Value #A` for the values of the first query, `Value #B` for those of the second. */
  readonly field: string;
  readonly heading: string;
  /** Pixels. Columns without a width share what is left. */
  readonly width?: number;
  readonly mappings?: readonly ValueMapping[];
  readonly properties?: readonly DynamicConfigValue[];
}

export interface Table extends PanelFacts {
  /** Their rows are joined by the labels that they share. */
  readonly queries: readonly Query[];
  /** The values of each row over the time range, with the same labels. Its column is the field {@link trendField}. */
  readonly trend?: Query;
  /** In this order; other fields are omitted. */
  readonly columns: readonly Column[];
  /** Heading of the column that the rows are sorted by. */
  readonly sortBy: string;
  readonly ascending?: boolean;
  /** The field by which rows are sorted in descending order while that column is missing. */
  readonly otherwiseBy?: string;
}

/** A table of the values at the end of the time range. */
export function table({
  queries,
  trend,
  columns,
  sortBy,
  ascending = false,
  otherwiseBy,
  ...facts
}: Table): PanelBuilder {
  const trendId = refId(queries.length);
  const fieldNames = columns.map(({ field }) => namesOf(field, trendId));
  const panel = withFacts(new PanelBuilder(), facts).targets([
    ...tableTargets(queries),
    ...(trend === undefined ? [] : [rangeTarget(trend, queries.length)]),
  ]);
  if (trend !== undefined) {
    // Only of the trend: Grafana takes a table with one row for a time series.
    panel.withTransformation({
      id: 'timeSeriesTable',
      filter: { id: 'byRefId', options: trendId },
      options: { [trendId]: { timeField: 'Time' } },
    });
  }
  panel.withTransformation({ id: 'merge', options: {} });
  if (otherwiseBy !== undefined)
    panel.withTransformation({ id: 'sortBy', options: { fields: {}, sort: [{ field: otherwiseBy, desc: true }] } });
  panel
    .withTransformation({ id: 'filterFieldsByName', options: { include: { names: fieldNames.flat() } } })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: {},
        renameByName: {},
        indexByName: Object.fromEntries(fieldNames.flatMap((names, index) => names.map((name) => [name, index]))),
      },
    })
    .cellHeight(TableCellHeight.Sm)
    .sortBy([new TableSortByFieldStateBuilder().displayName(sortBy).desc(!ascending)]);
  for (const [index, { heading, width, mappings = [], properties = [] }] of columns.entries()) {
    for (const name of fieldNames[index] ?? []) {
      panel.overrideByName(name, [
        { id: 'displayName', value: heading },
        // Otherwise an empty cell would show the text for an empty table.
        { id: 'noValue', value: '–' },
        { id: 'mappings', value: [...mappings, missingAs('–')] },
        ...(width === undefined ? [] : [{ id: 'custom.width', value: width }]),
        ...properties,
      ]);
    }
  }
  return panel;
}

/** The field of {@link Table.trend}. */
export const trendField = 'Trend';

/** Grafana omits the letter of the query if only one query has returned rows. */
function namesOf(field: string, trendId: string): readonly string[] {
  if (field === trendField) return [`Trend #${trendId}`];
  return field === 'Value #A' ? ['Value', field] : [field];
}

/** Unit of one column. */
export function unit(id: string): DynamicConfigValue {
  return { id: 'unit', value: id };
}

/**
 * Values as text in the colours of steps. The first step needs a number below all values: for one column, Grafana takes the usual null for 0.
 */
export function coloredText(...steps: readonly Step[]): DynamicConfigValue[] {
  const thresholds = { mode: ThresholdsMode.Absolute, steps: steps.map(([value, color]) => ({ value, color })) };
  return [cell({ type: 'color-text' }), { id: 'thresholds', value: thresholds }];
}

/** Values as text on a bar from 0 to the largest value of the column. */
export const gauge: DynamicConfigValue[] = [
  cell({ type: 'gauge', mode: 'basic', valueDisplayMode: 'text' }),
  { id: 'min', value: 0 },
  // Otherwise the largest value of all columns.
  { id: 'fieldMinMax', value: true },
  { id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } },
];

/** A small graph without numbers. */
export const sparkline: DynamicConfigValue[] = [
  cell({ type: 'sparkline', hideValue: true, lineWidth: 1, fillOpacity: 15, spanNulls: false }),
  { id: 'color', value: { mode: 'fixed', fixedColor: 'blue' } },
];

/** For a field that only links read. Grafana 12 replaced the first property by the second. */
export const hidden: DynamicConfigValue[] = [
  { id: 'custom.hidden', value: true },
  { id: 'custom.hideFrom', value: { viz: true, legend: false, tooltip: false } },
];

export function cell(options: Readonly<Record<string, unknown>>): DynamicConfigValue {
  return { id: 'custom.cellOptions', value: options };
}
