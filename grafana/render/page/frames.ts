import { applyNullInsertThreshold, type DataFrame, FieldType, toDataFrame } from '@grafana/data';
import type { Series } from '../../../test/grafana/prometheus.ts';
import type { Response } from '../dashboard-data.ts';

/** The responses of a panel as Grafana's Prometheus data source returns them. */
export function framesOf(responses: readonly Response[]): DataFrame[] {
  const tables = responses.filter(({ isTable, series }) => isTable && series.length > 0);
  return responses.flatMap((response) => {
    if (!response.isTable) return response.series.map((series) => seriesFrame(series, response));
    // Grafana leaves the letter of the query out if only one of them has rows.
    return tables.includes(response)
      ? [tableFrame(response, tables.length > 1 ? `Value #${response.refId}` : 'Value')]
      : [];
  });
}

/** Graphs have gaps where points are missing; NaN and infinity are gaps too. */
export function withGaps(
  frame: DataFrame,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): DataFrame {
  const finite = {
    ...frame,
    fields: frame.fields.map((field) =>
      field.type === FieldType.number
        ? { ...field, values: field.values.map((value: unknown) => (Number.isFinite(value) ? value : null)) }
        : field,
    ),
  };
  const time = frame.fields.find(({ type }) => type === FieldType.time);
  if (time === undefined) return finite;
  return applyNullInsertThreshold({
    frame: finite,
    refFieldName: time.name,
    refFieldPseudoMin: fromMs,
    refFieldPseudoMax: toMs,
  });
}

function points({
  value,
  values = value === undefined ? [] : [value],
}: Series): readonly { ms: number; value: number }[] {
  return values.map(([seconds, text]) => ({ ms: seconds * 1000, value: numberOf(text) }));
}

/** Prometheus writes infinity in its own way. */
function numberOf(text: string): number {
  return Number(text.replace('Inf', 'Infinity'));
}

function seriesFrame(series: Series, { refId, legend, stepMs }: Response): DataFrame {
  const name = nameOf(series, legend);
  const all = points(series);
  return toDataFrame({
    refId,
    name,
    fields: [
      { name: 'Time', type: FieldType.time, values: all.map(({ ms }) => ms), config: { interval: stepMs } },
      {
        name: 'Value',
        type: FieldType.number,
        labels: series.metric,
        values: all.map(({ value }) => value),
        config: { displayNameFromDS: name },
      },
    ],
  });
}

function nameOf({ metric }: Series, legend = ''): string {
  if (legend !== '' && legend !== '__auto')
    return legend.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => metric[label] ?? '');
  return `{${Object.entries(metric)
    .map(([label, value]) => `${label}="${value}"`)
    .join(', ')}}`;
}

function tableFrame({ refId, series }: Response, valueName: string): DataFrame {
  const rows = series.flatMap((each) => points(each).map((point) => ({ ...point, metric: each.metric })));
  const labels = [...new Set(series.flatMap(({ metric }) => Object.keys(metric)))].toSorted();
  return toDataFrame({
    refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: rows.map(({ ms }) => ms) },
      ...labels.map((label) => ({
        name: label,
        type: FieldType.string,
        values: rows.map(({ metric }) => metric[label] ?? ''),
      })),
      { name: valueName, type: FieldType.number, values: rows.map(({ value }) => value) },
    ],
  });
}
