import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { runRules } from '../../src/cli/rules.ts';
import type { Config } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import { readVersion } from '../../src/platform/version.ts';
import { writeTemporary } from '../support/simulated-config.ts';
import { knownKinds, type Resource, unknownKeys } from './kubernetes-schemas.ts';
import {
  configText,
  type Deployment,
  folders,
  type Kustomization,
  manifest,
  manifestNames,
  manifestText,
  resourcesIn,
} from './manifests.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** The operator has this key since 0.65. The newest schemas for this Node version are older. */
const newerKey = /\.keep_firing_for$/;

interface Named {
  readonly metadata: { readonly name: string };
}

interface PodMonitor {
  readonly spec: {
    readonly selector: object;
    readonly podMetricsEndpoints: readonly { readonly port: string; readonly relabelings: readonly object[] }[];
  };
}

/** The config in the config map, with the path of another file for the secret. */
async function configOfConfigMap(secret: string): Promise<Config> {
  const text = configText('configmap.yaml').replace('/etc/tencent-live-exporter/secrets/secret_key', secret);
  const path = writeTemporary('exporter.yml', text);
  return (await loadConfig({ path, explicit: true, env: {}, flags: {} })).config;
}

describe('Kubernetes manifests', () => {
  it('There is a manifest of each kind, except the stateful set, which the component replicas makes', () => {
    const kinds = new Set(manifestNames.map((name) => (manifest(name) as Resource).kind));
    expect([...kinds].toSorted()).toEqual(knownKinds.filter((kind) => kind !== 'StatefulSet'));
  });

  it.each(manifestNames)('%s follows the schema of its kind, without unknown keys', async (name) => {
    const unknown = await unknownKeys(manifest(name) as Resource);
    expect(unknown.filter((key) => !newerKey.test(key))).toEqual([]);
  });

  it.each(folders)('The kustomization in deploy/kubernetes/%s applies all manifests of its folder', (folder) => {
    const { resources, patches = [] } = manifest(`${folder}kustomization.yaml`) as Kustomization;
    const applied = [...resources, ...patches.flatMap(({ path }) => path ?? [])];
    expect(applied.toSorted()).toEqual(resourcesIn(folder));
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
    const { patches = [] } = manifest('persistent-state/kustomization.yaml') as Kustomization;
    // Without the null, the volume would have two sources.
    const volume = { name: 'state', emptyDir: null, persistentVolumeClaim: { claimName: claim.name } };
    expect(patches.map(({ patch = '' }) => parse(patch) as unknown)).toEqual([
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

  it('The network policy applies to the pods of the deployment, and lets Prometheus reach their port', () => {
    const policy = manifest('network-policy/network-policy.yaml') as {
      readonly spec: { readonly podSelector: object; readonly ingress: readonly { readonly ports: object }[] };
    };
    const { spec } = manifest('deployment.yaml') as Deployment;
    const [container] = spec.template.spec.containers;
    expect(policy.spec.podSelector).toEqual(spec.selector);
    expect(container).toMatchObject({ ports: [{ name: 'metrics' }] });
    expect(policy.spec.ingress.map(({ ports }) => ports)).toEqual([[{ port: 'metrics' }]]);
  });

  it('The pod monitor scrapes the pods under the job name of prometheus.yml, each under its own name', () => {
    const { spec } = manifest('prometheus-operator/pod-monitor.yaml') as PodMonitor;
    const prometheus = parse(readFileSync(`${root}prometheus.yml`, 'utf8')) as {
      readonly scrape_configs: readonly { readonly job_name: string }[];
    };
    expect(spec.selector).toEqual((manifest('deployment.yaml') as Deployment).spec.selector);
    expect(spec.podMetricsEndpoints.map(({ relabelings }) => relabelings)).toEqual([
      [
        { targetLabel: 'job', replacement: prometheus.scrape_configs[0]?.job_name },
        { sourceLabels: ['__meta_kubernetes_pod_name'], targetLabel: 'instance' },
      ],
    ]);
  });

  it('The PrometheusRule is the one that "npm run generate:kubernetes" makes of config/rules', () => {
    let generated = '';
    runRules({ kind: 'rules', format: 'kubernetes' }, { stdout: (text) => (generated += text) });
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
