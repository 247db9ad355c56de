/**
 * Where kubernetes-models and its sister for the Prometheus operator keep the schemas of a kind, compiled to a function.
 * Imported by a name that the compiler does not follow, as their declarations do not hold with this project's options.
 */
const modules: Readonly<Record<string, string>> = {
  ConfigMap: 'kubernetes-models/v1/ConfigMap',
  Deployment: 'kubernetes-models/apps/v1/Deployment',
  PrometheusRule: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule',
  Service: 'kubernetes-models/v1/Service',
  ServiceMonitor: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor',
};

export const knownKinds = Object.keys(modules);

interface Model {
  readonly apiVersion: string;
  readonly prototype: { readonly validate: (this: object) => void };
}

export interface KindSchema {
  readonly apiVersion: string;
  /** Throws, naming the path and what is expected there. */
  readonly validate: (resource: object) => void;
}

export async function schemaOf(kind: string): Promise<KindSchema> {
  const module = modules[kind];
  if (module === undefined) throw new Error(`found a ${kind}, expected one of ${knownKinds.join(', ')}`);
  const { [kind]: model } = (await import(module)) as Readonly<Record<string, Model>>;
  if (model === undefined) throw new Error(`${module}: found no ${kind}`);
  return { apiVersion: model.apiVersion, validate: (resource) => model.prototype.validate.call(resource) };
}
