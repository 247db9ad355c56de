import { types } from 'node:util';

/** The fields of an error that are logged. */
interface ErrorFields {
  readonly name?: string;
  readonly message: string;
  readonly code?: string | number;
  readonly reason?: string;
  readonly requestId?: string;
  readonly cause?: ErrorFields;
}

/** Causes beyond this depth are omitted: an error can be its own cause. */
const maxCauses = 5;

/**
 * An allow-list, because an AxiosError holds its whole request including the UserSig, and so may any error that wraps it.
 * If something other than an error was thrown, its text is the message.
 */
export function errorFields(error: unknown, causesLeft = maxCauses): ErrorFields {
  if (typeof error !== 'object' || error === null) return { message: String(error) };
  const { name, message, code, reason, requestId, cause } = error as Readonly<Record<string, unknown>>;
  return {
    ...(typeof name === 'string' ? { name } : {}),
    message: typeof message === 'string' ? message : '',
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(typeof reason === 'string' ? { reason } : {}),
    ...(typeof requestId === 'string' ? { requestId } : {}),
    ...(cause === undefined || cause === null || causesLeft === 0 ? {} : { cause: errorFields(cause, causesLeft - 1) }),
  };
}

/** Fields that may be logged: errors by the allow-list wherever they are, other instances by their class name only. */
export function safeFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, safeValue(value, 4)]));
}

function safeValue(value: unknown, levelsLeft: number): unknown {
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return value;
  // Both checks: in jest `instanceof` is false for Node's own errors, and not every error is native.
  if (value instanceof Error || types.isNativeError(value)) return errorFields(value);
  if (types.isDate(value)) return value;
  if (levelsLeft === 0) return '[…]';
  if (Array.isArray(value)) return value.map((item) => safeValue(item, levelsLeft - 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  const plain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!plain) return `[${value.constructor.name}]`;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, safeValue(item, levelsLeft - 1)]));
}

/** The text of an error that ends the process: only stacks, because other properties may hold secrets. */
export function crashText(error: unknown, causesLeft = maxCauses): string {
  const { stack, message, cause } = (typeof error === 'object' && error !== null ? error : {}) as Partial<
    Record<'stack' | 'message' | 'cause', unknown>
  >;
  const own = typeof stack === 'string' ? stack : typeof message === 'string' ? message : String(error);
  const caused = cause === undefined || causesLeft === 0 ? '' : `caused by: ${crashText(cause, causesLeft - 1)}`;
  return `${scrub(own)}\n${caused}`;
}

/** `usersig=…` in a URL, encoded or not, and `"usersig": "…"` in an object that was printed. */
const named = /(usersig(?:=|%3D|[\\"']*\s*:\s*[\\"']+))[\w*%.~-]+/gi;
/** Any UserSig, also within a word: base64 of a zlib stream, which starts with these two letters. */
const shaped = /eJ[\w*-]{30,}/g;
const query = /(\bhttps?:\/\/[^\s?"'\\]+)\?[^\s"'\\]*/gi;
const userInfo = /(\b[a-z][a-z\d+.-]*:\/\/)[^\s/?#"'\\]*@/gi;

/**
 * Removes UserSigs, queries of URLs, and users and passwords in URLs from a log line. The allow-list of error fields comes
 * first; this catches what a library writes into the text of its messages.
 */
export function scrub(line: string): string {
  return line.replace(query, '$1').replace(userInfo, '$1').replace(named, '$1<secret>').replace(shaped, '<secret>');
}
