import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { dashboards, queriesOf, type DashboardJson } from './dashboard-json.ts';
import { selectorsOf } from './lint/promql.ts';
import { lintRules } from './lint/rules.ts';

/** The exclusions that Grafana's dashboard-linter reads, too. */
const { exclusions } = parse(readFileSync(new URL('../../grafana/dashboards/.lint', import.meta.url), 'utf8')) as {
  readonly exclusions: Readonly<
    Record<string, { readonly reason: string; readonly entries: readonly { readonly dashboard: string }[] }>
  >;
};

function isExcluded(rule: string, { title }: DashboardJson): boolean {
  return exclusions[rule]?.entries.some(({ dashboard }) => dashboard === title) ?? false;
}

/** A dashboard at which every rule finds fault. */
const faulty: DashboardJson = {
  uid: 'faulty',
  title: 'Faulty',
  description: '',
  editable: true,
  graphTooltip: 0,
  tags: [],
  links: [],
  templating: {
    list: [
      { name: 'source', type: 'datasource', label: '', query: 'prometheus', multi: false, includeAll: false },
      { name: 'job', type: 'query', label: 'job', query: 'job', multi: false, includeAll: false },
    ],
  },
  annotations: { list: [] },
  panels: [
    { id: 1, type: 'stat', title: 'Nothing', gridPos: { x: 0, y: 0, w: 1, h: 1 } },
    {
      id: 2,
      type: 'timeseries',
      title: 'Wrong',
      gridPos: { x: 1, y: 0, w: 1, h: 1 },
      targets: [
        {
          refId: 'A',
          datasource: { type: 'prometheus', uid: 'mine' },
          expr: 'sum(requests_total{job="a"}) + rate(requests_total{}[5m])',
        },
      ],
    },
  ],
};

describe('the dashboards, by the rules of Grafana’s dashboard-linter', () => {
  describe.each(lintRules)('$name', ({ name, findings }) => {
    it('finds fault with a faulty dashboard', () => {
      expect(findings(faulty)).not.toEqual([]);
    });

    it('finds no fault with the dashboards that are not excluded with a reason', () => {
      const found = [...dashboards.values()].map((dashboard) => ({
        dashboard: dashboard.title,
        findings: isExcluded(name, dashboard) ? [] : findings(dashboard),
      }));
      expect(found.filter((each) => each.findings.length > 0)).toEqual([]);
    });
  });

  it('reads selectors in every query', () => {
    const unread = [...dashboards.values()].flatMap(queriesOf).filter(({ expr }) => selectorsOf(expr).length === 0);
    expect(unread).toEqual([]);
  });

  it('excludes nothing that would pass', () => {
    const needless = Object.entries(exclusions).flatMap(([rule, { entries }]) =>
      entries.filter(({ dashboard }) => {
        const excluded = [...dashboards.values()].find(({ title }) => title === dashboard);
        const findings = lintRules.find(({ name }) => name === rule)?.findings;
        return excluded === undefined || findings === undefined || findings(excluded).length === 0;
      }),
    );
    expect(needless).toEqual([]);
  });
});
