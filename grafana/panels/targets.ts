import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';
import { DataqueryBuilder, PromQueryFormat, QueryEditorMode } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Query } from '../queries/query.ts';
import { chosenDatasource } from './facts.ts';

/** Values over the time range. */
export function rangeTargets(queries: readonly Query[]): Builder<Dataquery>[] {
  return queries.map(rangeTarget);
}

/** Values over the time range, for the query with this index. */
export function rangeTarget(query: Query, index: number): Builder<Dataquery> {
  return target(query, index).range().format(PromQueryFormat.TimeSeries);
}

/** Values at the end of the time range. */
export function instantTargets(queries: readonly Query[]): Builder<Dataquery>[] {
  return queries.map((query, index) => target(query, index).instant().format(PromQueryFormat.TimeSeries));
}

/** Values at the end of the time range, one row for each series and one column for each label. */
export function tableTargets(queries: readonly Query[]): Builder<Dataquery>[] {
  return queries.map((query, index) => target(query, index).instant().format(PromQueryFormat.Table));
}

/** `A` for the first query of a panel, `B` for the second: the column of its value in a table is `Value #A`. */
export function refId(index: number): string {
  return String.fromCodePoint(65 + index);
}

function target({ expr, legend }: Query, index: number): DataqueryBuilder {
  const query = new DataqueryBuilder()
    .datasource(chosenDatasource)
    .editorMode(QueryEditorMode.Code)
    .expr(expr)
    .refId(refId(index));
  return legend === undefined ? query : query.legendFormat(legend);
}
