import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promtoolTest } from './promtool-test.ts';
import type { Scenario } from './scenario.ts';

export interface ScenarioRun {
  readonly scenarios: readonly Scenario[];
  /** Absolute paths. */
  readonly ruleFiles: readonly string[];
  /** For the file that promtool reads. */
  readonly folder: string;
}

/** What promtool finds wrong, or undefined where every scenario holds. Throws where promtool cannot be started. */
export async function faultsOf({ scenarios, ruleFiles, folder }: ScenarioRun): Promise<string | undefined> {
  const path = join(folder, 'scenarios.yml');
  writeFileSync(path, promtoolTest(scenarios, ruleFiles));
  return new Promise((resolve, reject) => {
    execFile('promtool', ['test', 'rules', path], { maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve(undefined);
      else if (typeof error.code === 'number') resolve(stdout + stderr);
      else reject(error);
    });
  });
}
