/** Stands for a value that makes no sense for its field. */
export const odd: unique symbol = Symbol('odd');

/** How a field is read: undefined means that the value is not known, `odd` that it makes no sense. */
export interface FieldType<T> {
  /** What a sensible value is, for the log: `a number of at least 0`. */
  readonly expected: string;
  readonly read: (value: unknown) => T | undefined | typeof odd;
}

/** A value that was ignored. It names no person: a text is described by its length only. */
export interface Oddity {
  /** The field's name in the API. */
  readonly field: string;
  readonly found: string;
  readonly expected: string;
}

/**
 * The fields of one object in a response. Each field is read on its own: a value that makes no sense is reported, and then
 * counts as missing, so that it costs nothing but itself.
 */
export class Fields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #report: (oddity: Oddity) => void;

  /** `report` gets each value that is ignored. */
  constructor(fields: Readonly<Record<string, unknown>>, report: (oddity: Oddity) => void) {
    this.#fields = fields;
    this.#report = report;
  }

  /** Reads a field: undefined if it is missing, and `odd` if it was reported. */
  read<T>(name: string, type: FieldType<T>): T | undefined | typeof odd {
    const value = this.#fields[name];
    return value === undefined ? undefined : this.#readValue(name, { value, type });
  }

  /** Reads a field that may be missing. */
  optional<T>(name: string, type: FieldType<T>): T | undefined {
    const value = this.read(name, type);
    return value === odd ? undefined : value;
  }

  /** Reads a field that every response has: it is reported if it is missing. */
  required<T>(name: string, type: FieldType<T>): T | undefined {
    if (this.#fields[name] === undefined) this.#reportOdd(name, { value: undefined, type });
    return this.optional(name, type);
  }

  /** The fields of the object that every response has here; undefined if there is none. */
  object(name: string): Fields | undefined {
    const fields = this.required(name, anObject);
    return fields === undefined ? undefined : new Fields(fields, this.#report);
  }

  /** The fields of an object that may be missing. */
  optionalObject(name: string): Fields | undefined {
    const fields = this.optional(name, anObject);
    return fields === undefined ? undefined : new Fields(fields, this.#report);
  }

  /** A list of objects: undefined if it is missing, `odd` if it is no list. A row that is not an object is undefined. */
  rows(name: string): readonly (Fields | undefined)[] | undefined | typeof odd {
    const rows = this.read(name, aList);
    if (rows === undefined || rows === odd) return rows;
    return rows.map((value) => {
      const fields = this.#readValue(name, { value, type: anObject });
      return fields === odd || fields === undefined ? undefined : new Fields(fields, this.#report);
    });
  }

  #readValue<T>(name: string, { value, type }: { readonly value: unknown; readonly type: FieldType<T> }) {
    const read = type.read(value);
    if (read === odd) this.#reportOdd(name, { value, type });
    return read;
  }

  #reportOdd(field: string, { value, type }: { readonly value: unknown; readonly type: FieldType<unknown> }): void {
    this.#report({ field, found: describeValue(value), expected: type.expected });
  }
}

const anObject: FieldType<Readonly<Record<string, unknown>>> = {
  expected: 'an object',
  read: (value) => (isObject(value) ? value : odd),
};

const aList: FieldType<readonly unknown[]> = {
  expected: 'a list',
  read: (value) => (Array.isArray(value) ? value : odd),
};

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return value === '' ? 'empty text' : `text of ${value.length} characters`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return isObject(value) ? 'an object' : JSON.stringify(value);
}

const decimal = /^-?\d+(\.\d+)?$/;

/** A number, or its digits as text: an integer beyond 2^53 arrives as text. */
function numberOf(value: unknown): number {
  if (typeof value === 'string' && decimal.test(value)) return Number(value);
  return typeof value === 'number' ? value : NaN;
}

function integerBetween(min: number, max: number, expected: string): FieldType<number> {
  return {
    expected,
    read: (value) => {
      const number = numberOf(value);
      return Number.isInteger(number) && number >= min && number <= max ? number : odd;
    },
  };
}

/** An integer of any sign. */
export const integer = integerBetween(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 'an integer');

/** A number of people, visits or seats. An unsigned -1, which servers send by mistake, is beyond the limit. */
export const count = integerBetween(0, 4e9, 'an integer from 0 to 4,000,000,000');

/** A number of things of which a room may have very many, such as coins. Of 64 bits, an unsigned -1 is beyond the limit. */
export const largeCount = integerBetween(0, 1e12, 'an integer from 0 to 1,000,000,000,000');

/** Unix seconds, from 2001 to 2096. A time in milliseconds is recognised by its size. 0 means that the time is not known. */
export const time: FieldType<number> = {
  expected: 'a Unix time',
  read: (value) => {
    const number = numberOf(value);
    if (number === 0) return undefined;
    const seconds = Math.floor(number >= 1e11 ? number / 1000 : number);
    return seconds >= 1e9 && seconds < 4e9 ? seconds : odd;
  },
};

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['1', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['off', false],
]);

/** A boolean, also as 0, 1, or as a text: Chat's own API sends "On" and "Off" for a muted group. */
export const boolean: FieldType<boolean> = {
  expected: 'true or false',
  read: (value) => {
    const isScalar = typeof value === 'boolean' || typeof value === 'string' || typeof value === 'number';
    return isScalar ? (booleans.get(String(value).toLowerCase()) ?? odd) : odd;
  },
};

/** Longer than any documented text: a label of this length would be a burden for Prometheus. */
const longestText = 4096;

/** Text. An account may come as a bare integer, and then keeps its digits. */
export const text: FieldType<string> = {
  expected: `text of at most ${longestText} characters`,
  read: (value) => {
    if (typeof value === 'string') return value.trim() === '' || value.length > longestText ? odd : value;
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? String(value) : odd;
  },
};

/** Text that may be empty, which means that it is missing. */
export const textOrEmpty: FieldType<string> = {
  expected: text.expected,
  read: (value) => (typeof value === 'string' && value.trim() === '' ? undefined : text.read(value)),
};

/** A list of texts, also as one text with commas, joined by commas. Undefined if the list is empty. */
export const texts: FieldType<string> = {
  expected: 'a list of texts',
  read: (value) => {
    const list = typeof value === 'string' ? value.split(',').map((item) => item.trim()) : value;
    const items = (Array.isArray(list) ? list : [list]).map((item) => text.read(item));
    if (items.includes(odd)) return odd;
    return items.length === 0 ? undefined : text.read(items.join(','));
  },
};

/** Ids have at most 48 characters by the documentation. */
const longestRoomId = 256;

/** The id of a room or a group. Half of a surrogate pair would not survive in UTF-8, and two ids would become one. */
export const roomId: FieldType<string> = {
  expected: 'a room id',
  read: (value) => {
    const id = text.read(value);
    return typeof id === 'string' && id.length <= longestRoomId && !/\p{Surrogate}/u.test(id) ? id : odd;
  },
};

/** A response has four levels. A deep one is refused, because whatever visits its values would run out of stack. */
const maxDepth = 64;

/** The strings in a JSON text, also one that is cut off, and the numbers. */
export const jsonTokens = /"(?:[^"\\]+|\\.?)*(?:"|$)|-?\d[\d.eE+-]*/gs;

const longInteger = /^-?[1-9]\d{15,}$/;

/**
 * JSON.parse that keeps every integer exact: an integer beyond 2^53 becomes a string of its digits. Control characters may
 * stand in strings as they are. Throws a SyntaxError. Room info holds owners such as 144115233775727695 as a bare number,
 * which JSON.parse would round.
 */
export function parseExactJson(json: string): unknown {
  if (isDeeperThan(json, maxDepth)) throw new SyntaxError('nested too deeply');
  // A parser written in JavaScript takes four times as long, and its strings take three times the memory.
  const exact = /\d{16}/.test(json) ? json.replaceAll(jsonTokens, quoteIfUnsafe) : json;
  try {
    return JSON.parse(exact);
  } catch (error) {
    // JSON forbids these characters in strings.
    // oxlint-disable-next-line no-control-regex
    if (!/[\u0000-\u001f]/.test(exact)) throw error;
    const escaped = exact.replaceAll(jsonTokens, escapeControls);
    if (escaped === exact) throw error;
    return JSON.parse(escaped);
  }
}

/** Counts the brackets outside strings. */
function isDeeperThan(json: string, limit: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let index = 0; index < json.length; index += 1) {
    const code = json.charCodeAt(index);
    // Quotes, a backslash, which escapes the next character, and brackets: `[` and `{` differ in one bit, as `]` and `}` do.
    if (code === 0x22) isInString = !isInString;
    else if (isInString) index += Number(code === 0x5c);
    else if ((code | 0x20) === 0x7b) depth += 1;
    else if ((code | 0x20) === 0x7d) depth -= 1;
    if (depth > limit) return true;
  }
  return false;
}

function quoteIfUnsafe(found: string): string {
  return longInteger.test(found) && !Number.isSafeInteger(Number(found)) ? `"${found}"` : found;
}

/** By character code. To call JSON.stringify for each of a million characters would take seconds. */
const controlEscapes = Array.from({ length: 0x20 }, (_, code) =>
  JSON.stringify(String.fromCharCode(code)).slice(1, -1),
);

function escapeControls(found: string): string {
  // JSON forbids these characters in strings.
  // oxlint-disable-next-line no-control-regex
  return found.replaceAll(/[\u0000-\u001f]/g, (control) => controlEscapes[control.charCodeAt(0)] ?? '');
}
