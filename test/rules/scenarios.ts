import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { scenarioGroups } from '../../alerting/scenarios/all.ts';
import { faultsOf } from '../../alerting/scenarios/promtool.ts';
import { describeWith } from '../support/require-program.ts';

export const committedRules = ['audience.yml', 'exporter.yml'].map((name) =>
  fileURLToPath(new URL(`../../config/rules/${name}`, import.meta.url)),
);

/** Runs the histories of a group through promtool, once, with the committed rules; each is a test of its own. */
export function testScenarios(group: keyof typeof scenarioGroups): void {
  const scenarios = scenarioGroups[group];
  describeWith({ program: 'promtool', from: 'prometheus' }, `the alert rules: ${group}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'rules-'));
    let faults: string | undefined;
    beforeAll(async () => {
      faults = await faultsOf({ scenarios, ruleFiles: committedRules, folder });
    }, 60_000);
    afterAll(() => {
      rmSync(folder, { recursive: true });
    });

    it('keep every promise below, and promtool finds no other fault', () => {
      expect(faults).toBeUndefined();
    });

    it.each(scenarios)('$name', ({ name }) => {
      expect(faultsNaming(name, faults)).toEqual([]);
    });
  });
}

/** promtool writes a paragraph for each expression that fails; the comment in it is the scenario's name. */
function faultsNaming(name: string, faults: string | undefined): readonly string[] {
  return (faults ?? '').split('\n\n').filter((paragraph) => paragraph.includes(`# ${name}"`));
}
