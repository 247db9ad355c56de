import { z } from 'zod';

/** A mapping with these keys and no others. */
export function section<Shape extends z.core.$ZodShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === 'invalid_type' ? `expected a mapping with ${keyList(Object.keys(shape))}` : undefined,
  });
}

/** A list; `of` completes "expected a list of …" in a fault. */
export function list<Item extends z.ZodType>(item: Item, of: string) {
  return z.array(item, { error: () => `expected a list of ${of}` });
}

/** The same, where the second of two equal items is a fault. */
export function distinctList<Item extends z.ZodType<string | number>>(item: Item, of: string) {
  return list(item, of).superRefine(
    (items, context) => {
      if (!Array.isArray(items)) return;
      const seen = new Set<unknown>();
      for (const [index, value] of items.entries()) {
        // An item that was refused stands here as an object of zod's, and has its fault.
        const comparable = typeof value === 'string' || typeof value === 'number';
        if (comparable && seen.has(value))
          context.addIssue({ code: 'custom', message: 'expected each once', path: [index] });
        seen.add(value);
      }
    },
    { when: () => true },
  );
}

/** With this value where nothing is written; given as the text that it would be. */
export function defaulted<Output extends number | boolean>(schema: z.ZodType<Output, string>, value: Output) {
  return schema.prefault(String(value));
}

/** Keys as a sentence lists them. */
export function keyList(keys: readonly string[]): string {
  return keys.length === 1 ? `the key ${keys[0] ?? ''}` : `the keys ${keys.join(', ')}`;
}
