import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { requireProgram } from '../support/require-program.ts';
import { alerts } from './rule-files.ts';

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

requireProgram({ program: 'amtool', from: 'prometheus-alertmanager' }, 'config/alertmanager.yml', () => {
  it('amtool accepts config/alertmanager.yml', () => {
    expect(execFileSync('amtool', ['check-config', path], { encoding: 'utf8' })).toContain('SUCCESS');
  });
});

describe('config/alertmanager.yml', () => {
  it('Inhibition rules name only alerts that exist', () => {
    const known = new Set(alerts.map(({ alert }) => alert));
    const named = config.inhibit_rules
      .flatMap(({ source_matchers, target_matchers }) => [...source_matchers, ...target_matchers])
      .flatMap((matcher) => matcher.match(/TencentLive\w+/g) ?? []);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('Platform and room alerts are grouped by app, and platform alerts are sent first', () => {
    const [platform, room] = config.route.routes;
    expect([platform, room].map((route) => [route?.matchers, route?.group_by, route?.group_wait])).toEqual([
      [['scope="platform"'], ['job', 'sdk_app_id'], '10s'],
      [['scope="room"'], ['job', 'sdk_app_id'], '2m'],
    ]);
  });
});
