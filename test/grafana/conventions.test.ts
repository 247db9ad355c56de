import { describe, expect, it } from '@jest/globals';
import { recorded } from '../../grafana/recorded-series.ts';
import { recordedSeries } from '../rules/rule-files.ts';
import { dashboards, panelsOf, queriesOf } from './dashboard-json.ts';

const all = [...dashboards.values()];
const queries = all.flatMap(queriesOf);

/** A metric of this project or of Prometheus, and the matchers behind it, if any. */
const metric =
  /(?<![\w:$"])(?<name>(?:tencent_live|process|nodejs|scrape)_\w+|(?:room|app|task):[\w:]+|ALERTS\w*|up)\b(?!["\s]*=)(?:\{(?<matchers>(?:[^{}]|\$\{[^}]*\})*)\})?/g;

/** The queries in which `isWrong` finds something, with their places. */
function wrong(isWrong: (expr: string) => boolean): readonly string[] {
  return queries
    .filter(({ expr }) => isWrong(expr))
    .map(({ dashboard, panel, expr }) => `${dashboard}: ${panel}: ${expr}`);
}

// What Grafana's dashboard-linter finds, as far as neither the typed builder nor a query of the recorded rooms finds it.
describe('Queries of the dashboards', () => {
  it('Every query selects metrics, each of them of the chosen job', () => {
    const isAnyJob = (expr: string): boolean => {
      const found = [...expr.matchAll(metric)];
      return found.length === 0 || found.some(({ groups }) => groups?.['matchers']?.includes('job=~"$job"') !== true);
    };
    expect(wrong(isAnyJob)).toEqual([]);
  });

  it('Counters are read as rates or increases', () => {
    const isBareCounter = (expr: string): boolean =>
      [...expr.matchAll(metric)].some(
        ({ groups, index }) =>
          /_(?:total|bucket|sum)$/.test(groups?.['name'] ?? '') && !/(?:rate|increase)\($/.test(expr.slice(0, index)),
      );
    expect(wrong(isBareCounter)).toEqual([]);
  });

  it('Rates and increases use the range that fits the scrape interval', () => {
    const ranges = /\b(?:rate|increase)\([^[]*\[(?!\$__(?:rate_)?interval\])/;
    expect(wrong((expr) => ranges.test(expr))).toEqual([]);
  });

  it('The rules record every series that the dashboards expect', () => {
    expect(Object.values(recorded).filter((name) => !recordedSeries.includes(name))).toEqual([]);
  });
});

describe('Panels of the dashboards', () => {
  it('Every panel and query uses the chosen data source, and Grafana does not let anybody edit the dashboards', () => {
    const sources = all.flatMap((dashboard) =>
      panelsOf(dashboard).flatMap(({ datasource, targets = [] }) => [
        datasource?.uid,
        ...targets.map((target) => target.datasource.uid),
      ]),
    );
    expect(new Set(sources)).toEqual(new Set(['${datasource}']));
    expect(all.filter(({ editable }) => editable)).toEqual([]);
  });

  it('Every panel has a query', () => {
    expect(all.flatMap(panelsOf).filter(({ targets = [] }) => targets.length === 0)).toEqual([]);
  });
});
