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
  readonly equal: readonly string[];
}

interface Route {
  readonly group_by?: readonly string[];
  readonly group_wait: string;
  readonly group_interval: string;
}

interface AlertmanagerConfig {
  readonly inhibit_rules: readonly Inhibition[];
  readonly route: Route & {
    readonly group_by: readonly string[];
    readonly routes: readonly (Route & { readonly matchers: readonly string[] })[];
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

  it('Platform alerts are sent before the room alerts that they inhibit, and each first message leaves within 30 seconds', () => {
    const waits = [config.route, ...config.route.routes].map(({ group_wait }) => group_wait);
    expect(waits).toEqual(['20s', '5s', '25s', '25s', '10s']);
    const [platform, ...rooms] = config.route.routes.slice(0, 3).map(({ matchers }) => matchers);
    expect(platform).toEqual(['scope="platform"']);
    expect(rooms).toEqual([['scope="room"', 'severity="info"'], ['scope="room"']]);
  });
});

interface Alert {
  readonly scope: string;
  readonly severity: string;
  readonly task?: string;
  readonly alertname?: string;
}

const room = { scope: 'room', severity: 'warning', alertname: 'TencentLiveRoomAudienceDrop' };

describe('The routes of config/alertmanager.yml', () => {
  it.each([
    [{ ...room, severity: 'info' }, 'job,sdk_app_id', '15m'],
    [{ ...room, severity: 'critical' }, 'job,sdk_app_id,room_id', '30s'],
    [room, 'job,sdk_app_id,room_id', '30s'],
    [{ scope: 'platform', severity: 'critical' }, 'job,sdk_app_id', '1m'],
    [{ scope: 'app', severity: 'critical' }, 'alertname,job,sdk_app_id', '1m'],
    [{ scope: 'app', severity: 'warning' }, 'alertname,job,sdk_app_id', '5m'],
  ])(
    'Alerts such as %j are grouped by %s, and a group has news every %s at most',
    (alert: Alert, groupBy, interval) => {
      const { group_by = config.route.group_by, group_interval } = routeOf(alert);
      expect([group_by.join(), group_interval]).toEqual([groupBy, interval]);
    },
  );
});

describe('The inhibition rules of config/alertmanager.yml', () => {
  const stale = (task: string) => ({
    scope: 'app',
    severity: 'critical',
    alertname: 'TencentLiveCollectionStale',
    task,
  });
  const critical = { ...room, severity: 'critical' };
  const platform = { scope: 'platform', severity: 'critical', alertname: 'TencentLivePlatformAudienceDrop' };

  it.each([
    ['A stale room list does not inhibit alerts on rooms whose counts are fresh', stale('room_list'), room, []],
    ['Stale counts inhibit alerts on rooms of the app', stale('online_members'), room, ['job', 'sdk_app_id']],
    ['An alert on an app inhibits alerts on its own rooms only', platform, critical, ['job', 'sdk_app_id']],
    ['A room inhibits its own alerts with a lower severity', critical, room, ['job', 'sdk_app_id', 'room_id']],
    ['A room does not inhibit its own alert with a higher severity', room, critical, []],
  ])('%s', (_, source: Alert, target: Alert, labels) => {
    const rules = config.inhibit_rules.filter(
      ({ source_matchers, target_matchers }) => matches(source_matchers, source) && matches(target_matchers, target),
    );
    expect(rules.flatMap(({ equal }) => equal)).toEqual(labels);
  });
});

/** The first route whose matchers all match, with what it inherits. */
function routeOf(alert: Alert) {
  return config.route.routes.find(({ matchers }) => matches(matchers, alert)) ?? config.route;
}

function matches(matchers: readonly string[], alert: Alert): boolean {
  const labels: Readonly<Record<string, string | undefined>> = { ...alert };
  return matchers.every((matcher) => {
    const [, name = '', operator = '', value = ''] = /^(\w+)(=~?)"(.*)"$/.exec(matcher) ?? [];
    const label = labels[name] ?? '';
    return operator === '=~' ? new RegExp(`^(?:${value})$`).test(label) : operator === '=' && label === value;
  });
}
