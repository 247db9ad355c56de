import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { cusum, step } from './other-detectors.ts';
import type { Sample } from './timing.ts';

/** What the former rules recorded of a room's audience once a minute. */
export const fresh = 'room:tencent_live_online_members:fresh';
/** What the rules record of each room: they read its past, so a replay has it as a series. */
export const baseline = 'room:tencent_live_audience:baseline';

export type Detector = { readonly name: string } & (
  | {
      readonly expr: string;
      readonly stepSeconds: number;
      /** Whether it can hold only while the exporter notices a loss: the times without one need not be evaluated. */
      readonly onlyInLoss: boolean;
    }
  /** The times of scrapes at which an alert would be active. */
  | { readonly holdsAtMs: (samples: readonly Sample[]) => readonly number[] }
);

/** The rules of a file, and what they were compared with. */
export function detectors(ruleFile: string): readonly Detector[] {
  const rules = readFileSync(ruleFile, 'utf8');
  return [
    { name: 'former rule', expr: formerRule({ deviations: 4, suddenAgo: '5m' }), stepSeconds: 60, onlyInLoss: false },
    {
      name: 'former rule, 3 deviations, 4 min',
      expr: formerRule({ deviations: 3, suddenAgo: '4m' }),
      stepSeconds: 60,
      onlyInLoss: false,
    },
    { name: 'step by √n and unrest', holdsAtMs: step },
    { name: 'CUSUM', holdsAtMs: cusum },
    {
      name: '**shipped rule**',
      expr: inlined(rules, 'room:tencent_live_audience:drop'),
      stepSeconds: 15,
      onlyInLoss: true,
    },
  ];
}

/** The rule before the exporter measured audiences itself: three samples, one a minute, against the median of 16. */
function formerRule({ deviations, suddenAgo }: { readonly deviations: number; readonly suddenAgo: string }): string {
  const three = `${fresh}[2m30s]`;
  const level = `(avg_over_time(${three}) and (count_over_time(${three}) == 3))`;
  const before = `${fresh}[15m30s] offset 3m`;
  const median = `(quantile_over_time(0.5, ${before}) and (count_over_time(${before}) >= 12))`;
  const noisy = `(${median} - ${String(deviations)} * sqrt(${median}))`;
  const regained = `${fresh} >= 0.06 * ${median} + 0.94 * min_over_time(${three})`;
  return (
    `${level} < ((0.6 * ${median} < ${noisy}) or ${noisy}) and (${median} >= 30) and (max_over_time(${three}) < 0.75 * ${median}) ` +
    `and (${level} < 0.65 * min_over_time(${three} offset ${suddenAgo})) and (min_over_time(${three}) > 0) ` +
    `unless ((${regained}) and (${fresh} >= min_over_time(${three}) + 3 * sqrt(min_over_time(${three})))) ` +
    `and (count_over_time(${fresh}[5m30s]) >= 5)`
  );
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}

interface Rule {
  readonly record?: string;
  readonly expr: string;
}

/** The expression of a recording, with every other recording except {@link baseline} replaced by its own expression. */
export function inlined(ruleFile: string, record: string): string {
  const rules = (parse(ruleFile) as RuleFile).groups.flatMap((group) => group.rules);
  const found = rules.findLastIndex((rule) => rule.record === record);
  if (found === -1) throw new Error(`found no recording ${record} in the rule file`);
  // Series are recorded before they are read, so one pass from there to the first rule replaces them all.
  return rules.slice(0, found).reduceRight(
    (expr, rule) => {
      if (rule.record === undefined || rule.record === baseline) return expr;
      // Expressions may end with a comment: the parenthesis needs a line of its own.
      return expr.replaceAll(new RegExp(`${rule.record}(?![\\w:])`, 'g'), `(${rule.expr}\n)`);
    },
    (rules[found] as Rule).expr,
  );
}
