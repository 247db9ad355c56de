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
}

/** The tag by which the dashboards find each other. */
const tag = 'tencent-live';

/** A dashboard in Grafana's classic JSON model. */
export function dashboard({ uid, title, description, variables, annotations, rows }: DashboardParts): Dashboard {
  const builder = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([tag])
    .readonly()
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: 'now-6h', to: 'now' })
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

/**
 * The SDK numbers no panels, without which links to one break, and marks links and annotations with a place in a menu
 * that only its newest Grafana knows.
 */
function completed(built: Dashboard): Dashboard {
  const panels = (built.panels ?? []).flatMap((panel) => ('panels' in panel ? [panel, ...panel.panels] : [panel]));
  for (const [index, panel] of panels.entries()) panel.id = index + 1;
  const knownToAll = (key: string, value: unknown): unknown =>
    key === 'placement' && value === DashboardLinkPlacement.InControlsMenu.valueOf() ? undefined : value;
  return JSON.parse(JSON.stringify(built, knownToAll)) as Dashboard;
}
