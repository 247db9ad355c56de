import { parseArgs } from 'node:util';
import { defaultParameters } from './parameters.ts';
import { ruleSet } from './rules.ts';
import { writeRules } from './write-rules.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'seconds-per-minute': { type: 'string', default: '60' } },
});
const secondsPerMinute = Number(values['seconds-per-minute']);
const [folder] = positionals;
if (folder === undefined || !(secondsPerMinute > 0)) {
  console.error('usage: generate [--seconds-per-minute=60] FOLDER (a number above 0, and where the rule files go)');
  process.exitCode = 2;
} else {
  for (const path of writeRules(folder, ruleSet({ ...defaultParameters, secondsPerMinute }))) console.log(path);
}
