/** Keys and list positions from the top of the file to a value. */
export type Path = readonly PropertyKey[];

/** What is wrong with one value or key, before its position in the file is known. */
export interface ConfigIssue {
  readonly path: Path;
  /** Whether the issue is about the key itself or about its value. */
  readonly at: 'key' | 'value';
  /** Replaces the source's description of what was found. */
  readonly found?: string;
  /** Quotes the value that was found. Default: `quoteRedacted`. */
  readonly quote?: Quote;
  /** The clause that follows "found …, ". */
  readonly expected: string;
}

/** Quotes a text for a message without revealing a secret. */
export type Quote = (text: string) => string;

/** Where the values of a configuration come from: a file, or environment variables. */
export interface ConfigSource {
  /** Has the shape of the file. Every scalar is a text, or undefined if the file gives the key no value. */
  readonly data: unknown;
  /** Issues that were found while the data was read. */
  readonly issues: readonly ConfigIssue[];
  /** Describes what the source has at the path, for a message. */
  found(path: Path, quote?: Quote): string;
  /** The place of an issue, as a message names it, and its rank in reading order. */
  place(issue: Pick<ConfigIssue, 'path' | 'at'>): { readonly label: string; readonly rank: number };
  /** Replaces the file's keys in a message by the source's own names. Default: none are replaced. */
  reworded?(text: string): string;
}

/** A configuration that cannot be used. The message has one line for each issue. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'CONFIG_INVALID';
  /** In the order of the file, each as `file:line:column: key: found …, expected …`; none contains a secret. */
  readonly errors: readonly string[];

  constructor(errors: readonly string[]) {
    const first = firstOf(errors);
    super(first.join('\n'));
    this.errors = first;
  }
}

/** One line for each issue, in reading order, without duplicates. */
export function describeIssues(source: ConfigSource, issues: readonly ConfigIssue[]): readonly string[] {
  const reworded = (clause: string): string => source.reworded?.(clause) ?? clause;
  const lines = issues
    .map((issue) => ({ issue, ...source.place(issue) }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ issue: { path, found, quote, expected }, label }) => {
      const what = found === undefined ? source.found(path, quote) : reworded(found);
      return `${label}: found ${what}, ${reworded(expected)}`;
    });
  return [...new Set(lines)];
}

/** More errors than anybody reads at once. */
const maxErrors = 100;

function firstOf(lines: readonly string[]): readonly string[] {
  const more = lines.length - maxErrors;
  return more > 0 ? [...lines.slice(0, maxErrors), `and at least ${more} more errors`] : lines;
}

/** A path as people write it: `apps[0].rooms.limit`, and `entry 1` for the first entry of a file that is a list. */
export function pathText(path: Path): string {
  const [first] = path;
  if (typeof first === 'number') return [`entry ${first + 1}`, pathText(path.slice(1))].filter(Boolean).join('.');
  return path
    .map((key, index) =>
      typeof key === 'number'
        ? `[${key}]`
        : `${index === 0 ? '' : '.'}${shortened(onOneLine(withoutKeys(String(key))))}`,
    )
    .join('');
}

/**
 * Quotes a user's text for a message: on one line, at most 80 characters long, and with every long run of letters and
 * digits replaced by its length. A key that was pasted into the wrong place is therefore not printed.
 */
export function quoteRedacted(text: string): string {
  return JSON.stringify(shortened(withoutKeys(text)));
}

/** Replaces line breaks and other control characters. */
export function onOneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
}

function shortened(text: string, most = 80): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

/** Quotes the text of a secret value: only whether there is any. */
export function quoteSecret(text: string): string {
  return text === '' ? 'an empty string' : '<secret>';
}

/** Longer than the paths of people. */
const longestPath = 500;

/**
 * Quotes a path in full: it is no secret, even if a variable holds it. A key that was pasted in its place is hidden: only
 * hexadecimal digits, or a UserSig.
 */
export function quotePath(path: string): string {
  // A pattern that looks for one other character needs no stack, however long the path is.
  const isKey = path.length >= 20 && (!/[^\da-f]/i.test(path) || (path.startsWith('eJ') && !/[^\w*-]/.test(path)));
  return JSON.stringify(isKey ? `<${path.length} characters>` : shortened(path, longestPath));
}

/** Quotes a URL without its user, password and query. */
export function quoteUrl(text: string): string {
  return quoteRedacted(withoutCredentials(text));
}

/** V8 has no room on its stack for a match of millions of characters, and no message quotes this many. */
const longestSearched = 10_000;

/** Keys are 64 hexadecimal digits; a UserSig is base64 with `*`, `-` and `_`. Words that people choose are shorter. */
export function withoutKeys(text: string): string {
  const searched = text.slice(0, longestSearched);
  return searched.replace(/[\w*+=-]+/g, (run, at: number) => {
    const isCut = text.length > longestSearched && at + run.length === longestSearched;
    return run.length < 32 ? run : `<${isCut ? 'more than ' : ''}${run.length} characters>`;
  });
}

/** A URL, even a malformed one, without its user, password and query. */
export function withoutCredentials(url: string): string {
  return url.replace(/\?.*$/s, '?…').replace(/^([\w-]+:\/\/)?.*@/s, '$1<secret>@');
}
