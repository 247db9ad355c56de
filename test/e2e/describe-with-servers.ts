import { requireProgram } from '../support/require-program.ts';
import { names } from './programs.ts';

/** Describes tests that need both servers. */
export function describeWithServers(name: string, tests: () => void): void {
  const needed = [
    { program: names.prometheus, from: 'prometheus' },
    { program: names.alertmanager, from: 'prometheus-alertmanager' },
  ];
  requireProgram(needed, name, tests);
}
