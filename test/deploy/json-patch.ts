/** An operation of RFC 6902, of which kustomize's patches are lists. */
export interface PatchOperation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

/** A copy of a document with the operations applied in order. Throws if one does not fit the document. */
export function patched(document: object, operations: readonly PatchOperation[]): unknown {
  const copy = structuredClone(document);
  for (const operation of operations) apply(copy, operation);
  return copy;
}

function apply(document: object, { op, path, value }: PatchOperation): void {
  const keys = path.split('/').slice(1);
  const key = keys.pop() ?? '';
  const parent = keys.reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], document);
  const target = parent as Record<string, unknown>;
  if ((op === 'add') === key in target) throw new Error(`${op} ${path}: ${op === 'add' ? 'exists' : 'does not exist'}`);
  if (op === 'test' && target[key] !== value) throw new Error(`test ${path}: found ${String(target[key])}`);
  if (op === 'add' || op === 'replace') target[key] = value;
  else if (op === 'remove' && Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (op === 'remove') Reflect.deleteProperty(target, key);
  else if (op !== 'test') throw new Error(`${op} ${path}: unknown operation`);
}
