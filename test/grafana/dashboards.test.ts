import * as units from '@grafana/grafana-foundation-sdk/units';
import { describe, expect, it } from '@jest/globals';
import { dashboardFiles } from '../../grafana/dashboards.ts';
import { formatted } from '../../grafana/json.ts';
import { runbooks } from '../../grafana/links.ts';
import {
  type DashboardJson,
  dashboards,
  dashboardText,
  type PanelJson,
  panelsOf,
  queriesOf,
  rowsAndPanelsOf,
} from './dashboard-json.ts';

interface MappingJson {
  readonly type: string;
  readonly options: { readonly match?: string; readonly result?: { readonly text: string; readonly color: string } };
}

const all = [...dashboards.values()];
const uids = all.map(({ uid }) => uid);
const grafanaUnits = new Set<unknown>(Object.values(units));

/** The panels that match, each as its dashboard and its title. */
function panelsWhere(matches: (panel: PanelJson) => boolean): readonly string[] {
  return all.flatMap((dashboard) =>
    panelsOf(dashboard)
      .filter(matches)
      .map(({ title }) => `${dashboard.uid}: ${title}`),
  );
}

function unitsOf({ fieldConfig }: PanelJson): readonly unknown[] {
  const overrides = fieldConfig?.overrides.flatMap(({ properties }) => properties) ?? [];
  return [fieldConfig?.defaults.unit, ...overrides.filter(({ id }) => id === 'unit').map(({ value }) => value)];
}

function linksOf(dashboard: DashboardJson): readonly string[] {
  return panelsOf(dashboard).flatMap(({ links = [], fieldConfig }) => {
    const columns = fieldConfig?.overrides.flatMap(({ properties }) => properties) ?? [];
    const columnLinks = columns
      .filter(({ id }) => id === 'links')
      .flatMap(({ value }) => value as readonly { url: string }[]);
    return [...links, ...(fieldConfig?.defaults.links ?? []), ...columnLinks].map(({ url }) => url);
  });
}

describe('The dashboards', () => {
  it.each(dashboardFiles())('The generator writes $name as it is committed', async ({ name, dashboard }) => {
    expect(dashboardText(name)).toBe(await formatted(dashboard));
  });

  it('The dashboards keep the uids that links and bookmarks use', () => {
    expect(uids).toEqual([
      'tencent-live-exporter',
      'tencent-live-overview',
      'tencent-live-room',
      'tencent-live-sessions',
    ]);
    expect([...dashboards.keys()].toSorted()).toEqual(
      dashboardFiles()
        .map(({ name }) => name)
        .toSorted(),
    );
  });

  it('Every panel has a description, a unit and a text for missing values', () => {
    const isIncomplete = ({ title, description = '', fieldConfig }: PanelJson): boolean =>
      [title, description, fieldConfig?.defaults.unit ?? '', fieldConfig?.defaults.noValue ?? ''].includes('');
    expect(panelsWhere(isIncomplete)).toEqual([]);
  });

  it('Panels use only units that Grafana knows', () => {
    expect(panelsWhere((panel) => unitsOf(panel).some((unit) => !grafanaUnits.has(unit)))).toEqual([]);
  });

  it('Each panel has a unique title and a number', () => {
    for (const panels of all.map(rowsAndPanelsOf)) {
      expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
      expect(panels.map(({ id }) => id)).toEqual(panels.map((_, index) => index + 1));
    }
  });

  it('Panels are placed within the grid and do not overlap', () => {
    const overlaps = ({ gridPos: a }: PanelJson, { gridPos: b }: PanelJson): boolean =>
      a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
    // Grafana moves the panels of a collapsed row, and what is below it, when somebody opens it.
    for (const panels of all.flatMap((dashboard) => [
      dashboard.panels,
      ...dashboard.panels.map((row) => row.panels ?? []),
    ])) {
      for (const [index, panel] of panels.entries()) {
        expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(24);
        expect(panels.slice(index + 1).filter((other) => overlaps(panel, other))).toEqual([]);
      }
    }
  });

  it('Graphs show gaps for unknown values', () => {
    const isGraph = ({ type }: PanelJson): boolean => ['timeseries', 'state-timeline'].includes(type);
    expect(panelsWhere((panel) => isGraph(panel) && panel.fieldConfig?.defaults.custom?.spanNulls !== false)).toEqual(
      [],
    );
    const filled = all.flatMap(queriesOf).filter(({ expr }) => /vector\((?!NaN\))/.test(expr));
    expect(filled).toEqual([]);
  });

  it('Stats and tables show present values, not the last known values', () => {
    const isOfNow = ({ type }: PanelJson): boolean => ['stat', 'table'].includes(type);
    const showsNow = ({ type, targets = [], transformations = [] }: PanelJson): boolean =>
      targets.every(
        ({ instant, expr, refId }) =>
          instant === true ||
          // A number with the time range behind it: its last point is of now, or NaN.
          (type === 'stat' && expr.endsWith(' or on () vector(NaN)')) ||
          // A column of small graphs.
          transformations.some(({ id, filter }) => id === 'timeSeriesTable' && filter?.options === refId),
      );
    expect(panelsWhere((panel) => isOfNow(panel) !== showsNow(panel))).toEqual([]);
  });

  it('A missing value has a neutral colour, and an empty cell does not show the text for an empty table', () => {
    const isNeutral = (mappings: unknown, text: string): boolean =>
      (mappings as readonly MappingJson[] | undefined)?.some(
        ({ type, options: { match, result } }) =>
          type === 'special' && match === 'null+nan' && result?.text === text && result.color === 'text',
      ) === true;
    expect(
      panelsWhere(
        ({ type, fieldConfig }) =>
          type === 'stat' && !isNeutral(fieldConfig?.defaults.mappings, fieldConfig?.defaults.noValue ?? ''),
      ),
    ).toEqual([]);
    const properties = ({ fieldConfig }: PanelJson): readonly (readonly { id: string; value: unknown }[])[] =>
      fieldConfig?.overrides.map((override) => override.properties) ?? [];
    const isDash = (column: readonly { id: string; value: unknown }[]): boolean =>
      column.some(({ id, value }) => id === 'noValue' && value === '–');
    expect(panelsWhere((panel) => panel.type === 'table' && !properties(panel).every(isDash))).toEqual([]);
  });

  it('What the colours of a column depend on is a number in each step, because Grafana takes null for 0', () => {
    const steps = panelsWhere(({ fieldConfig }) =>
      (fieldConfig?.overrides ?? []).some(({ properties }) =>
        properties.some(
          ({ id, value }) =>
            id === 'thresholds' &&
            (value as { readonly steps: readonly { readonly value: unknown }[] }).steps.some(
              (step) => typeof step.value !== 'number',
            ),
        ),
      ),
    );
    expect(steps).toEqual([]);
  });

  it('The dashboards share the crosshair', () => {
    expect(all.map(({ graphTooltip }) => graphTooltip)).toEqual([1, 1, 1, 1]);
  });

  it('The dashboards link to each other with the time range and the variables', () => {
    for (const { links, tags } of all) {
      expect(tags).toEqual(['tencent-live']);
      expect(links).toMatchObject([
        { type: 'dashboards', tags, keepTime: true, includeVars: true },
        { type: 'link', url: runbooks },
      ]);
    }
  });

  it('Panels link only to existing dashboards, with the time range, the data source and the job', () => {
    const urls = all.flatMap(linksOf).filter((url) => !url.startsWith(runbooks));
    expect(urls.length).toBeGreaterThan(0);
    for (const url of urls.map((text) => text.replace('${__data.fields.dashboard}', 'tencent-live-room'))) {
      expect(uids).toContain(/^\/d\/([^?]+)\?/.exec(url)?.[1]);
      for (const part of ['${__url_time_range}', '${datasource:queryparam}', '${job:queryparam}'])
        expect(url).toContain(part);
    }
  });
});
