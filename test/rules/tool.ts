import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';

/**
 * Describes tests that need a program of Debian's prometheus or prometheus-alertmanager. Where it is missing they are
 * skipped and say so; in CI that is a fault.
 */
export function describeWith(tool: 'promtool' | 'amtool', name: string, tests: () => void): void {
  const present = spawnSync(tool, ['--version']).error === undefined;
  if (!present && process.env['CI'] !== undefined) throw new Error(`${tool} is missing: CI must install it`);
  if (!present) console.warn(`${tool} is not installed: skipping "${name}"`);
  (present ? describe : describe.skip)(name, tests);
}
