import { isAlias, isMap, isScalar, isSeq, type Document, type Node, type Scalar } from 'yaml';

import type { Path } from './issues.ts';

/** The node of a value, with aliases resolved; undefined if there is no value at the path. */
export function valueAt(document: Document, path: Path): Node | undefined {
  let node = resolved(document, document.contents);
  for (const key of path) {
    const child = isSeq(node) ? node.items[Number(key)] : isMap(node) ? pairOf(node, key)?.value : undefined;
    node = resolved(document, child);
  }
  return node;
}

/** The node of a mapping's key. */
export function keyAt(document: Document, path: Path): Node | undefined {
  const parent = valueAt(document, path.slice(0, -1));
  const key = isMap(parent) ? pairOf(parent, path.at(-1))?.key : undefined;
  return isScalar(key) ? key : undefined;
}

/** The value at the path or, if there is none, the innermost value around it. */
export function nearestTo(document: Document, path: Path): Node | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = valueAt(document, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return undefined;
}

/** Every text in the document with its path. A text that aliases refer to comes once, at its anchor. */
export function* scalarsOf(
  node: unknown,
  path: Path = [],
): Generator<{ readonly scalar: Scalar<string>; readonly path: Path }> {
  if (isScalar(node) && typeof node.value === 'string') yield { scalar: node as Scalar<string>, path };
  if (isSeq(node)) for (const [index, item] of node.items.entries()) yield* scalarsOf(item, [...path, index]);
  if (isMap(node)) for (const { key, value } of node.items) yield* scalarsOf(value, [...path, keyText(key)]);
}

function pairOf(node: { readonly items: readonly { key: unknown; value: unknown }[] }, key: unknown) {
  return node.items.find((pair) => keyText(pair.key) === key);
}

function keyText(key: unknown): string {
  return isScalar(key) ? String(key.value) : '';
}

function resolved(document: Document, node: unknown): Node | undefined {
  if (isAlias(node)) return node.resolve(document);
  return isMap(node) || isSeq(node) || isScalar(node) ? node : undefined;
}
