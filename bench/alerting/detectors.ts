import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** The only series that a replay has: what the rules record of a room's audience. */
export const fresh = 'room:tencent_live_online_members:fresh';

export interface Detector {
  readonly name: string;
  /** PromQL over {@link fresh} alone. */
  readonly expr: string;
  /** How long the condition must hold. */
  readonly forMinutes: number;
}

const median = `quantile_over_time(0.5, ${fresh}[15m30s] offset 3m)`;

/** Rules that people commonly write, and ours. */
export function detectors(ruleFile: string): readonly Detector[] {
  return [
    {
      name: 'z-score < -3 over 1 h, for 2 min',
      expr: `(${fresh} - avg_over_time(${fresh}[1h])) / stddev_over_time(${fresh}[1h]) < -3`,
      forMinutes: 2,
    },
    {
      name: '< 0.5 × max_over_time[10m], for 2 min',
      expr: `${fresh} < 0.5 * max_over_time(${fresh}[10m])`,
      forMinutes: 2,
    },
    { name: '< 0.5 × median[15m] offset 3m, for 2 min', expr: `${fresh} < 0.5 * ${median}`, forMinutes: 2 },
    {
      name: '< 0.6 × median and < 0.65 × 5 min ago, noise and health guards, for 2 min',
      expr:
        `${fresh} < 0.6 * ${median} and count_over_time(${fresh}[15m30s] offset 3m) >= 12 and ${fresh} < 0.65 * (${fresh} offset 5m) ` +
        `and ${fresh} > 0 and ${median} >= 30 and ${median} - ${fresh} > 4 * sqrt(${median}) and count_over_time(${fresh}[5m30s]) >= 5`,
      forMinutes: 2,
    },
    {
      name: 'TencentLiveRoomAudienceDrop',
      expr: inlinedAlert(readFileSync(ruleFile, 'utf8'), 'TencentLiveRoomAudienceDrop'),
      forMinutes: 0,
    },
  ];
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
}

/** The condition of an alert, with every recorded series except {@link fresh} replaced by the expression it records. */
export function inlinedAlert(ruleFile: string, alert: string): string {
  const rules = (parse(ruleFile) as RuleFile).groups.flatMap((group) => group.rules);
  const found = rules.find((rule) => rule.alert === alert);
  if (found === undefined) throw new Error(`found no alert ${alert} in the rule file`);
  // Series are recorded before they are read, so one pass from the last rule to the first replaces them all.
  return rules.toReversed().reduce((expr, { record, expr: recorded }) => {
    // Expressions may end with a comment: the parenthesis needs a line of its own.
    return record === undefined || record === fresh ? expr : expr.replaceAll(record, `(${recorded}\n)`);
  }, found.expr);
}
