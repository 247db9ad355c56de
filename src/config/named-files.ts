import { access, constants, readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import type { ConfigSource, Fault, Path } from './source.ts';

/**
 * The faults of the files that a config names: each must be there, readable and not empty, so that a wrong path is told
 * with its line at the start and not by the first refused call. Reads what the schema may have refused, too.
 */
export async function checkNamedFiles(source: ConfigSource, directory: string): Promise<readonly Fault[]> {
  const named = [
    { path: ['web', 'config_file'], mayBeEmpty: true },
    ...indices(valueAt(source.data, ['apps'])).flatMap((index) => [
      { path: ['apps', index, 'secret_key_file'], mayBeEmpty: false },
      { path: ['apps', index, 'user_sig_file'], mayBeEmpty: false },
    ]),
  ];
  const faults = await Promise.all(
    named.map(async ({ path, mayBeEmpty }): Promise<readonly Fault[]> => {
      const name = valueAt(source.data, path);
      if (typeof name !== 'string' || name === '') return [];
      const problem = await fileProblem(resolve(directory, name), mayBeEmpty);
      if (problem === undefined) return [];
      return [
        { path, at: 'value', text: `expected a readable file${mayBeEmpty ? '' : ' that is not empty'}: ${problem}` },
      ];
    }),
  );
  return faults.flat();
}

/** Why a file cannot be used, in words; undefined where it can. */
export async function fileProblem(path: string, mayBeEmpty: boolean): Promise<string | undefined> {
  try {
    await access(path, constants.R_OK);
    const stats = await stat(path);
    if (stats.isDirectory()) return 'it is a directory';
    // A pipe can be read only once, and that is not for us.
    if (mayBeEmpty || !stats.isFile()) return undefined;
    return (await readFile(path, 'utf8')).trim() === '' ? 'it is empty' : undefined;
  } catch (error) {
    return errnoText(error);
  }
}

const errnoTexts: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'a part of its path is not a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a directory',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
};

/** What an error of the file system means, in words; an unknown one by its code. */
export function errnoText(error: unknown): string {
  const code = String((error as { readonly code?: unknown } | undefined)?.code);
  return errnoTexts[code] ?? code;
}

function indices(value: unknown): readonly number[] {
  return Array.isArray(value) ? [...value.keys()] : [];
}

function valueAt(data: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Readonly<Record<PropertyKey, unknown>>)[key] : undefined,
    data,
  );
}
