import type { RuleParameters } from './parameters.ts';
import type { AlertingRule, Rule, RuleSet } from './rule-set.ts';
import { ruleSet } from './rules.ts';

/** Rules with one fault put in: a test suite that is worth its name notices. */
export interface Mutant {
  readonly name: string;
  readonly rules: RuleSet;
}

/** Each guard removed, each `for` and `keep_firing_for` removed, each ratio and bound a quarter smaller and larger. */
export function mutantsOf(parameters: RuleParameters): readonly Mutant[] {
  const rules = ruleSet(parameters);
  return [...withoutGuards(rules), ...withoutWaits(rules), ...withOtherNumbers(parameters)];
}

function withoutGuards(rules: RuleSet): readonly Mutant[] {
  return allRules(rules).flatMap((rule) =>
    rule.expr.guards.map((guard) => ({
      name: `${nameOf(rule)} without "${guard.name}"`,
      rules: replaced(rules, rule, {
        ...rule,
        expr: { ...rule.expr, guards: rule.expr.guards.filter((other) => other !== guard) },
      }),
    })),
  );
}

function withoutWaits(rules: RuleSet): readonly Mutant[] {
  return allRules(rules).flatMap((rule) => {
    if ('record' in rule) return [];
    const { for: wait, keepFiringFor, ...bare } = rule;
    const without = (what: string, changed: AlertingRule): Mutant => ({
      name: `${rule.alert} without ${what}`,
      rules: replaced(rules, rule, changed),
    });
    return [
      ...(wait === undefined ? [] : [without('for', keepFiringFor === undefined ? bare : { ...bare, keepFiringFor })]),
      ...(keepFiringFor === undefined
        ? []
        : [without('keep_firing_for', wait === undefined ? bare : { ...bare, for: wait })]),
    ];
  });
}

/** The numbers that are no window: where one moves, some history must be judged differently. */
const numbers = {
  audience: [
    'freshWithinMinutes',
    'dropRatio',
    'highestSampleRatio',
    'suddenRatio',
    'recoveryShare',
    'recoveryDeviations',
    'baselineAtLeast',
    'noiseDeviations',
    'healthySamplesAtLeast',
  ],
  platform: ['dropRatio', 'roomsShare', 'roomsAtLeast'],
  exporter: ['staleMinutes', 'staleIntervals', 'userSigExpiryHours', 'throttledShare', 'skippedShare'],
} as const;

function withOtherNumbers(parameters: RuleParameters): readonly Mutant[] {
  return (['audience', 'platform', 'exporter'] as const).flatMap((part) =>
    numbers[part].flatMap((name) =>
      [0.75, 1.25].map((factor) => {
        const group: Readonly<Record<string, number>> = { ...parameters[part] };
        const value = Number(((group[name] ?? Number.NaN) * factor).toPrecision(6));
        return {
          name: `${part}.${name} ${String(group[name])} → ${String(value)}`,
          rules: ruleSet({ ...parameters, [part]: { ...group, [name]: value } }),
        };
      }),
    ),
  );
}

function allRules(rules: RuleSet): readonly Rule[] {
  return rules.files.flatMap(({ groups }) => groups.flatMap((group) => group.rules));
}

function nameOf(rule: Rule): string {
  return 'record' in rule ? rule.record : rule.alert;
}

function replaced(rules: RuleSet, rule: Rule, by: Rule): RuleSet {
  return {
    files: rules.files.map((file) => ({
      ...file,
      groups: file.groups.map((group) => ({
        ...group,
        rules: group.rules.map((other) => (other === rule ? by : other)),
      })),
    })),
  };
}
