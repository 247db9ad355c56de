import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { defaultParameters, type RuleParameters } from '../../alerting/parameters.ts';
import { defaultLinks, renderRuleFile } from '../../alerting/rule-file.ts';
import { ruleSet } from '../../alerting/rules.ts';
import { writeRules } from '../../alerting/write-rules.ts';
import { describeWith } from '../support/require-program.ts';

const rulesFolder = fileURLToPath(new URL('../../config/rules/', import.meta.url));
const runbooksFolder = fileURLToPath(new URL('../../docs/runbooks/', import.meta.url));
const { files } = ruleSet(defaultParameters);
const alerts = files.flatMap(({ groups }) =>
  groups.flatMap(({ rules }) => rules.flatMap((rule) => ('alert' in rule ? [rule] : []))),
);

describe('config/rules', () => {
  it('holds what "npm run generate:rules" writes, and nothing else', () => {
    const committed = readdirSync(rulesFolder).map((name) => [name, readFileSync(join(rulesFolder, name), 'utf8')]);
    expect(committed).toEqual(files.map((file) => [file.name, renderRuleFile(file, defaultLinks)]));
  });

  it('has a runbook for each alert, and no runbook without one', () => {
    expect(readdirSync(runbooksFolder).toSorted()).toEqual(alerts.map(({ alert }) => `${alert}.md`).toSorted());
  });

  it('writes a value into every description', () => {
    const plain = alerts.filter(({ description }) => !/\{\{.*(value|\$labels).*\}\}/.test(description));
    expect(plain).toEqual([]);
  });
});

describeWith({ program: 'promtool', from: 'prometheus' }, 'the rule set', () => {
  it.each([
    ['as committed', defaultParameters],
    ['at thirty times the pace', { ...defaultParameters, secondsPerMinute: 2 }],
  ])('is valid %s', (_, parameters: RuleParameters) => {
    const folder = mkdtempSync(join(tmpdir(), 'rules-'));
    try {
      const paths = writeRules(folder, ruleSet(parameters));
      expect(execFileSync('promtool', ['check', 'rules', ...paths], { encoding: 'utf8' })).not.toContain('FAILED');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
