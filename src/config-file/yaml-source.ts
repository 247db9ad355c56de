import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type Scalar } from 'yaml';

import { ConfigError, pathText, type ConfigIssue, type ConfigSource, type Quote } from './issues.ts';
import { quoteRedacted } from './quote.ts';
import { substitute, type Environment } from './substitution.ts';
import { aliasIssues, syntaxIssues } from './yaml-errors.ts';
import { keyAt, nearestTo, scalarsOf, valueAt } from './yaml-nodes.ts';

/** The most values that a file may take from aliases: a file with more of them is an attack ("billion laughs"). */
const maxAliasCount = 1000;

export interface YamlInput {
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
export function readYaml({ text, fileName, env, emptyData }: YamlInput): ConfigSource {
  const lines = new LineCounter();
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${fileName}:${line}:${col}`;
  };
  const document = parseDocument(text, {
    schema: 'failsafe',
    resolveKnownTags: false,
    stringKeys: true,
    prettyErrors: false,
    lineCounter: lines,
    // The level 'silent' would also hide that the file holds several documents. At 'error' nothing is printed.
    logLevel: 'error',
  });
  const errors = syntaxIssues(document, lines, text);
  if (errors.length > 0) throw new ConfigError(errors.map((error) => `${at(error.offset)}: ${error.text}`));
  const isEmpty = isNothing(document.contents);
  const issues = env === undefined || isEmpty ? [] : replaceVariables(document, env);
  try {
    const data: unknown = isEmpty ? emptyData : document.toJS({ maxAliasCount });
    return { data, issues, ...reader(document, at) };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    const unresolved = aliasIssues(document, maxAliasCount);
    throw new ConfigError(unresolved.map((issue) => `${at(issue.offset)}: ${issue.text}`));
  }
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

/** Quotes the file's text as it was before variables were inserted, because their values may be secret. */
function describeNode(node: Node | undefined, quote: Quote): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node) || isNothing(node)) return 'nothing';
  const written = String(node.source);
  if (node.value === undefined) return `an empty value from ${quote(written)}`;
  return node.value === written ? quote(written) : `the value of ${quote(written)}`;
}
