import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { defaultParameters } from '../../alerting/parameters.ts';
import { ruleSet } from '../../alerting/rules.ts';
import { describeWith } from '../support/require-program.ts';

const path = fileURLToPath(new URL('../../config/alertmanager.yml', import.meta.url));

interface Inhibition {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
}

interface AlertmanagerConfig {
  readonly inhibit_rules: readonly Inhibition[];
  readonly route: {
    readonly routes: readonly {
      readonly matchers: readonly string[];
      readonly group_by: readonly string[];
      readonly group_wait: string;
    }[];
  };
}

const config = parse(readFileSync(path, 'utf8')) as AlertmanagerConfig;

describeWith({ program: 'amtool', from: 'prometheus-alertmanager' }, 'config/alertmanager.yml', () => {
  it('is accepted by amtool', () => {
    expect(execFileSync('amtool', ['check-config', path], { encoding: 'utf8' })).toContain('SUCCESS');
  });
});

describe('config/alertmanager.yml', () => {
  it('names only alerts that the rules have', () => {
    const alerts = new Set(
      ruleSet(defaultParameters).files.flatMap(({ groups }) =>
        groups.flatMap(({ rules }) => rules.flatMap((rule) => ('alert' in rule ? rule.alert : []))),
      ),
    );
    const named = config.inhibit_rules
      .flatMap(({ source_matchers, target_matchers }) => [...source_matchers, ...target_matchers])
      .flatMap((matcher) => matcher.match(/TencentLive\w+/g) ?? []);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !alerts.has(name))).toEqual([]);
  });

  it('groups platform and room alerts by app, and lets the platform speak first', () => {
    const [platform, room] = config.route.routes;
    expect([platform, room].map((route) => [route?.matchers, route?.group_by, route?.group_wait])).toEqual([
      [['scope="platform"'], ['job', 'sdk_app_id'], '10s'],
      [['scope="room"'], ['job', 'sdk_app_id'], '2m'],
    ]);
  });
});
