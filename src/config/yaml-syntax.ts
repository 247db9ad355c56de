import type { LineCounter, YAMLError } from 'yaml';

import { shown, withoutKeys } from './shown.ts';

export interface SyntaxFault {
  readonly offset: number;
  readonly text: string;
}

/** The parser's errors in our words where its own are about its inside; no text of the file is in them. */
const texts: { readonly [code in YAMLError['code']]?: string } = {
  MULTIPLE_DOCS: 'found a second document, expected one',
  TAB_AS_INDENT: 'found a tab in the indentation, expected spaces',
  TAG_RESOLVE_FAILED: 'found a YAML tag (!…), expected none',
  NON_STRING_KEY: 'found a key that is a list or a mapping, expected a word',
  MULTILINE_IMPLICIT_KEY: 'found a key of several lines, expected "key: value" on one line (is the ":" missing?)',
  BLOCK_AS_IMPLICIT_KEY:
    'found a mapping or a list in the place of a plain value, expected quotes around a value with ": " in it, and equal indentation',
  RESOURCE_EXHAUSTION: 'found values nested too deep, expected a configuration',
};

export interface SyntaxErrors {
  readonly errors: readonly YAMLError[];
  readonly lines: LineCounter;
  /** What was parsed. */
  readonly text: string;
}

/** One fault a line of the file: what else the parser says of a line follows from the first. */
export function describeSyntaxErrors({ errors, lines, text: written }: SyntaxErrors): readonly SyntaxFault[] {
  const byLine = new Map<number, SyntaxFault>();
  const tooDeep = errors.filter(({ code }) => code === 'RESOURCE_EXHAUSTION').slice(0, 1);
  const told = tooDeep.length > 0 ? tooDeep : errors;
  for (const { code, message, pos } of told.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const line = lines.linePos(pos[0]).line;
    const text = describeSyntaxError({ code, message, before: written.slice(0, pos[0]), after: written.slice(pos[0]) });
    if (!byLine.has(line)) byLine.set(line, { offset: pos[0], text });
  }
  return [...byLine.values()];
}

interface SyntaxError {
  readonly code: YAMLError['code'];
  readonly message: string;
  /** What was written before the place of the error, and from there on. */
  readonly before: string;
  readonly after: string;
}

function describeSyntaxError({ code, message, before, after }: SyntaxError): string {
  if (code === 'DUPLICATE_KEY') {
    const key = /^["']?([\w.-]*)/.exec(after)?.[1] ?? '';
    return `found the key ${shown(key)} for the second time, expected each key once`;
  }
  if (before.endsWith('$') && after.startsWith('{')) {
    return 'found ${…} without quotes inside {…} or […], expected "${…}" there';
  }
  return texts[code] ?? `found invalid YAML (${withoutKeys(message)}), expected YAML 1.2`;
}
