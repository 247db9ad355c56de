import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { dashboards } from './dashboard-json.ts';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly network_mode?: string;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): unknown => parse(readFileSync(`${root}${path}`, 'utf8'));
const { services, volumes: namedVolumes } = read('compose.yaml') as Compose;

const mounts = Object.values(services).flatMap(({ volumes = [] }) =>
  volumes.map((volume) => {
    const [source = '', target = ''] = volume.split(':');
    return { source, target };
  }),
);
const sourceOf = (path: string): string | undefined => {
  const mount = mounts.find(
    ({ source, target }) => source.startsWith('./') && (path === target || path.startsWith(`${target}/`)),
  );
  return mount && `${mount.source}${path.slice(mount.target.length)}`;
};
const isFile = (path: string | undefined): boolean => path !== undefined && existsSync(`${root}${path}`);

describe('compose.yaml', () => {
  it('The demo starts with Prometheus 3, Alertmanager and Grafana in pinned versions', () => {
    const images = Object.fromEntries(
      Object.entries(services).map(([name, { image, build }]) => [name, image ?? build]),
    );
    expect(images).toEqual({
      exporter: '.',
      prometheus: expect.stringMatching(/^prom\/prometheus:v3\.\d+\.\d+$/),
      alertmanager: expect.stringMatching(/^prom\/alertmanager:v\d+\.\d+\.\d+$/),
      grafana: expect.stringMatching(/^grafana\/grafana:\d+\.\d+\.\d+$/),
    });
    expect(services['exporter']?.command).toEqual(['--demo']);
  });

  it('All files that compose.yaml mounts exist', () => {
    const missing = mounts.filter(({ source }) =>
      source.startsWith('.') ? !isFile(source) : !(source in namedVolumes),
    );
    expect(missing).toEqual([]);
  });

  it('The files to which the flags and variables of each program refer are mounted', () => {
    const named = Object.values(services).flatMap(({ command = [], environment = {} }) => [
      ...command.flatMap((flag) => /^--config\.file=(\/.*)$/.exec(flag)?.[1] ?? []),
      ...Object.values(environment).filter((value) => value.startsWith('/')),
    ]);
    expect(named.map(sourceOf)).toEqual([
      './prometheus.yml',
      './config/alertmanager.yml',
      './grafana/dashboards/overview.json',
    ]);
    expect(named.map(sourceOf).filter((path) => !isFile(path))).toEqual([]);
  });

  it('The rules are mounted at the path in prometheus.yml', () => {
    const { rule_files: patterns } = read('prometheus.yml') as { readonly rule_files: readonly string[] };
    const folders = patterns.map((pattern) => `/etc/prometheus/${pattern.replace(/\/[^/]*$/, '')}`);
    expect(folders.map(sourceOf)).toEqual(['./config/rules']);
  });

  it('The demo accepts no connections from other machines', () => {
    const published = Object.values(services).flatMap(({ ports = [] }) => ports);
    expect(published.length).toBeGreaterThan(0);
    expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('All programs run on the localhost to which the configurations refer', () => {
    expect(Object.values(services).map(({ network_mode: network }) => network)).toEqual([
      undefined,
      ...Array.from({ length: 3 }, () => 'service:prometheus'),
    ]);
  });
});

describe('The provisioning of Grafana', () => {
  it('The addresses of the data sources are read from variables that compose.yaml sets', () => {
    const { datasources } = read('grafana/provisioning/datasources/tencent-live.yml') as {
      readonly datasources: readonly { readonly uid: string; readonly type: string; readonly url: string }[];
    };
    const environment = services['grafana']?.environment ?? {};
    const addresses = datasources.map(({ type, url }) => [type, environment[url.slice(2, -1)]]);
    expect(addresses).toEqual([
      ['prometheus', 'http://localhost:9090'],
      ['alertmanager', 'http://localhost:9093'],
    ]);
  });

  it('The data source has the scrape interval of prometheus.yml, from which Grafana derives $__rate_interval', () => {
    const { datasources } = read('grafana/provisioning/datasources/tencent-live.yml') as {
      readonly datasources: readonly { readonly jsonData: { readonly timeInterval?: string } }[];
    };
    const { global } = read('prometheus.yml') as { readonly global: { readonly scrape_interval: string } };
    expect(datasources[0]?.jsonData.timeInterval).toBe(global.scrape_interval);
  });

  it('The dashboards are read from the path at which compose.yaml mounts them, and are read-only', () => {
    const { providers } = read('grafana/provisioning/dashboards/tencent-live.yml') as {
      readonly providers: readonly { readonly options: { readonly path: string }; readonly allowUiUpdates: boolean }[];
    };
    expect(providers.map(({ options, allowUiUpdates }) => [sourceOf(options.path), allowUiUpdates])).toEqual([
      ['./grafana/dashboards', false],
    ]);
    expect(dashboards.size).toBe(3);
  });
});
