import {
  type DataFrame,
  type DataTransformerInfo,
  type Field,
  FieldType,
  reduceField,
  toDataFrame,
} from '@grafana/data';
import { map } from 'rxjs';

/**
 * Grafana's transformation "Time series to table", which is part of its application and not of its packages: a row for each
 * series of a query, with its labels and, in a field that is named after the query, the series itself.
 */
export const timeSeriesTable: DataTransformerInfo<object> = {
  id: 'timeSeriesTable',
  name: 'Time series to table',
  operator: () => (source) => source.pipe(map(tablesOf)),
};

function tablesOf(frames: readonly DataFrame[]): DataFrame[] {
  const refIds = [...new Set(frames.map(({ refId }) => refId))];
  return refIds.map((refId) => {
    const series = frames.filter((frame) => frame.refId === refId);
    const labels = [...new Set(series.flatMap((frame) => Object.keys(valueOf(frame)?.labels ?? {})))];
    return toDataFrame({
      refId,
      fields: [
        ...labels.map((label) => ({
          name: label,
          type: FieldType.string,
          values: series.map((frame) => valueOf(frame)?.labels?.[label]),
        })),
        { name: `Trend #${String(refId)}`, type: FieldType.frame, values: series.map(withLastValue) },
      ],
    });
  });
}

function valueOf({ fields }: DataFrame): Field | undefined {
  return fields.find(({ type }) => type === FieldType.number);
}

/** Rows are sorted by this value. */
function withLastValue(frame: DataFrame): DataFrame & { readonly value: unknown } {
  const field = valueOf(frame);
  return { ...frame, value: field && reduceField({ field, reducers: ['lastNotNull'] })['lastNotNull'] };
}
