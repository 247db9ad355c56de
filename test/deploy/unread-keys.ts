/**
 * Keys of a value that `use` has not read, by their path. A validator that was compiled from a schema reads the keys
 * that the schema has, and every key where it allows any: what it leaves unread is a key that the schema lacks.
 */
export function unreadKeys(value: object, use: (watched: object) => void): readonly string[] {
  const read = new Map<object, Set<string>>();
  use(watch(value, read));
  return unreadIn(value, { path: '', read });
}

type ReadKeys = Map<object, Set<string>>;

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

function unreadIn(
  value: object,
  { path, read }: { readonly path: string; readonly read: ReadKeys },
): readonly string[] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const here = path === '' ? key : `${path}.${key}`;
    if (read.get(value)?.has(key) !== true) return [here];
    return isObject(inner) ? unreadIn(inner, { path: here, read }) : [];
  });
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
