import { describe, expect, it } from '@jest/globals';
import { explainedMutants } from '../../alerting/explained-mutants.ts';
import { mutantsOf } from '../../alerting/mutants.ts';
import { defaultParameters } from '../../alerting/parameters.ts';
import { ruleSet } from '../../alerting/rules.ts';

describe('mutantsOf', () => {
  const mutants = mutantsOf(defaultParameters);
  const original = JSON.stringify(ruleSet(defaultParameters));

  it('changes the rules in every mutant, each in its own way', () => {
    const texts = mutants.map(({ rules }) => JSON.stringify(rules));
    expect(texts).not.toContain(original);
    expect(new Set(texts).size).toBe(mutants.length);
  });

  it('removes each guard once', () => {
    const guards = ruleSet(defaultParameters).files.flatMap(({ groups }) =>
      groups.flatMap(({ rules }) => rules.flatMap(({ expr }) => expr.guards)),
    );
    expect(mutants.filter(({ name }) => name.includes(' without "')).length).toBe(guards.length);
  });

  it('explains only mutants that exist', () => {
    const names = new Set(mutants.map(({ name }) => name));
    expect(Object.keys(explainedMutants).filter((name) => !names.has(name))).toEqual([]);
  });
});
