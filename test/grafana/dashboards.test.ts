import * as units from '@grafana/grafana-foundation-sdk/units';
import { describe, expect, it } from '@jest/globals';
import { dashboardFiles } from '../../grafana/dashboards.ts';
import { formatted } from '../../grafana/json.ts';
import {
  type DashboardJson,
  dashboards,
  dashboardText,
  type PanelJson,
  panelsOf,
  queriesOf,
  rowsAndPanelsOf,
} from './dashboard-json.ts';

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
    expect(uids).toEqual(['tencent-live-exporter', 'tencent-live-overview', 'tencent-live-room']);
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
    for (const panels of all.map(rowsAndPanelsOf)) {
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
    expect(all.flatMap((dashboard) => queriesOf(dashboard).filter(({ expr }) => expr.includes('vector(')))).toEqual([]);
  });

  it('Stats and tables show present values, not the last known values', () => {
    const isOfNow = ({ type }: PanelJson): boolean => ['stat', 'table'].includes(type);
    const isInstant = ({ targets = [] }: PanelJson): boolean => targets.every(({ instant }) => instant === true);
    expect(panelsWhere((panel) => isOfNow(panel) !== isInstant(panel))).toEqual([]);
  });

  it('The dashboards share the crosshair', () => {
    expect(all.map(({ graphTooltip }) => graphTooltip)).toEqual([1, 1, 1]);
  });

  it('The dashboards link to each other with the time range and the variables', () => {
    for (const { links, tags } of all) {
      expect(tags).toEqual(['tencent-live']);
      expect(links).toMatchObject([{ type: 'dashboards', tags, keepTime: true, includeVars: true }]);
    }
  });

  it('Panels link only to existing dashboards, with the time range, the data source and the job', () => {
    const urls = all.flatMap(linksOf);
    expect(urls.length).toBeGreaterThan(0);
    for (const url of urls) {
      expect(uids).toContain(/^\/d\/([^?]+)\?/.exec(url)?.[1]);
      for (const part of ['${__url_time_range}', '${datasource:queryparam}', '${job:queryparam}'])
        expect(url).toContain(part);
    }
  });
});
