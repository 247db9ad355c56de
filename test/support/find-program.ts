import { spawnSync } from 'node:child_process';

/** The first of a program's names that is installed. */
export function findProgram(program: string | readonly string[]): string | undefined {
  return [program].flat().find((name) => spawnSync(name, ['--version'], { stdio: 'ignore' }).error === undefined);
}
