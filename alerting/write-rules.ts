import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AlertLinks, defaultLinks, renderRuleFile } from './rule-file.ts';
import type { RuleSet } from './rule-set.ts';

/** Writes the rule files into a folder, which is made if it is not there; their paths, in the order of the set. */
export function writeRules(folder: string, { files }: RuleSet, links: AlertLinks = defaultLinks): readonly string[] {
  mkdirSync(folder, { recursive: true });
  return files.map((file) => {
    const path = join(folder, file.name);
    writeFileSync(path, renderRuleFile(file, links));
    return path;
  });
}
