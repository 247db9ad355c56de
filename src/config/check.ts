import { z } from 'zod';

import { closest } from './closest.ts';
import { configSchema, type ConfigFile } from './schema/schema.ts';
import { keyList } from './schema/sections.ts';
import { shown } from './shown.ts';
import type { Fault, Path } from './source.ts';

export interface Checked<File> {
  /** Absent where there is a fault. */
  readonly file?: File;
  readonly faults: readonly Fault[];
}

/** Checks the data of a config file, of which every scalar is a text, against the schema. */
export function checkConfig(data: unknown): Checked<ConfigFile> {
  return checkData(configSchema, data);
}

/** Checks data of which every scalar is a text against the schema of a file. */
export function checkData<File>(schema: z.ZodType<File>, data: unknown): Checked<File> {
  const result = schema.safeParse(data);
  if (result.success) return { file: result.data, faults: [] };
  return { faults: result.error.issues.flatMap((issue) => faultsOf(schema, issue)) };
}

function faultsOf(schema: z.ZodType, issue: z.core.$ZodIssue): readonly Fault[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(schema, issue.path, key));
  if (issue.code === 'invalid_key') {
    const found = `the key ${shown(String(issue.path.at(-1)))}`;
    return [{ path: issue.path, at: 'key', found, text: issue.issues[0]?.message ?? issue.message }];
  }
  const params: Readonly<Record<string, unknown>> = issue.code === 'custom' ? (issue.params ?? {}) : {};
  const found = typeof params['found'] === 'string' ? { found: params['found'] } : {};
  return [{ path: issue.path, at: 'value', text: issue.message, ...found }];
}

function unknownKey(schema: z.ZodType, parent: Path, key: string): Fault {
  const known = knownKeys(schema, parent);
  const meant = closest(key, known);
  const text = meant === undefined ? `expected ${keyList(known)}` : `did you mean "${meant}"?`;
  return { path: [...parent, key], at: 'key', found: `the unknown key ${shown(key)}`, text };
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

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodPrefault || schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) {
    return unwrapped(schema.unwrap());
  }
  return schema;
}
