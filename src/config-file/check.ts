import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import {
  type ConfigIssue,
  type ConfigSource,
  describeIssues,
  type Path,
  pathText,
  type Quote,
  quoteRedacted,
} from './issues.ts';
import { keyList } from './sections.ts';

/** Either the parsed value, or a line for each error. */
type Checked<T> = { readonly value: T } | { readonly errors: readonly string[] };

/** More are not described, since finding the place of each takes time. */
const maxIssues = 1000;

/** Checks the data of a source against a schema. Never rejects. */
export async function checkSource<Schema extends z.ZodType>(
  source: ConfigSource,
  schema: Schema,
): Promise<Checked<z.output<Schema>>> {
  const result = await schema.safeParseAsync(source.data).catch((error: unknown) => {
    // zod passes issues on as arguments: with 100,000 of them there is no room on the stack.
    if (error instanceof RangeError) return undefined;
    throw error;
  });
  if (result === undefined) {
    return { errors: [`${source.place({ path: [], at: 'value' }).label}: found a very large number of mistakes`] };
  }
  const found = result.error?.issues.slice(0, maxIssues).flatMap((issue) => issuesOf(schema, issue)) ?? [];
  const unread = new Set(source.issues.map(({ path }) => pathText(path)));
  // The source has already reported a value that it could not read.
  const issues = [...source.issues.slice(0, maxIssues), ...found.filter(({ path }) => !unread.has(pathText(path)))];
  if (result.success && issues.length === 0) return { value: result.data };
  return { errors: describeIssues(source, issues) };
}

function issuesOf(schema: z.ZodType, issue: z.core.$ZodIssue): readonly ConfigIssue[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.slice(0, maxIssues).map((key) => unknownKey(schema, issue.path, key));
  if (issue.code === 'invalid_key') {
    const found = `the key ${quoteRedacted(String(issue.path.at(-1)))}`;
    return [{ path: issue.path, at: 'key', found, expected: issue.issues[0]?.message ?? issue.message }];
  }
  const params = issue.code === 'custom' ? (issue.params as IssueParams | undefined) : undefined;
  return [{ path: issue.path, at: 'value', expected: issue.message, ...definedOf(params) }];
}

/** What scalars and sections add to their issues. */
interface IssueParams {
  readonly found?: string | undefined;
  readonly quote?: Quote | undefined;
}

function definedOf({ found, quote }: IssueParams = {}): Pick<ConfigIssue, 'found' | 'quote'> {
  return { ...(found === undefined ? {} : { found }), ...(quote === undefined ? {} : { quote }) };
}

function unknownKey(schema: z.ZodType, parent: Path, key: string): ConfigIssue {
  const known = knownKeys(schema, parent);
  const meant = suggest(key, known);
  const expected = meant === undefined ? `expected ${keyList(known)}` : `did you mean "${meant}"?`;
  return { path: [...parent, key], at: 'key', found: `the unknown key ${quoteRedacted(key)}`, expected };
}

/**
 * The candidate that a mistyped word most likely meant: at most two edits in five letters of the shorter word, so that
 * two swapped letters of a short word still count as a typo. Undefined if no candidate is that close.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const [closest] = candidates
    .map((candidate) => ({ candidate, edits: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => edits <= 0.4 * Math.min(word.length, candidate.length))
    .toSorted((a, b) => a.edits - b.edits);
  return closest?.candidate;
}

/** The keys that the schema has at a path. */
function knownKeys(file: z.ZodType, path: Path): readonly string[] {
  let schema: z.core.$ZodType = unwrapped(file);
  for (const step of path) {
    if (schema instanceof z.ZodArray) schema = unwrapped(schema.element);
    else if (schema instanceof z.ZodObject) schema = unwrapped(schema.shape[String(step)]);
  }
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The schema of what the file holds, without defaults and codecs around it. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in);
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) return unwrapped(schema.unwrap());
  return schema;
}
