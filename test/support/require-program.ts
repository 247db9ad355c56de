import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';

/**
 * Describes tests that need a program of a Debian package. If it is missing, they are skipped with a warning; in CI they
 * fail.
 */
export function requireProgram(
  needed: { readonly program: string; readonly from: string },
  name: string,
  tests: () => void,
): void {
  const { program, from } = needed;
  const isInstalled = spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined;
  const hint = `${program} is not installed (apt-get install ${from})`;
  if (!isInstalled && process.env['CI'] !== undefined) throw new Error(`${hint}, and CI needs it`);
  if (!isInstalled) console.warn(`skipped "${name}": ${hint}`);
  (isInstalled ? describe : describe.skip)(name, tests);
}
