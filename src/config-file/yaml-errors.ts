import { visit, type Document, type LineCounter, type YAMLError } from 'yaml';

import { withoutKeys } from './quote.ts';

/** An error of the YAML itself, at an offset in the text. */
export interface SyntaxIssue {
  readonly offset: number;
  readonly text: string;
}

/** Replaces messages of the parser that only its own developers understand. */
const messages: { readonly [code in YAMLError['code']]?: string } = {
  MULTIPLE_DOCS: 'expected one document, not several',
  TAG_RESOLVE_FAILED: 'tags (!…) are not supported',
  NON_STRING_KEY: 'a key must be a word, not a list or a mapping',
  MULTILINE_IMPLICIT_KEY: 'expected "key: value" on one line (is the ":" missing?)',
  BLOCK_AS_IMPLICIT_KEY:
    'found a list or a mapping inside a plain value (is the indentation equal, and a value with ": " in it quoted?)',
  RESOURCE_EXHAUSTION: 'the values are nested too deeply',
};

/** One issue for each line of the file: further errors in a line are consequences of the first. */
export function syntaxIssues(document: Document, lines: LineCounter, text: string): readonly SyntaxIssue[] {
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

/** The parser's own message without the text of the file that follows the colon in some of them: it may be a secret. */
function parserMessage(message: string): string {
  return withoutKeys(message.split(': ')[0] ?? '');
}

/** Why the aliases of a document cannot be resolved: an anchor is missing, or there are too many values. */
export function aliasIssues(document: Document, maxAliasCount: number): readonly SyntaxIssue[] {
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
