import { TableCellHeight, TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import type { DynamicConfigValue } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { Query } from '../queries/query.ts';
import { type PanelFacts, withFacts } from './facts.ts';
import { tableTargets } from './targets.ts';

/** A column of a table. */
export interface Column {
  /** A label, or `Value #A` for the values of the first query, `Value #B` for those of the second. */
  readonly field: string;
  readonly heading: string;
  readonly properties?: readonly DynamicConfigValue[];
}

export interface Table extends PanelFacts {
  /** Their rows are joined by the labels that they share. */
  readonly queries: readonly Query[];
  /** In this order; other fields are hidden. */
  readonly columns: readonly Column[];
  /** Heading of the column that the rows are sorted by. */
  readonly sortBy: string;
  readonly ascending?: boolean;
}

/** A table of the values at the end of the time range. */
export function table({ queries, columns, sortBy, ascending = false, ...facts }: Table): PanelBuilder {
  const panel = withFacts(new PanelBuilder(), facts)
    .targets(tableTargets(queries))
    .withTransformation({ id: 'merge', options: {} })
    .withTransformation({
      id: 'filterFieldsByName',
      options: { include: { names: columns.flatMap(({ field }) => fieldNames(field)) } },
    })
    .withTransformation({
      id: 'organize',
      options: {
        excludeByName: {},
        renameByName: {},
        indexByName: Object.fromEntries(
          columns.flatMap(({ field }, index) => fieldNames(field).map((name) => [name, index])),
        ),
      },
    })
    .cellHeight(TableCellHeight.Sm)
    .sortBy([new TableSortByFieldStateBuilder().displayName(sortBy).desc(!ascending)]);
  for (const { field, heading, properties = [] } of columns) {
    for (const name of fieldNames(field)) {
      panel.overrideByName(name, [{ id: 'displayName', value: heading }, ...properties]);
    }
  }
  return panel;
}

/** Grafana omits the letter of the query if only one query has returned rows. */
function fieldNames(field: string): readonly string[] {
  return field === 'Value #A' ? ['Value', field] : [field];
}

/** Unit of one column. */
export function unit(id: string): DynamicConfigValue {
  return { id: 'unit', value: id };
}
