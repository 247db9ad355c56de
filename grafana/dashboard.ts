import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkPlacement,
  DashboardLinkType,
  RowBuilder,
  type AnnotationQuery,
  type Dashboard,
  type Panel,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { runbooks } from './links.ts';

/** Panels below a heading. */
export interface Row {
  readonly title: string;
  /** Only the heading is shown until somebody opens the row. Panels must not follow it in a row that is open. */
  readonly isCollapsed?: boolean;
  readonly panels: readonly Builder<Panel>[];
}

export interface DashboardParts {
  /** Must not change, because links and bookmarks contain it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly variables: readonly Builder<VariableModel>[];
  readonly annotations: readonly Builder<AnnotationQuery>[];
  readonly rows: readonly Row[];
  /** The start of the time range when somebody opens the dashboard. Default: 6 hours ago. */
  readonly from?: string;
}

/** The tag by which the dashboards find each other. */
const tag = 'tencent-live';

/** A dashboard in Grafana's classic JSON model. */
export function dashboard({
  uid,
  title,
  description,
  variables,
  annotations,
  rows,
  from = 'now-6h',
}: DashboardParts): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([tag])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from, to: 'now' })
    .refresh('30s')
    .variables([...variables])
    .annotations([...annotations])
    .link(
      new DashboardLinkBuilder('Tencent live')
        .type(DashboardLinkType.Dashboards)
        .tags([tag])
        .includeVars(true)
        .keepTime(true)
        .asDropdown(false)
        .targetBlank(false),
    )
    .link(
      new DashboardLinkBuilder('Runbooks')
        .type(DashboardLinkType.Link)
        .url(runbooks)
        .icon('doc')
        .tooltip('What to do about each alert')
        .targetBlank(true),
    );
  for (const { title: heading, isCollapsed = false, panels } of rows) {
    const row = new RowBuilder(heading).collapsed(isCollapsed);
    // Grafana wants the panels of a collapsed row in it, and those of an open one after it.
    if (isCollapsed) for (const panel of panels) row.withPanel(panel);
    builder.withRow(row);
    if (!isCollapsed) for (const panel of panels) builder.withPanel(panel);
  }
  return completed(builder.build());
}

/** The SDK leaves the height of the panels of a collapsed row below it, for which Grafana makes place when the row is opened. */
function withoutGaps(rowsAndPanels: NonNullable<Dashboard['panels']>): void {
  let hidden = 0;
  for (const panel of rowsAndPanels) {
    for (const { gridPos } of 'panels' in panel ? [panel, ...panel.panels] : [panel])
      if (gridPos !== undefined) gridPos.y -= hidden;
    if ('panels' in panel) hidden += heightOf(panel.panels);
  }
}

function heightOf(panels: readonly Panel[]): number {
  if (panels.length === 0) return 0;
  const places = panels.flatMap(({ gridPos }) => (gridPos === undefined ? [] : [gridPos]));
  return Math.max(...places.map(({ y, h }) => y + h)) - Math.min(...places.map(({ y }) => y));
}

/**
 * The SDK numbers no panels, without which links to one break, and marks links and annotations with a place in a menu
 * that only its newest Grafana knows.
 */
function completed(built: Dashboard): Dashboard {
  withoutGaps(built.panels ?? []);
  const panels = (built.panels ?? []).flatMap((panel) => ('panels' in panel ? [panel, ...panel.panels] : [panel]));
  for (const [index, panel] of panels.entries()) panel.id = index + 1;
  const knownToAll = (key: string, value: unknown): unknown =>
    key === 'placement' && value === DashboardLinkPlacement.InControlsMenu.valueOf() ? undefined : value;
  return JSON.parse(JSON.stringify(built, knownToAll)) as Dashboard;
}
