import { describe } from '@jest/globals';
import { findProgram } from './find-program.ts';

/** A program of a Debian package. */
interface NeededProgram {
  /** Its possible names, the first choice first. */
  readonly program: Parameters<typeof findProgram>[0];
  readonly from: string;
}

/**
 * Describes tests that need a program, or several. If one is missing, the tests are skipped with a warning; in CI they fail.
 */
export function requireProgram(
  needed: NeededProgram | readonly NeededProgram[],
  name: string,
  tests: () => void,
): void {
  const missing = [needed].flat().filter(({ program }) => findProgram(program) === undefined);
  const programs = missing.map(({ program }) => [program].flat()[0]).join(' and ');
  const hint = `not installed: ${programs} (apt-get install ${missing.map(({ from }) => from).join(' ')})`;
  if (missing.length > 0 && process.env['CI'] !== undefined) throw new Error(`${hint}, and CI needs it`);
  if (missing.length > 0) console.warn(`skipped "${name}": ${hint}`);
  (missing.length === 0 ? describe : describe.skip)(name, tests);
}
