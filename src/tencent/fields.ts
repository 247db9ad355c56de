import { z } from 'zod';

// The API sends the same field as different types, depending on command, version and client. Each schema here accepts
// every variation that was seen and gives one type. `null` counts as absent everywhere.

const decimal = /^-?\d+(\.\d+)?$/;

/** A finite number, or a string of digits: an integer beyond 2^53 arrives as a string. */
export const number = z
  .union([z.number(), z.string().regex(decimal, 'expected a number')], { error: 'expected a number' })
  .transform(Number)
  .refine(Number.isFinite, 'expected a number');

/** A number that counts something: never below 0. */
export const count = number.refine((value) => value >= 0, 'expected a number of at least 0');

/** A number for which 0 means "not known". */
export const numberOrZeroForUnknown = number.transform((value) => (value > 0 ? value : undefined));

/** Text. An account may come as a bare integer, and then keeps its digits. */
export const text = z.union([z.string(), z.number().int()], { error: 'expected text' }).transform(String);

/** A boolean, or `"true"`, `"false"`, 0 or 1. */
export const boolean = z
  .union(
    [
      z.boolean(),
      z.enum(['true', 'false', '0', '1']).transform((word) => word === 'true' || word === '1'),
      z.literal([0, 1]).transform((bit) => bit === 1),
    ],
    { error: 'expected true or false' },
  )
  .transform(Boolean);

/** A field that may be missing or null; missing means unknown. */
export function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** A string, which must not be changed, or a number. */
const token = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g;

const longInteger = /^-?[1-9]\d{15,}$/;

/**
 * JSON.parse that keeps every integer exact: an integer beyond 2^53 becomes a string of its digits. Throws a SyntaxError.
 * Room info holds owners such as 144115233775727695 as a bare number, which JSON.parse would round.
 */
export function parseExactJson(json: string): unknown {
  // A parser written in JavaScript takes four times as long, and its strings take three times the memory.
  return JSON.parse(/\d{16}/.test(json) ? json.replaceAll(token, quoteIfUnsafe) : json);
}

function quoteIfUnsafe(found: string): string {
  return longInteger.test(found) && !Number.isSafeInteger(Number(found)) ? `"${found}"` : found;
}
