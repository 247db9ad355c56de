import { z } from 'zod';

import { closest } from './closest.ts';
import { configSchema, type ConfigFile } from './schema/schema.ts';
import { keyList } from './schema/sections.ts';
import { shown } from './shown.ts';
import type { Fault, Path } from './source.ts';

export interface Checked {
  /** Absent where there is a fault. */
  readonly file?: ConfigFile;
  readonly faults: readonly Fault[];
}

/** Checks the data of a config file, of which every scalar is a text, against the schema. */
export function checkConfig(data: unknown): Checked {
  const result = configSchema.safeParse(data);
  return result.success ? { file: result.data, faults: [] } : { faults: result.error.issues.flatMap(faultsOf) };
}

function faultsOf(issue: z.core.$ZodIssue): readonly Fault[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(issue.path, key));
  const params: Readonly<Record<string, unknown>> = issue.code === 'custom' ? (issue.params ?? {}) : {};
  const found = typeof params['found'] === 'string' ? { found: params['found'] } : {};
  return [{ path: issue.path, at: 'value', text: issue.message, ...found }];
}

function unknownKey(parent: Path, key: string): Fault {
  const known = knownKeys(parent);
  const meant = closest(key, known);
  const text = meant === undefined ? `expected ${keyList(known)}` : `did you mean "${meant}"?`;
  return { path: [...parent, key], at: 'key', found: `the unknown key ${shown(key)}`, text };
}

/** The keys that the schema has at a path. */
function knownKeys(path: Path): readonly string[] {
  let schema: z.core.$ZodType = unwrapped(configSchema);
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
