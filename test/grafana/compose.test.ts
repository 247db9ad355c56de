import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { defaultApps } from '../../src/simulator/simulator.ts';
import { dashboards } from './dashboard-json.ts';

interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly network_mode?: string;
  readonly networks?: { readonly default: { readonly aliases: readonly string[] } };
  readonly profiles?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): unknown => parse(readFileSync(`${root}${path}`, 'utf8'), { merge: true });
const { services, volumes: namedVolumes } = read('compose.yaml') as Compose;
const servicesOf = (profile?: string): Readonly<Record<string, Service>> =>
  Object.fromEntries(Object.entries(services).filter(([, { profiles }]) => profiles?.[0] === profile));
const imagesOf = (started: Readonly<Record<string, Service>>): Readonly<Record<string, string | undefined>> =>
  Object.fromEntries(Object.entries(started).map(([name, { image, build }]) => [name, image ?? build]));

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
    expect(imagesOf(servicesOf())).toEqual({
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
      ...Array.from({ length: 3 }, () => './deploy/compose/cluster.yml'),
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
    expect(Object.values(servicesOf()).map(({ network_mode: network }) => network)).toEqual([
      undefined,
      ...Array.from({ length: 3 }, () => 'service:prometheus'),
    ]);
  });
});

describe('The profile cluster of compose.yaml', () => {
  const { simulator, valkey, ...replicas } = servicesOf('cluster');
  const flags = Object.values(replicas).map(({ command = [] }) => command);

  it('It adds a simulator, Valkey in a pinned version, and three replicas with one config and names of their own', () => {
    expect(imagesOf(servicesOf('cluster'))).toEqual({
      simulator: '.',
      valkey: expect.stringMatching(/^valkey\/valkey:\d+\.\d+\.\d+-alpine$/),
      'replica-1': '.',
      'replica-2': '.',
      'replica-3': '.',
    });
    expect(new Set(flags.map(([config]) => config)).size).toBe(1);
    expect(Object.values(replicas).map(({ environment }) => environment)).toEqual(
      Object.keys(replicas).map((name) => ({ REPLICA: name })),
    );
  });

  it('The simulator, Valkey and the replicas share the localhost to which the config of the replicas refers', () => {
    const others = [valkey, ...Object.values(replicas)];
    expect(others.map((service) => service?.network_mode)).toEqual(others.map(() => 'service:simulator'));
    expect(simulator?.network_mode).toBeUndefined();
  });

  it('Prometheus scrapes the port of each replica at a name that exists only with the profile', () => {
    const { scrape_configs: jobs } = read('prometheus.yml') as {
      readonly scrape_configs: readonly { readonly dns_sd_configs: readonly object[] }[];
    };
    const ports = flags.map((command) => Number(/^--web\.listen-address=:(\d+)$/.exec(command[1] ?? '')?.[1]));
    const names = simulator?.networks?.default.aliases;
    expect(jobs.map(({ dns_sd_configs: targets }) => targets)).toEqual([
      ports.map((port) => ({ names, type: 'A', port })),
    ]);
    expect(simulator?.ports).toEqual(ports.map((port) => `127.0.0.1:${port}:${port}`));
  });

  it('The replicas have the apps of the simulator, without the first, whose id is that of the demo', () => {
    const { apps } = read('deploy/compose/cluster.yml') as {
      readonly apps: readonly { readonly sdk_app_id: number; readonly secret_key: string }[];
    };
    const [, count] = /^--apps=(\d+)$/.exec(simulator?.command?.[1] ?? '') ?? [];
    const defaultSeed = 1;
    expect(apps.map(({ sdk_app_id: id, secret_key: key }) => [id, key])).toEqual(
      defaultApps(defaultSeed, Number(count))
        .slice(1)
        .map(({ sdkAppId, secretKey }) => [sdkAppId, secretKey]),
    );
  });

  it('The config of the replicas is valid, and names each of them by the variable that compose.yaml sets', async () => {
    const path = `${root}deploy/compose/cluster.yml`;
    const { config } = await loadConfig({ path, explicit: true, env: { REPLICA: 'replica-1' }, flags: {} });
    expect(config.cluster.replica).toBe('replica-1');
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
    expect(dashboards.size).toBe(4);
  });
});
