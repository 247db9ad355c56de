import { z } from 'zod';

/** The shape of a mapping, by the names that the program uses. */
type Shape = Readonly<Record<string, z.ZodType>>;

type OptionalKeys<S extends Shape> = {
  [K in keyof S]: undefined extends z.output<S[K]> ? K : never;
}[keyof S];

/** What a section is after parsing: optional keys are absent if the file leaves them out. */
export type SectionOutput<S extends Shape> = {
  readonly [K in Exclude<keyof S, OptionalKeys<S>>]: z.output<S[K]>;
} & { readonly [K in OptionalKeys<S>]?: Exclude<z.output<S[K]>, undefined> };

/** A rule about several keys of a mapping. Some of its values may be missing or invalid, with issues of their own. */
type SectionRule = (
  /** By the names of the file. */
  values: Readonly<Record<string, unknown>>,
  report: (issue: { readonly found: string; readonly expected: string; readonly key?: string }) => void,
) => void;

/**
 * A mapping with these keys and no others. The keys of the file follow from the names in the program:
 * `listenAddress` is `listen_address`, and `timeoutMs`, a duration, is `timeout`.
 */
export function section<S extends Shape>(shape: S, rule?: SectionRule) {
  const names = Object.keys(shape);
  const fileShape = Object.fromEntries(names.map((name) => [fileKey(name), shape[name] as z.ZodType]));
  const file = z.strictObject(fileShape, {
    error: ({ code }) =>
      code === 'invalid_type' ? `expected a mapping with ${keyList(Object.keys(fileShape))}` : undefined,
  });
  const checked =
    rule === undefined ? file : file.superRefine((values, context) => checkRule(rule, values, context), always);
  return z.codec(checked, z.custom<SectionOutput<S>>(), {
    decode: (values) => renamed(names.map((name) => [name, values[fileKey(name)]])) as SectionOutput<S>,
    encode: (values) =>
      renamed(names.map((name) => [fileKey(name), (values as Readonly<Record<string, unknown>>)[name]])),
  });
}

function checkRule(rule: SectionRule, values: unknown, context: z.core.$RefinementCtx): void {
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return;
  rule(values as Readonly<Record<string, unknown>>, ({ found, expected, key }) => {
    const path = key === undefined ? [] : [key];
    context.addIssue({ code: 'custom', message: expected, path, params: { found } });
  });
}

/** Lets a check run although there are other issues, so that all are reported at once. */
const always = { when: () => true };

function renamed(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function fileKey(name: string): string {
  return name.replace(/(?<=[a-z])Ms$/, '').replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A list; `of` completes "expected a list of …" in a message. */
export function list<Item extends z.ZodType>(item: Item, of: string) {
  const schema: z.ZodType = z.array(item, { error: () => `expected a list of ${of}` });
  return schema as z.ZodType<readonly z.output<Item>[], readonly z.input<Item>[]>;
}

/** A list in which an item may not be repeated. */
export function distinctList<Item extends z.ZodType<string | number>>(item: Item, of: string) {
  return list(item, of).superRefine((items, context) => {
    if (!Array.isArray(items)) return;
    const seen = new Set<unknown>();
    for (const [index, value] of items.entries()) {
      // An invalid item is an object of zod's here and has its own issue.
      const isValid = typeof value === 'string' || typeof value === 'number';
      if (isValid && seen.has(value))
        context.addIssue({ code: 'custom', message: 'expected no duplicates', path: [index] });
      seen.add(value);
    }
  }, always);
}

/** Keys as a sentence lists them. */
export function keyList(keys: readonly string[]): string {
  return keys.length === 1 ? `the key ${keys[0] ?? ''}` : `the keys ${keys.join(', ')}`;
}
