import { access, constants, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readTextFile } from '../platform/text-file.ts';
import { quotePath } from './issues.ts';
import { type Parsed, scalar } from './scalars.ts';

/**
 * The path of a file that must exist, be readable and, by default, not be empty; resolved against `directory`. A wrong
 * path is therefore reported at the start with its line, and not by the first call that fails.
 */
export function existingFile(directory: string, { mayBeEmpty = false }: { readonly mayBeEmpty?: boolean } = {}) {
  const expected = `a readable file${mayBeEmpty ? '' : ' that is not empty'}`;
  return scalar({
    expected: 'a path',
    json: { minLength: 1 },
    parse: async (path): Promise<Parsed<string>> => {
      if (path === '') return {};
      const problem = await fileProblem(resolve(directory, path), { mayBeEmpty });
      return problem === undefined ? { value: resolve(directory, path) } : { expected: `${expected}: ${problem}` };
    },
    format: (path) => path,
    quote: quotePath,
  });
}

/** Why a file cannot be used, in words; undefined if it can. */
export async function fileProblem(
  path: string,
  { mayBeEmpty }: { readonly mayBeEmpty: boolean },
): Promise<string | undefined> {
  try {
    await access(path, constants.R_OK);
    const stats = await stat(path);
    if (stats.isDirectory()) return 'it is a directory';
    // A pipe can be read only once, so it is left to the code that uses it.
    if (mayBeEmpty || !stats.isFile()) return undefined;
    return (await readTextFile(path)).trim() === '' ? 'it is empty' : undefined;
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
  EFBIG: 'it is larger than 8 MiB',
  ETIMEDOUT: 'it is a pipe, and no complete text arrived within 3 s',
};

/** What an error of the file system means, in words, or its code if it is an unusual one. */
export function errnoText(error: unknown): string {
  const code = String((error as { readonly code?: unknown } | undefined)?.code);
  return errnoTexts[code] ?? code;
}
