import type { RuleParameters } from '../parameters.ts';
import { renderExpression, type RuleSet } from '../rule-set.ts';
import { ruleSet } from '../rules.ts';
import { recorded } from '../series.ts';

export interface Detector {
  readonly name: string;
  /** Over {@link recorded.fresh} alone, which is what the replay has. */
  readonly expr: string;
  /** How long the condition must hold. */
  readonly forMinutes: number;
}

const x = recorded.fresh;
const before = `quantile_over_time(0.5, ${x}[15m30s] offset 3m)`;

/** Our rule, and what people write otherwise. */
export function detectors(parameters: RuleParameters): readonly Detector[] {
  return [
    {
      name: 'z-score < -3 over 1 h, for 2 min',
      expr: `(${x} - avg_over_time(${x}[1h])) / stddev_over_time(${x}[1h]) < -3`,
      forMinutes: 2,
    },
    { name: '< 0.5 × max_over_time[10m], for 2 min', expr: `${x} < 0.5 * max_over_time(${x}[10m])`, forMinutes: 2 },
    { name: '< 0.5 × median[15m] offset 3m, for 2 min', expr: `${x} < 0.5 * ${before}`, forMinutes: 2 },
    {
      name: '< 0.6 × median and < 0.65 × 5 min ago, noise and health guards, for 2 min',
      expr:
        `${x} < 0.6 * ${before} and count_over_time(${x}[15m30s] offset 3m) >= 12 and ${x} < 0.65 * (${x} offset 5m) ` +
        `and ${x} > 0 and ${before} >= 30 and ${before} - ${x} > 4 * sqrt(${before}) and count_over_time(${x}[5m30s]) >= 5`,
      forMinutes: 2,
    },
    {
      name: 'TencentLiveRoomAudienceDrop',
      expr: inlined(ruleSet(parameters), 'TencentLiveRoomAudienceDrop'),
      forMinutes: 0,
    },
  ];
}

/** An alert's condition with every recorded series but the first replaced by what it records. */
export function inlined({ files }: RuleSet, alert: string): string {
  const rules = files.flatMap(({ groups }) => groups.flatMap((group) => group.rules));
  const found = rules.find((rule) => 'alert' in rule && rule.alert === alert);
  if (found === undefined) throw new Error(`no alert is called ${alert}: expected one of the rule set`);
  let expr = renderExpression(found.expr);
  // What a rule reads is recorded before it, so one pass from the last to the first replaces everything.
  for (const rule of rules.toReversed()) {
    if ('record' in rule && rule.record !== x) expr = expr.replaceAll(rule.record, `(${renderExpression(rule.expr)})`);
  }
  return expr;
}
