import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node, type Scalar, visit } from 'yaml';

import { shown } from './shown.ts';
import { pathText, quoted, type ConfigSource, type Fault, type Path } from './source.ts';
import { substitute, type Environment } from './substitution.ts';
import { describeSyntaxErrors, type SyntaxFault } from './yaml-syntax.ts';
import { keyAt, nearestTo, scalarsOf, valueAt } from './yaml-nodes.ts';

/** Values that one file may give by alias: more is a bomb and no configuration. */
const maxAliasCount = 1000;

export interface YamlInput {
  readonly text: string;
  /** What faults call the file. */
  readonly fileName: string;
  readonly env: Environment;
  /** An empty file is an empty mapping, and not a fault. Default: false. */
  readonly mayBeEmpty?: boolean;
}

/** Either the source, or the lines that say why there is none. */
export type YamlReading = { readonly source: ConfigSource } | { readonly faults: readonly string[] };

/**
 * Reads YAML (and so JSON) with every scalar as the text that was written, so that `007` stays a room id and digits
 * beyond 2^53 stay exact; the schema makes numbers of texts.
 */
export function readYaml({ text, fileName, env, mayBeEmpty = false }: YamlInput): YamlReading {
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
    // 'silent' would also hide that the file holds several documents; nothing is printed at 'error'.
    logLevel: 'error',
  });
  const errors = describeSyntaxErrors({ errors: [...document.errors, ...document.warnings], lines, text });
  if (errors.length > 0) return { faults: errors.map((error) => `${at(error.offset)}: ${error.text}`) };
  if (isNothing(document.contents)) {
    if (mayBeEmpty) return { source: { data: {}, faults: [], ...reader(document, at) } };
    return { faults: [`${fileName}:1:1: found an empty file, expected a mapping with the key "apps"`] };
  }
  const faults = replaceVariables(document, env);
  try {
    const data: unknown = document.toJS({ maxAliasCount });
    return { source: { data, faults, ...reader(document, at) } };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return { faults: aliasFaults(document).map((fault) => `${at(fault.offset)}: ${fault.text}`) };
  }
}

/** Why the aliases of a document could not be followed. */
function aliasFaults(document: Document): readonly SyntaxFault[] {
  const faults: SyntaxFault[] = [];
  visit(document, {
    Alias(_key, node) {
      if (node.resolve(document) !== undefined) return;
      const text = 'found an alias (*…) without its anchor (&…), expected the anchor before it';
      faults.push({ offset: node.range?.[0] ?? 0, text });
    },
  });
  const bomb = `found aliases that multiply, expected at most ${maxAliasCount} values by alias`;
  return faults.length > 0 ? faults : [{ offset: 0, text: bomb }];
}

function reader(document: Document, at: (offset: number) => string): Pick<ConfigSource, 'found' | 'place'> {
  return {
    found: (path) => foundNode(valueAt(document, path), path),
    place({ path, at: part }) {
      const node = part === 'key' ? keyAt(document, path) : nearestTo(document, path);
      const rank = node?.range?.[0] ?? 0;
      const where = pathText(part === 'key' ? path.slice(0, -1) : path);
      return { label: where === '' ? at(rank) : `${at(rank)}: ${where}`, rank };
    },
  };
}

/** Puts the environment into the texts, in place: nothing that a variable holds can become YAML. */
function replaceVariables(document: Document, env: Environment): readonly Fault[] {
  const faults: Fault[] = [];
  for (const { scalar, path } of scalarsOf(document.contents)) {
    const { text, missing, malformed } = substitute(scalar.value, env);
    for (const name of missing) {
      const found = `\${${name}}, which is not set or empty`;
      faults.push({
        path,
        at: 'value',
        found,
        text: `expected the variable ${name} in the environment, or \${${name}:-default}`,
      });
    }
    for (const reference of malformed) {
      const expected = 'expected ${NAME} or ${NAME:-default}, or $${ where a plain ${ is meant';
      faults.push({ path, at: 'value', found: shown(reference), text: expected });
    }
    // What could not be replaced stays as it is: a missing variable is a fault of its own, not a missing key.
    if (missing.length > 0 || malformed.length > 0) continue;
    const empty = isNothing(scalar) || (text === '' && scalar.value !== '');
    (scalar as Scalar).value = empty ? undefined : text;
  }
  return faults;
}

/** Nothing was written, or YAML's null was: the key then has its default. */
function isNothing(node: unknown): boolean {
  return node === null || (isScalar(node) && node.type === 'PLAIN' && /^(?:|~|null)$/i.test(String(node.source)));
}

/** What stands in the file, before variables are put in: their values may be secret. */
function foundNode(node: Node | undefined, path: Path): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node) || isNothing(node)) return 'nothing';
  const written = String(node.source);
  if (node.value === undefined) return `nothing in ${shown(written)}`;
  return node.value === written ? quoted(path, written) : `the value of ${quoted(path, written)}`;
}
