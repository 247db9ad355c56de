import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
  type YAMLError,
} from 'yaml';
import {
  ConfigError,
  type ConfigIssue,
  type ConfigSource,
  onOneLine,
  type Path,
  pathText,
  type Quote,
  quotePath,
  quoteRedacted,
  withoutKeys,
} from './issues.ts';
import { type Environment, substitute } from './substitution.ts';

/** The most values that a file may take from aliases: a file with more of them is an attack ("billion laughs"). */
const maxAliasCount = 1000;

/** The parser compares each key with all keys of its mapping. More comparisons would take seconds: 2,000 keys in one mapping. */
const maxKeyComparisons = 2_000_000;

/** The parser takes up to 2 kB of memory and 20 µs for each value, and these characters separate values. */
const maxSeparators = 250_000;

interface YamlInput {
  readonly text: string;
  /** The file's name in messages. */
  readonly fileName: string;
  /** Replaces variables in the texts. Without it, `${` has no meaning. */
  readonly env?: Environment;
  /** What an empty file stands for. Default: nothing, which a schema for a mapping or a list reports. */
  readonly emptyData?: unknown;
}

/**
 * Reads YAML (and therefore JSON). Every scalar is the text that was written, so that `007` stays a room id and digits
 * beyond 2^53 stay exact; the schema converts texts to numbers. Throws a ConfigError if the text is not valid YAML.
 */
export function readYaml(input: YamlInput): ConfigSource {
  try {
    return read(input);
  } catch (error) {
    // The parser calls itself for each level, and reports only a part of these errors as its own.
    if (!(error instanceof RangeError)) throw error;
    throw new ConfigError([`${input.fileName}:1:1: invalid YAML: ${exhausted}`]);
  }
}

function read({ text, fileName, env, emptyData }: YamlInput): ConfigSource {
  requireFewValues(text, fileName);
  const lines = new LineCounter();
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${fileName}:${line}:${col}`;
  };
  const document = parseDocument(text, {
    schema: 'failsafe',
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: keyComparison(),
    prettyErrors: false,
    lineCounter: lines,
    // The level 'silent' would also hide that the file holds several documents. At 'error' nothing is printed.
    logLevel: 'error',
  });
  const errors = syntaxIssues(document, lines, text);
  if (errors.length > 0) throw new ConfigError(errors.map((error) => `${at(error.offset)}: ${error.text}`));
  requireFewAliases(document, fileName);
  const isEmpty = isNothing(document.contents);
  const issues = env === undefined || isEmpty ? [] : replaceVariables(document, env);
  try {
    const data: unknown = isEmpty ? emptyData : document.toJS({ maxAliasCount });
    return { data, issues, ...reader(document, at) };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const unresolved = aliasIssues(document);
    throw new ConfigError(unresolved.map((issue) => `${at(issue.offset)}: ${issue.text}`));
  }
}

function requireFewValues(text: string, fileName: string): void {
  let separators = 0;
  for (const _ of text.matchAll(/[\n,:[\]{}]/g)) separators += 1;
  if (separators <= maxSeparators) return;
  const most = maxSeparators.toLocaleString('en');
  throw new ConfigError([`${fileName}: found more than ${most} lines, commas, colons and brackets`]);
}

/** Whether two keys are equal. Throws an error, which the parser reports as exhaustion, if there are too many comparisons. */
function keyComparison(): (a: unknown, b: unknown) => boolean {
  let comparisons = 0;
  return (a, b) => {
    comparisons += 1;
    if (comparisons > maxKeyComparisons) throw new RangeError('too many keys');
    return keyText(a) === keyText(b);
  };
}

/** The parser searches the whole document for the anchor of each alias. */
function requireFewAliases(document: Document, fileName: string): void {
  let aliases = 0;
  visit(document, {
    Alias: () => {
      aliases += 1;
    },
  });
  if (aliases > maxAliasCount) throw new ConfigError([`${fileName}: found more than ${maxAliasCount} aliases`]);
}

function reader(document: Document, at: (offset: number) => string): Pick<ConfigSource, 'found' | 'place'> {
  return {
    found: (path, quote = quoteRedacted) => {
      if (path.length === 0 && isNothing(document.contents)) return 'an empty file';
      return describeNode(valueAt(document, path), quote);
    },
    place({ path, at: part }) {
      const node = part === 'key' ? keyAt(document, path) : nearestTo(document, path);
      const rank = node?.range?.[0] ?? 0;
      const key = pathText(part === 'key' ? path.slice(0, -1) : path);
      return { label: key === '' ? at(rank) : `${at(rank)}: ${key}`, rank };
    },
  };
}

/** Inserts variables into the parsed texts, in place: the value of a variable can therefore never become YAML. */
function replaceVariables(document: Document, env: Environment): readonly ConfigIssue[] {
  const issues: ConfigIssue[] = [];
  for (const { scalar, path } of scalarsOf(document.contents)) {
    const { text, missing, malformed } = substitute(scalar.value, env);
    for (const name of missing) {
      const found = `\${${name}}, which is unset or empty`;
      const expected = `expected the variable ${name} in the environment, or \${${name}:-default}`;
      issues.push({ path, at: 'value', found, expected });
    }
    for (const reference of malformed) {
      const expected = 'expected ${NAME} or ${NAME:-default}, or $${ for a literal ${';
      issues.push({ path, at: 'value', found: quoteRedacted(reference), expected });
    }
    // The text stays as it is, so that the schema does not report the key as missing as well.
    if (missing.length > 0 || malformed.length > 0) continue;
    const isEmpty = isNothing(scalar) || (text === '' && scalar.value !== '');
    (scalar as Scalar).value = isEmpty ? undefined : text;
  }
  return issues;
}

/** No value was written, or YAML's null: the key then has its default. */
function isNothing(node: unknown): boolean {
  return node === null || (isScalar(node) && node.type === 'PLAIN' && /^(?:|~|null)$/i.test(String(node.source)));
}

/** Quotes the file's text as it was before variables were inserted, because their values may be secret. Paths are not. */
function describeNode(node: Node | undefined, quote: Quote): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node) || isNothing(node)) return 'nothing';
  const written = String(node.source);
  if (node.value === undefined) return `an empty value from ${quote(written)}`;
  if (node.value === written) return quote(written);
  return quote === quotePath && typeof node.value === 'string'
    ? `${quotePath(node.value)} from ${quoteRedacted(written)}`
    : `the value of ${quote(written)}`;
}

/** The node of a value, with aliases resolved; undefined if there is no value at the path. */
function valueAt(document: Document, path: Path): Node | undefined {
  let node = resolved(document, document.contents);
  for (const key of path) {
    const child = isSeq(node) ? node.items[Number(key)] : isMap(node) ? pairOf(node, key)?.value : undefined;
    node = resolved(document, child);
  }
  return node;
}

/** The node of a mapping's key. */
function keyAt(document: Document, path: Path): Node | undefined {
  const parent = valueAt(document, path.slice(0, -1));
  const key = isMap(parent) ? pairOf(parent, path.at(-1))?.key : undefined;
  return isScalar(key) ? key : undefined;
}

/** The value at the path or, if there is none, the innermost value around it. */
function nearestTo(document: Document, path: Path): Node | undefined {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = valueAt(document, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return undefined;
}

/** Every text in the document with its path. A text that aliases refer to comes once, at its anchor. */
function* scalarsOf(
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

/** An error of the YAML itself, at an offset in the text. */
interface SyntaxIssue {
  readonly offset: number;
  readonly text: string;
}

const exhausted = 'the values are nested too deeply, or a mapping has thousands of keys';

/** Replaces messages of the parser that only its own developers understand. */
const messages: { readonly [code in YAMLError['code']]?: string } = {
  MULTIPLE_DOCS: 'expected one document, not several',
  TAG_RESOLVE_FAILED: 'tags (!…) are not supported',
  NON_STRING_KEY: 'a key must be a word, not a list or a mapping',
  MULTILINE_IMPLICIT_KEY: 'expected "key: value" on one line (is the ":" missing?)',
  BLOCK_AS_IMPLICIT_KEY:
    'found a list or a mapping inside a plain value (is the indentation equal, and a value with ": " in it quoted?)',
  RESOURCE_EXHAUSTION: exhausted,
};

/** One issue for each line of the file: further errors in a line are consequences of the first. */
function syntaxIssues(document: Document, lines: LineCounter, text: string): readonly SyntaxIssue[] {
  const all = [...document.errors, ...document.warnings];
  const tooDeep = all.filter(({ code }) => code === 'RESOURCE_EXHAUSTION').slice(0, 1);
  const byLine = new Map<number, SyntaxIssue>();
  for (const { code, message, pos } of (tooDeep.length > 0 ? tooDeep : all).toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const offset = pos[0];
    const { line } = lines.linePos(offset);
    const isReference = text.slice(offset - 1, offset + 1) === '${';
    const reason = isReference
      ? 'inside {…} or […], write "${…}" with quotes'
      : (messages[code] ?? parserMessage(message));
    if (!byLine.has(line)) byLine.set(line, { offset, text: `invalid YAML: ${reason}` });
  }
  return [...byLine.values()];
}

/** The parser's own message on one line, without the text of the file that follows the colon in some of them: it may be a secret. */
function parserMessage(message: string): string {
  return onOneLine(withoutKeys(message.split(': ')[0] ?? ''));
}

/** Why the aliases of a document cannot be resolved: an anchor is missing, or there are too many values. */
function aliasIssues(document: Document): readonly SyntaxIssue[] {
  const issues: SyntaxIssue[] = [];
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document) !== undefined) return;
      issues.push({
        offset: node.range?.[0] ?? 0,
        text: 'invalid YAML: an alias (*…) without an anchor (&…) before it',
      });
    },
  });
  const tooMany = { offset: 0, text: `invalid YAML: aliases stand for more than ${maxAliasCount} values` };
  return issues.length > 0 ? issues : [tooMany];
}
