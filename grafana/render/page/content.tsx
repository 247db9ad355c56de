import {
  type DataFrame,
  type Field,
  FieldType,
  type GrafanaTheme2,
  type InterpolateFunction,
  type TimeRange,
} from '@grafana/data';
import type { ReactNode } from 'react';
import type { Mark, RenderedPanel } from '../dashboard-data.ts';

/** What the content of each type of panel is drawn from. */
export interface PanelProps {
  readonly panel: RenderedPanel;
  readonly frames: DataFrame[];
  readonly width: number;
  readonly height: number;
  readonly theme: GrafanaTheme2;
  readonly range: TimeRange;
  readonly marks: readonly Mark[];
  readonly replaceVariables: InterpolateFunction;
}

/** What Grafana shows instead of an empty graph or table. */
export function NoValue({ panel, width, height, theme }: PanelProps): ReactNode {
  const style = { width, height, display: 'grid', placeItems: 'center', color: theme.colors.text.secondary };
  return (
    <div style={style} data-empty>
      <span>{panel.fieldConfig?.defaults.noValue ?? 'No data'}</span>
    </div>
  );
}

/** The series of a graph that have a point. */
export function drawnSeries(
  frames: readonly DataFrame[],
): readonly { readonly frame: DataFrame; readonly field: Field }[] {
  return frames.flatMap((frame) =>
    frame.fields
      .filter(({ type, values }) => type === FieldType.number && values.some(Number.isFinite))
      .map((field) => ({ frame, field })),
  );
}
