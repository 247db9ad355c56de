import { shown, withoutCredentials } from './shown.ts';

/** Keys and list positions from the top of the file to a value. */
export type Path = readonly PropertyKey[];

/** What is wrong with one value, before it has a place in the file. */
export interface Fault {
  readonly path: Path;
  /** Whether the key itself is at fault, or its value. */
  readonly at: 'key' | 'value';
  /** Replaces what the source says was found. */
  readonly found?: string;
  /** The clause after "found …, ". */
  readonly text: string;
}

/** Where the values of a configuration come from: a file, or variables. */
export interface ConfigSource {
  /** In the shape of the file; every scalar is a text, or undefined where nothing was written. */
  readonly data: unknown;
  /** Faults that were met while reading: data stands beside them. */
  readonly faults: readonly Fault[];
  /** What the source has at the path, as a fault says it; never a secret. */
  found(path: Path): string;
  /** Where that is, as a fault says it, and its rank in reading order. */
  place(fault: Pick<Fault, 'path' | 'at'>): { readonly label: string; readonly rank: number };
  /** A fault's text with the file's keys in the source's own words, where it has any. */
  worded?(text: string): string;
}

/**
 * How a fault quotes the text at a path: a secret key not at all, a URL without its password. What a variable holds is
 * not quoted either, which is up to the source.
 */
export function quoted(path: Path, text: string): string {
  const key = path.findLast((step) => typeof step === 'string');
  // A password in the place of its hash must not be printed either.
  if (key === 'secret_key' || path[0] === 'basic_auth_users')
    return text === '' ? 'an empty text' : 'a text (not shown)';
  return shown(key === 'proxy_url' || key === 'base_url' ? withoutCredentials(text) : text);
}

/** One line a fault, in reading order; the same line only once. */
export function describeFaults(source: ConfigSource, faults: readonly Fault[]): readonly string[] {
  const lines = faults
    .map((fault) => ({ fault, ...source.place(fault) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ fault: { path, found, text }, label }) => {
      const words = (clause: string): string => source.worded?.(clause) ?? clause;
      return `${label}: found ${found === undefined ? source.found(path) : words(found)}, ${words(text)}`;
    });
  return [...new Set(lines)];
}

/** A path as people write it: `apps[0].rooms.limit`. */
export function pathText(path: Path): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : `${index === 0 ? '' : '.'}${String(key)}`))
    .join('');
}
