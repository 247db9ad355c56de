import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explainedMutants } from './explained-mutants.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { defaultParameters } from './parameters.ts';
import { scenarioGroups } from './scenarios/all.ts';
import { faultsOf } from './scenarios/promtool.ts';
import { writeRules } from './write-rules.ts';

/** The first promise that a mutant breaks; undefined where it survives. */
async function killer({ rules }: Mutant): Promise<string | undefined> {
  const folder = mkdtempSync(join(tmpdir(), 'rule-mutant-'));
  try {
    const ruleFiles = writeRules(folder, rules);
    for (const scenarios of Object.values(scenarioGroups)) {
      const faults = await faultsOf({ scenarios, ruleFiles, folder });
      if (faults !== undefined) return / # (?<promise>[^"]+)"/.exec(faults)?.groups?.['promise'] ?? faults;
    }
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const survivors: string[] = [];
console.log('| mutant | killed by |\n|---|---|');
for (const mutant of mutantsOf(defaultParameters)) {
  const killedBy = await killer(mutant);
  const explained = explainedMutants[mutant.name];
  if (killedBy === undefined && explained === undefined) survivors.push(mutant.name);
  console.log(
    `| ${mutant.name.replaceAll('|', '\\|')} | ${killedBy ?? (explained === undefined ? '**survives**' : `survives: ${explained}`)} |`,
  );
}
if (survivors.length > 0) {
  console.error(`${String(survivors.length)} mutants survive unexplained:\n${survivors.join('\n')}`);
  process.exitCode = 1;
}
