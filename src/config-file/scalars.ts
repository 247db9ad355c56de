import { z } from 'zod';
import { type Quote, quoteSecret } from './issues.ts';

/** The value of a text or, if it has none, what else to report: `reason` is added to the clause, `expected` replaces it. */
export type Parsed<T> = { readonly value: T } | { readonly reason?: string; readonly expected?: string };

/** A scalar as a file has it: always text when it is parsed, and a number or boolean as well when it is written. */
type Written = string | number | boolean;

interface ScalarSpec<T> {
  /** Completes "expected …" in a message. */
  readonly expected: string;
  readonly parse: (text: string) => Parsed<T> | Promise<Parsed<T>>;
  /** The value as the redacted dump of the config shows it. */
  readonly format: (value: T) => Written;
  /** Quotes the text in messages. Default: `quoteRedacted`. */
  readonly quote?: Quote;
  /** JSON Schema keywords for editors: what the text may look like. */
  readonly json?: Readonly<Record<string, unknown>>;
}

/** Matches a text with a variable in it, which editors must accept for any value. */
const variable = String.raw`\$\{`;

/** A value of the file: decodes the text to a `T`, and encodes a `T` for the dump of the config. */
export function scalar<T>({ expected, parse, format, quote, json = {} }: ScalarSpec<T>) {
  const written = z.custom<Written>((value) => ['string', 'number', 'boolean'].includes(typeof value), {
    error: () => `expected ${expected}`,
    // Otherwise the rules about several keys would not be checked.
    abort: false,
  });
  return z
    .codec(written, z.custom<T>(), {
      decode: (input, context) => {
        const valueOf = (parsed: Parsed<T>): T => {
          if ('value' in parsed) return parsed.value;
          const reason = parsed.reason === undefined ? '' : `: ${parsed.reason}`;
          const message = `expected ${parsed.expected ?? expected}${reason}`;
          context.issues.push({ code: 'custom', input, message, params: { quote } });
          return z.NEVER;
        };
        const parsed = parse(String(input));
        return parsed instanceof Promise ? parsed.then((awaited) => valueOf(awaited)) : valueOf(parsed);
      },
      encode: format,
    })
    .meta({ type: 'string', ...json });
}

/** A scalar that stays text, if `valid` holds for it. */
export function text({ expected, valid = () => true, ...rest }: TextSpec) {
  return scalar({
    expected,
    parse: (value): Parsed<string> => (valid(value) ? { value } : {}),
    format: (value) => value,
    ...rest,
  });
}

interface TextSpec extends Pick<ScalarSpec<string>, 'expected' | 'json' | 'quote'> {
  readonly valid?: (text: string) => boolean;
  /** Default: as it is. */
  readonly format?: (text: string) => string;
}

/** A text that is a secret: neither messages nor the dump of the config show it. By default it may not be empty. */
export function secret(expected: string, { valid = (value) => value.trim() !== '' }: Pick<TextSpec, 'valid'> = {}) {
  return text({ expected, valid, format: () => '<secret>', quote: quoteSecret, json: { minLength: 1 } });
}

export function oneOf<const T extends string>(choices: readonly T[]) {
  return scalar({
    expected: `one of ${choices.join(', ')}`,
    json: { anyOf: [{ enum: choices }, { pattern: variable }] },
    parse: (word): Parsed<T> => {
      const value = choices.find((choice) => choice === word);
      return value === undefined ? {} : { value };
    },
    format: (word) => word,
  });
}

export function boolean() {
  return scalar({
    expected: 'true or false',
    json: { type: ['boolean', 'string'], pattern: variable },
    parse: (word): Parsed<boolean> => (/^(?:true|false)$/i.test(word) ? { value: word.toLowerCase() === 'true' } : {}),
    format: (value) => value,
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
    format: (value) => value,
  });
}

/** A number above `above` and, if there is one, up to `max`. */
export function numberAbove({ above, max }: { readonly above: number; readonly max?: number }) {
  return decimal({
    expected: `a number above ${above}${max === undefined ? '' : `, at most ${max}`}`,
    json: { exclusiveMinimum: above, ...(max === undefined ? {} : { maximum: max }) },
    valid: (value) => value > above && value <= (max ?? Number.MAX_SAFE_INTEGER),
  });
}

export function numberFrom({ min }: { readonly min: number }) {
  return decimal({ expected: `a number of ${min} or more`, json: { minimum: min }, valid: (value) => value >= min });
}

function decimal(spec: {
  readonly expected: string;
  readonly valid: (value: number) => boolean;
  readonly json: Readonly<Record<string, number>>;
}) {
  return scalar({
    expected: spec.expected,
    json: { type: ['number', 'string'], ...spec.json, pattern: variable },
    parse: (digits): Parsed<number> => {
      const value = /^(?:\d+(?:\.\d*)?|\.\d+)$/.test(digits) ? Number(digits) : NaN;
      return spec.valid(value) ? { value } : {};
    },
    format: (value) => value,
  });
}
