import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { dashboards } from './dashboard-json.ts';

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}

interface Rule {
  readonly alert?: string;
  readonly annotations?: { readonly dashboard_url?: string };
}

const folder = new URL('../../config/rules/', import.meta.url);
const alerts = readdirSync(folder)
  .map((name) => parse(readFileSync(new URL(name, folder), 'utf8')) as RuleFile)
  .flatMap(({ groups }) => groups.flatMap(({ rules }) => rules))
  .flatMap(({ alert, annotations }) => (alert === undefined ? [] : [{ alert, url: annotations?.dashboard_url ?? '' }]));

const variables: ReadonlyMap<string, readonly string[]> = new Map(
  [...dashboards.values()].map(({ uid, templating }) => [uid, templating.list.map(({ name }) => name)]),
);

describe('The alerts in config/rules', () => {
  it('The names of alerts have the prefix that the dashboards search for', () => {
    expect(alerts.length).toBeGreaterThan(0);
    expect(alerts.filter(({ alert }) => !/^TencentLive.+$/.test(alert))).toEqual([]);
  });

  it.each(alerts)('The alert $alert links to an existing dashboard and its variables', ({ url }) => {
    // Without the address of a Grafana, the template has no link.
    const [, uid = '', query = ''] = /\/d\/([\w-]+)(?:\?(.*))?\{\{ end \}\}$/.exec(url) ?? [];
    const given = [...query.matchAll(/var-(\w+)=/g)].map(([, name]) => name);
    expect(variables.get(uid)).toEqual(expect.arrayContaining(given));
  });
});
