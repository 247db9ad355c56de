/** The packages whose modules hold the schema of a kind, compiled to a function. */
const modules: Readonly<Record<string, string>> = {
  ConfigMap: 'kubernetes-models/v1/ConfigMap',
  Deployment: 'kubernetes-models/apps/v1/Deployment',
  NetworkPolicy: 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy',
  PersistentVolumeClaim: 'kubernetes-models/v1/PersistentVolumeClaim',
  PodDisruptionBudget: 'kubernetes-models/policy/v1/PodDisruptionBudget',
  PodMonitor: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor',
  PrometheusRule: '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PrometheusRule',
  Service: 'kubernetes-models/v1/Service',
  StatefulSet: 'kubernetes-models/apps/v1/StatefulSet',
};

export const knownKinds = Object.keys(modules);

interface Model {
  readonly apiVersion: string;
  readonly prototype: { readonly validate: (this: object) => void };
}

export interface Resource {
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * The keys of a resource that the schema of its kind does not have, by their paths. Rejects, with the path and what is
 * expected there, if a value does not match the schema.
 */
export async function unknownKeys(resource: Resource): Promise<readonly string[]> {
  const { kind, apiVersion } = resource;
  const module = modules[kind];
  if (module === undefined) throw new Error(`found a ${kind}, expected one of ${knownKinds.join(', ')}`);
  // Imported by a variable: the declarations of these packages do not compile with the options of this project.
  const { [kind]: model } = (await import(module)) as Readonly<Record<string, Model>>;
  if (model === undefined) throw new Error(`${module}: found no ${kind}`);
  if (model.apiVersion !== apiVersion) throw new Error(`found ${apiVersion}, expected ${model.apiVersion}`);
  return unreadKeys(resource, (watched) => model.prototype.validate.call(watched));
}

type ReadKeys = Map<object, Set<string>>;

/**
 * These schemas allow unknown keys, but their compiled validators read every key that the schema has: a key that the
 * validator does not read is unknown, probably misspelled.
 */
function unreadKeys(value: object, validate: (watched: object) => void): readonly string[] {
  const read: ReadKeys = new Map();
  validate(watch(value, read));
  const unreadIn = (part: object, path: string): readonly string[] =>
    Object.entries(part).flatMap(([key, inner]: [string, unknown]) => {
      if (read.get(part)?.has(key) !== true) return [path + key];
      return isObject(inner) ? unreadIn(inner, `${path}${key}.`) : [];
    });
  return unreadIn(value, '');
}

function watch<T extends object>(value: T, read: ReadKeys): T {
  const keys = read.get(value) ?? new Set<string>();
  read.set(value, keys);
  return new Proxy(value, {
    get(target, key): unknown {
      const inner: unknown = Reflect.get(target, key);
      if (typeof key === 'string') keys.add(key);
      return isObject(inner) ? watch(inner, read) : inner;
    },
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
