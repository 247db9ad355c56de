import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { renderPrometheusRule } from '../../deploy/generator/prometheus-rule.ts';
import { loadConfig } from '../../src/config/load.ts';
import { readVersion } from '../../src/platform/version.ts';
import { writeTemporary } from '../support/simulated-config.ts';
import { knownKinds, schemaOf } from './kubernetes-schemas.ts';
import { manifest, manifestNames, type Manifest } from './manifests.ts';
import { unreadKeys } from './unread-keys.ts';

const folders = ['.', 'prometheus-operator'];
const names = folders.flatMap((folder) =>
  manifestNames(folder).map((name) => (folder === '.' ? name : `${folder}/${name}`)),
);
const root = fileURLToPath(new URL('../../', import.meta.url));

/** The operator has had this key since 0.65; the schemas of the newest package for this Node are older. */
const newerKey = /\.keep_firing_for$/;

/** Rejects where the resource is against its schema; the keys that the schema does not have. */
async function unknownKeys(resource: Manifest): Promise<readonly string[]> {
  const { apiVersion, validate } = await schemaOf(resource.kind);
  expect(resource.apiVersion).toBe(apiVersion);
  return unreadKeys(resource, validate).filter((key) => !newerKey.test(key));
}

interface DeploymentManifest {
  readonly spec: {
    readonly replicas: number;
    readonly strategy: object;
    readonly template: {
      readonly spec: {
        readonly securityContext: object;
        readonly containers: readonly { readonly image: string; readonly securityContext: object }[];
      };
    };
  };
}

interface ServiceMonitorManifest {
  readonly spec: { readonly endpoints: readonly { readonly relabelings: readonly object[] }[] };
}

describe('the Kubernetes manifests', () => {
  it('are one of each kind', () => {
    expect(names.map((name) => manifest(name).kind).toSorted()).toEqual(knownKinds);
  });

  it.each(names)('follow in %s the schema of their kind, without a key that it lacks', async (name) => {
    expect(await unknownKeys(manifest(name))).toEqual([]);
  });

  it.each(folders)('are all applied with the kustomization of %s', (folder) => {
    const { resources } = manifest(`${folder}/kustomization.yaml`) as unknown as { resources: readonly string[] };
    expect(resources).toEqual(manifestNames(folder));
  });

  it('carry a config that is valid once the secret is there', async () => {
    const secret = writeTemporary('secret_key', 'k'.repeat(64));
    const { data } = manifest('configmap.yaml') as unknown as { data: Record<string, string> };
    const text = data['exporter.yml']?.replace('/etc/tencent-live-exporter/secrets/secret_key', secret) ?? '';
    const path = writeTemporary('exporter.yml', text);
    const { config } = await loadConfig({ path, explicit: true, env: {}, flags: {} });
    expect(config.apps.map(({ credentials }) => credentials)).toEqual([{ kind: 'secret_key_file', path: secret }]);
  });

  it('run this version, alone, without rights and without a file system to write to', () => {
    const { spec } = manifest('deployment.yaml') as unknown as DeploymentManifest;
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

  it('give the scrape job the name that prometheus.yml gives it', () => {
    const { spec } = manifest('prometheus-operator/service-monitor.yaml') as unknown as ServiceMonitorManifest;
    const prometheus = parse(readFileSync(`${root}prometheus.yml`, 'utf8')) as {
      readonly scrape_configs: readonly { readonly job_name: string }[];
    };
    expect(spec.endpoints[0]?.relabelings).toEqual([
      { targetLabel: 'job', replacement: prometheus.scrape_configs[0]?.job_name },
    ]);
  });

  it('hold the rules that "npm run generate:kubernetes" finds in config/rules', () => {
    const committed = readFileSync(`${root}deploy/kubernetes/prometheus-operator/prometheus-rule.yaml`, 'utf8');
    expect(committed).toBe(renderPrometheusRule(`${root}config/rules`));
  });
});

describe('the check of the manifests', () => {
  it('finds a key that is misspelt', async () => {
    const text = readFileSync(`${root}deploy/kubernetes/deployment.yaml`, 'utf8');
    const misspelt = parse(text.replace('readOnlyRootFilesystem', 'readOnlyRootFileSystem')) as Manifest;
    expect(await unknownKeys(misspelt)).toEqual([
      'spec.template.spec.containers.0.securityContext.readOnlyRootFileSystem',
    ]);
  });

  it('finds a value of the wrong type', async () => {
    const text = readFileSync(`${root}deploy/kubernetes/deployment.yaml`, 'utf8');
    const wrong = parse(text.replace('replicas: 1', 'replicas: one')) as Manifest;
    await expect(unknownKeys(wrong)).rejects.toThrow('/spec/replicas must be integer');
  });
});
