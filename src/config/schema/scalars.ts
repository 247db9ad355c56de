import { z } from 'zod';

/** What a text means, or why it means nothing; `reason` completes the fault where there is more to say. */
export type Parsed<T> = { readonly value: T } | { readonly reason?: string };

export interface ScalarSpec<T> {
  /** Completes "expected …" in a fault. */
  readonly expected: string;
  readonly parse: (text: string) => Parsed<T>;
  /** Keywords of JSON Schema for editors: what the text may look like. */
  readonly json?: Readonly<Record<string, unknown>>;
}

/** What an editor must let stand for any value: a text with a variable in it. */
const variable = String.raw`\$\{`;

/** A value that the file gives as text. The message of its issue is the clause "expected …" of a fault. */
export function scalar<T>({ expected, parse, json = {} }: ScalarSpec<T>) {
  return z
    .string({ error: () => `expected ${expected}` })
    .transform((written, context): T => {
      const parsed = parse(written);
      if ('value' in parsed) return parsed.value;
      const reason = parsed.reason === undefined ? '' : `: ${parsed.reason}`;
      context.issues.push({ code: 'custom', input: written, message: `expected ${expected}${reason}` });
      return z.NEVER;
    })
    .meta(json);
}

/** A scalar that is a text for which `valid` holds. */
export function text({ expected, valid = () => true, json = {} }: TextSpec) {
  return scalar({ expected, json, parse: (value): Parsed<string> => (valid(value) ? { value } : {}) });
}

export interface TextSpec {
  readonly expected: string;
  readonly valid?: (text: string) => boolean;
  readonly json?: Readonly<Record<string, unknown>>;
}

export function oneOf<const T extends string>(choices: readonly T[]) {
  return scalar({
    expected: `one of ${choices.join(', ')}`,
    json: { anyOf: [{ enum: choices }, { pattern: variable }] },
    parse: (word): Parsed<T> => {
      const value = choices.find((choice) => choice === word);
      return value === undefined ? {} : { value };
    },
  });
}

export function boolean() {
  return scalar({
    expected: 'true or false',
    json: { type: ['boolean', 'string'], pattern: variable },
    parse: (word): Parsed<boolean> => (/^(?:true|false)$/i.test(word) ? { value: word.toLowerCase() === 'true' } : {}),
  });
}

export function integer({ min, max = Number.MAX_SAFE_INTEGER }: { readonly min: number; readonly max?: number }) {
  const range = max === Number.MAX_SAFE_INTEGER ? `of ${min} or more` : `from ${min} to ${max}`;
  return scalar({
    expected: `a whole number ${range}`,
    json: { type: ['integer', 'string'], minimum: min, maximum: max, pattern: variable },
    parse: (digits): Parsed<number> => {
      const value = /^\d+$/.test(digits) ? Number(digits) : NaN;
      return value >= min && value <= max ? { value } : {};
    },
  });
}

/** A number above `above` and up to `max`. */
export function numberAbove({ above, max }: { readonly above: number; readonly max: number }) {
  return scalar({
    expected: `a number above ${above}, at most ${max}`,
    json: { type: ['number', 'string'], exclusiveMinimum: above, maximum: max, pattern: variable },
    parse: (digits): Parsed<number> => {
      const value = decimal(digits);
      return value > above && value <= max ? { value } : {};
    },
  });
}

export function numberFrom({ min }: { readonly min: number }) {
  return scalar({
    expected: `a number of ${min} or more`,
    json: { type: ['number', 'string'], minimum: min, pattern: variable },
    parse: (digits): Parsed<number> => {
      const value = decimal(digits);
      return value >= min ? { value } : {};
    },
  });
}

function decimal(digits: string): number {
  return /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(digits) ? Number(digits) : NaN;
}
