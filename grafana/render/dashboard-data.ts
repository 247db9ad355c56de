import type { DashboardJson, PanelJson, TargetJson } from '../../test/grafana/dashboard-json.ts';
import type { Series } from '../../test/grafana/prometheus.ts';

/** A dashboard with the responses of Prometheus to all of its queries. */
export interface DashboardData {
  readonly dashboard: RenderedDashboard;
  readonly fromMs: number;
  readonly toMs: number;
  readonly variables: Readonly<Record<string, VariableState>>;
  /** By the id of the panel, including panels of collapsed rows. */
  readonly responses: Readonly<Record<number, readonly Response[]>>;
  readonly marks: readonly Mark[];
}

/** What is drawn of a dashboard's JSON, in addition to what the tests of the queries read. */
export interface RenderedDashboard extends DashboardJson {
  readonly time: { readonly from: string };
  readonly panels: readonly RenderedPanel[];
}

export interface RenderedPanel extends PanelJson {
  readonly collapsed?: boolean;
  readonly interval?: string;
  readonly transparent?: boolean;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly transformations?: readonly { readonly id: string; readonly options: unknown }[];
  readonly panels?: readonly RenderedPanel[];
  readonly targets?: readonly RenderedTarget[];
}

export interface RenderedTarget extends TargetJson {
  readonly format?: string;
  readonly legendFormat?: string;
  readonly hide?: boolean;
}

export interface VariableState {
  readonly label: string;
  /** As the dashboard shows it. */
  readonly text: string;
  readonly isHidden: boolean;
}

/** The response to one query. */
export interface Response {
  readonly refId: string;
  readonly isTable: boolean;
  readonly legend: string | undefined;
  readonly stepMs: number;
  readonly series: readonly Series[];
}

/** A line at a time, or a shaded part of all graphs. */
export interface Mark {
  readonly annotation: string;
  readonly color: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The panels in the order in which they are drawn, with those of collapsed rows at their end, as if somebody had opened all rows. */
export function expanded(panels: readonly RenderedPanel[]): readonly RenderedPanel[] {
  let shift = 0;
  return panels.flatMap((panel) => {
    const row = moved(panel, shift);
    if (panel.collapsed !== true || panel.panels === undefined) return [row];
    const top = Math.min(...panel.panels.map(({ gridPos }) => gridPos.y));
    const opened = panel.panels.map((inside) => moved(inside, row.gridPos.y + row.gridPos.h - top));
    shift += Math.max(...opened.map(({ gridPos }) => gridPos.y + gridPos.h)) - row.gridPos.y - row.gridPos.h;
    return [{ ...row, collapsed: false }, ...opened];
  });
}

function moved(panel: RenderedPanel, rows: number): RenderedPanel {
  return { ...panel, gridPos: { ...panel.gridPos, y: panel.gridPos.y + rows } };
}
