import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { readVersion } from '../../src/platform/version.ts';
import { writeTemporary } from '../support/simulated-config.ts';
import { knownKinds, type Resource, unknownKeys } from './kubernetes-schemas.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const manifestText = (name: string): string => readFileSync(`${root}deploy/kubernetes/${name}`, 'utf8');
const manifest = (name: string): unknown => parse(manifestText(name));

/** The files of a folder below deploy/kubernetes that hold resources. */
const resourcesIn = (folder: string): readonly string[] =>
  readdirSync(`${root}deploy/kubernetes/${folder}`)
    .filter((name) => name.endsWith('.yaml') && name !== 'kustomization.yaml')
    .toSorted();

const folders = ['', 'persistent-state/', 'prometheus-operator/'];
const names = folders.flatMap((folder) => resourcesIn(folder).map((name) => folder + name));

/** The operator has this key since 0.65. The newest schemas for this Node version are older. */
const newerKey = /\.keep_firing_for$/;

interface Deployment {
  readonly spec: {
    readonly replicas: number;
    readonly strategy: object;
    readonly template: {
      readonly spec: {
        readonly securityContext: object;
        readonly containers: readonly {
          readonly image: string;
          readonly securityContext: object;
          readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
        }[];
        readonly volumes: readonly { readonly name: string }[];
      };
    };
  };
}

interface Named {
  readonly metadata: { readonly name: string };
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly patches: readonly { readonly patch: string }[];
}

interface ServiceMonitor {
  readonly spec: { readonly endpoints: readonly { readonly relabelings: readonly object[] }[] };
}

/** The config in the config map, with the path of another file for the secret. */
async function configOfConfigMap(secret: string): Promise<Config> {
  const { data } = manifest('configmap.yaml') as { readonly data: Readonly<Record<string, string>> };
  const text = data['exporter.yml']?.replace('/etc/tencent-live-exporter/secrets/secret_key', secret) ?? '';
  const path = writeTemporary('exporter.yml', text);
  return (await loadConfig({ path, explicit: true, env: {}, flags: {} })).config;
}

describe('Kubernetes manifests', () => {
  it('There is one manifest of each kind', () => {
    expect(names.map((name) => (manifest(name) as Resource).kind).toSorted()).toEqual(knownKinds);
  });

  it.each(names)('%s follows the schema of its kind, without unknown keys', async (name) => {
    const unknown = await unknownKeys(manifest(name) as Resource);
    expect(unknown.filter((key) => !newerKey.test(key))).toEqual([]);
  });

  it.each(folders)('The kustomization in deploy/kubernetes/%s applies all manifests of its folder', (folder) => {
    const { resources } = manifest(`${folder}kustomization.yaml`) as Kustomization;
    expect(resources).toEqual(resourcesIn(folder));
  });

  it('The config map holds a config that is valid once the secret exists', async () => {
    const secret = writeTemporary('secret_key', 'k'.repeat(64));
    const { apps } = await configOfConfigMap(secret);
    expect(apps.map(({ credentials }) => credentials)).toEqual([{ kind: 'secret_key_file', path: secret }]);
  });

  it('The state is saved in a volume that can be written and survives a restart of the container', async () => {
    const { state } = await configOfConfigMap(writeTemporary('secret_key', 'k'.repeat(64)));
    const { containers, volumes } = (manifest('deployment.yaml') as Deployment).spec.template.spec;
    expect(containers[0]?.volumeMounts.filter(({ mountPath }) => mountPath === state.path)).toEqual([
      { name: 'state', mountPath: '/var/lib/tencent-live-exporter' },
    ]);
    expect(volumes.filter(({ name }) => name === 'state')).toEqual([{ name: 'state', emptyDir: {} }]);
  });

  it('The component persistent-state replaces that volume by one that outlives the pod', () => {
    const { metadata: deployment } = manifest('deployment.yaml') as Named;
    const { metadata: claim } = manifest('persistent-state/persistent-volume-claim.yaml') as Named;
    const { patches } = manifest('persistent-state/kustomization.yaml') as Kustomization;
    // Without the null, the volume would have two sources.
    const volume = { name: 'state', emptyDir: null, persistentVolumeClaim: { claimName: claim.name } };
    expect(patches.map(({ patch }) => parse(patch) as unknown)).toEqual([
      {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: deployment.name },
        spec: { template: { spec: { volumes: [volume] } } },
      },
    ]);
  });

  it('The kustomization applies the component persistent-state once its last lines are uncommented', () => {
    const text = manifestText('kustomization.yaml').replaceAll(/^# (?=components:$|  - )/gm, '');
    expect(parse(text)).toEqual({
      ...(manifest('kustomization.yaml') as object),
      components: ['persistent-state'],
    });
    expect(manifest('persistent-state/kustomization.yaml')).toMatchObject({ kind: 'Component' });
  });

  it('The deployment runs one replica of this version, without privileges and with a read-only file system', () => {
    const { spec } = manifest('deployment.yaml') as Deployment;
    const container = spec.template.spec.containers[0];
    expect({ replicas: spec.replicas, strategy: spec.strategy, image: container?.image }).toEqual({
      replicas: 1,
      strategy: { type: 'Recreate' },
      image: `registry.example.com/tencent-live-exporter:${readVersion()}`,
    });
    expect({ ...spec.template.spec.securityContext, ...container?.securityContext }).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      seccompProfile: { type: 'RuntimeDefault' },
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  it('The service monitor gives the scrape job the same name as prometheus.yml', () => {
    const { spec } = manifest('prometheus-operator/service-monitor.yaml') as ServiceMonitor;
    const prometheus = parse(readFileSync(`${root}prometheus.yml`, 'utf8')) as {
      readonly scrape_configs: readonly { readonly job_name: string }[];
    };
    expect(spec.endpoints[0]?.relabelings).toEqual([
      { targetLabel: 'job', replacement: prometheus.scrape_configs[0]?.job_name },
    ]);
  });

  it('The PrometheusRule is the one that "npm run generate:kubernetes" makes of config/rules', () => {
    const script = `${root}deploy/kubernetes/generate-prometheus-rule.mjs`;
    const generated = execFileSync(process.execPath, [script], { encoding: 'utf8' });
    expect(manifestText('prometheus-operator/prometheus-rule.yaml')).toBe(generated);
  });
});

describe('unknownKeys', () => {
  it('A misspelled key is found', async () => {
    const text = manifestText('deployment.yaml').replace('readOnlyRootFilesystem', 'readOnlyRootFileSystem');
    expect(await unknownKeys(parse(text) as Resource)).toEqual([
      'spec.template.spec.containers.0.securityContext.readOnlyRootFileSystem',
    ]);
  });

  it('A value of the wrong type is refused', async () => {
    const text = manifestText('deployment.yaml').replace('replicas: 1', 'replicas: one');
    await expect(unknownKeys(parse(text) as Resource)).rejects.toThrow('/spec/replicas must be integer');
  });
});
