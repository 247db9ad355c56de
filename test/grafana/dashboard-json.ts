import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The parts of Grafana's classic dashboard JSON that the tests read. */
export interface DashboardJson {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly editable: boolean;
  readonly graphTooltip: number;
  readonly tags: readonly string[];
  readonly links: readonly { readonly type: string; readonly keepTime: boolean; readonly includeVars: boolean }[];
  readonly templating: { readonly list: readonly VariableJson[] };
  readonly annotations: { readonly list: readonly AnnotationJson[] };
  readonly panels: readonly PanelJson[];
}

export interface VariableJson {
  readonly name: string;
  readonly type: string;
  readonly label: string;
  readonly query: string | { readonly qryType: number; readonly query: string };
  readonly datasource?: DatasourceJson;
  readonly regex?: string;
  readonly refresh?: number;
  readonly multi: boolean;
  readonly includeAll: boolean;
  readonly allValue?: string;
}

export interface DatasourceJson {
  readonly type: string;
  readonly uid: string;
}

export interface AnnotationJson {
  readonly name: string;
  readonly datasource: DatasourceJson;
  readonly expr: string;
}

export interface PanelJson {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: DatasourceJson;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  /** Of a collapsed row. */
  readonly panels?: readonly PanelJson[];
  readonly targets?: readonly TargetJson[];
  readonly transformations?: readonly { readonly id: string; readonly filter?: { readonly options: string } }[];
  readonly fieldConfig?: {
    readonly defaults: {
      readonly unit?: string;
      readonly noValue?: string;
      readonly mappings?: readonly unknown[];
      readonly custom?: { readonly spanNulls?: boolean | number };
      readonly links?: readonly LinkJson[];
    };
    readonly overrides: readonly {
      readonly matcher: { readonly options: string };
      readonly properties: readonly { readonly id: string; readonly value: unknown }[];
    }[];
  };
  readonly links?: readonly LinkJson[];
}

export interface LinkJson {
  readonly url: string;
}

export interface TargetJson {
  readonly expr: string;
  readonly refId: string;
  readonly instant?: boolean;
  readonly datasource: DatasourceJson;
}

const folder = fileURLToPath(new URL('../../grafana/dashboards/', import.meta.url));

/** The committed dashboards, by file name. */
export const dashboards: ReadonlyMap<string, DashboardJson> = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, JSON.parse(dashboardText(name)) as DashboardJson]),
);

export function dashboardText(name: string): string {
  return readFileSync(`${folder}${name}`, 'utf8');
}

/** Rows and panels, including those of collapsed rows. */
export function rowsAndPanelsOf({ panels }: DashboardJson): readonly PanelJson[] {
  return panels.flatMap((panel) => [panel, ...(panel.panels ?? [])]);
}

/** Panels with content; a row is only a heading. */
export function panelsOf(dashboard: DashboardJson): readonly PanelJson[] {
  return rowsAndPanelsOf(dashboard).filter(({ type }) => type !== 'row');
}

/** One query and its position. */
export interface PlacedQuery {
  readonly dashboard: string;
  readonly panel: string;
  readonly type: string;
  readonly expr: string;
  readonly instant: boolean;
}

/** Every query of a dashboard, including those of its annotations. */
export function queriesOf(dashboard: DashboardJson): readonly PlacedQuery[] {
  return [
    ...panelsOf(dashboard).flatMap(({ title, type, targets = [] }) =>
      targets.map(({ expr, instant = false }) => ({ dashboard: dashboard.uid, panel: title, type, expr, instant })),
    ),
    ...dashboard.annotations.list.map(({ name, expr }) => ({
      dashboard: dashboard.uid,
      panel: name,
      type: 'annotation',
      expr,
      instant: false,
    })),
  ];
}

/** The query of a variable. */
export function variableQuery({ query }: VariableJson): string {
  return typeof query === 'string' ? query : query.query;
}
