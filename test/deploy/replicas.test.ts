import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.ts';
import { writeTemporary } from '../support/simulated-config.ts';
import { type PatchOperation, patched } from './json-patch.ts';
import { type Resource, unknownKeys } from './kubernetes-schemas.ts';
import { configText, type Deployment, type Kustomization, manifest, type PodTemplate } from './manifests.ts';

const component = manifest('replicas/kustomization.yaml') as Kustomization;
const deployment = manifest('deployment.yaml') as Deployment;

/** What the component makes of a resource of the default. */
function replaced(name: string): unknown {
  const resource = manifest(name) as Resource & Deployment;
  const patches = component.patches?.filter(
    ({ target }) => target?.kind === resource.kind && target.name === resource.metadata.name,
  );
  expect(patches).toHaveLength(1);
  return patched(resource, parse(patches?.[0]?.patch ?? '') as readonly PatchOperation[]);
}

describe('The component replicas', () => {
  const statefulSet = replaced('deployment.yaml') as Resource & { readonly spec: { readonly template: PodTemplate } };

  it.each(['deployment.yaml', 'service.yaml'])(
    'What it makes of %s follows the schema, without unknown keys',
    async (name) => {
      expect(await unknownKeys(replaced(name) as Resource)).toEqual([]);
    },
  );

  it('It makes a stateful set with three replicas, which start together, of the deployment', () => {
    const { strategy, ...spec } = deployment.spec;
    expect(strategy).toBeDefined();
    expect(statefulSet).toEqual({
      ...deployment,
      kind: 'StatefulSet',
      spec: {
        ...spec,
        serviceName: deployment.metadata.name,
        replicas: 3,
        podManagementPolicy: 'Parallel',
        minReadySeconds: 30,
        template: statefulSet.spec.template,
      },
    });
  });

  it('Its pods have a name in the environment, prefer separate nodes, and are otherwise those of the deployment', () => {
    const { spec } = deployment.spec.template;
    const [container] = spec.containers;
    const isKept = ({ name }: { readonly name: string }): boolean => name !== 'state';
    const spread = { maxSkew: 1, whenUnsatisfiable: 'ScheduleAnyway', labelSelector: deployment.spec.selector };
    expect(statefulSet.spec.template).toEqual({
      ...deployment.spec.template,
      spec: {
        ...spec,
        topologySpreadConstraints: [
          { ...spread, topologyKey: 'topology.kubernetes.io/zone' },
          { ...spread, topologyKey: 'kubernetes.io/hostname' },
        ],
        containers: [
          {
            ...container,
            env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
            volumeMounts: container?.volumeMounts.filter(isKept),
          },
        ],
        volumes: spec.volumes.filter(isKept),
      },
    });
  });

  it('Its config names the replica after the pod, reads the URL from the mounted secret, and saves nothing in the pod', () => {
    const config = parse(configText('replicas/configmap.yaml')) as Readonly<Record<string, unknown>>;
    const secrets = statefulSet.spec.template.spec.containers[0]?.volumeMounts.find(({ name }) => name === 'secrets');
    expect(config['cluster']).toEqual({
      redis_url_file: `${String(secrets?.mountPath)}/redis_url`,
      replica: '${POD_NAME}',
    });
    expect(config).not.toHaveProperty('state');
  });

  it('Its config is valid once the secrets exist', async () => {
    const text = configText('replicas/configmap.yaml')
      .replace('/etc/tencent-live-exporter/secrets/secret_key', writeTemporary('secret_key', 'k'.repeat(64)))
      .replace('/etc/tencent-live-exporter/secrets/redis_url', writeTemporary('redis_url', 'redis://localhost\n'));
    const path = writeTemporary('exporter.yml', text);
    const env = { POD_NAME: 'tencent-live-exporter-0' };
    const { config } = await loadConfig({ path, explicit: true, env, flags: {} });
    expect(config.cluster.replica).toBe('tencent-live-exporter-0');
  });

  it('Its service has an address for each pod, ready or not', () => {
    expect(replaced('service.yaml')).toMatchObject({ spec: { clusterIP: 'None', publishNotReadyAddresses: true } });
  });

  it('Its disruption budget lets one of the pods stop at a time, also if none is ready', () => {
    expect(manifest('replicas/pod-disruption-budget.yaml')).toMatchObject({
      spec: { maxUnavailable: 1, unhealthyPodEvictionPolicy: 'AlwaysAllow', selector: deployment.spec.selector },
    });
  });

  it('It replaces the config map of the default, which has the same name', () => {
    const nameOf = (name: string): unknown => (manifest(name) as { readonly metadata: object }).metadata;
    expect(nameOf('replicas/configmap.yaml')).toEqual(nameOf('configmap.yaml'));
    expect(component).toMatchObject({ kind: 'Component', resources: ['pod-disruption-budget.yaml'] });
  });
});

describe('patched', () => {
  const document = { a: [{ name: 'x' }, { name: 'y' }] };

  it.each([
    ['an entry that is there is added', { op: 'add', path: '/a', value: 1 }],
    ['an entry that is not there is removed', { op: 'remove', path: '/a/2' }],
    ['an entry has another value than expected', { op: 'test', path: '/a/1/name', value: 'x' }],
  ])('It refuses the patch if %s', (_, operation) => {
    expect(() => patched(document, [operation])).toThrow(operation.path);
  });
});
