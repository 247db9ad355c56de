/** The rules before they are text, so that tests can take them apart. */
export interface RuleSet {
  readonly files: readonly RuleFile[];
}

export interface RuleFile {
  /** Without a folder. */
  readonly name: string;
  readonly groups: readonly RuleGroup[];
}

export interface RuleGroup {
  readonly name: string;
  /** A PromQL duration. */
  readonly interval: string;
  readonly rules: readonly Rule[];
}

export type Rule = RecordingRule | AlertingRule;

export interface RecordingRule {
  readonly record: string;
  readonly expr: GuardedExpression;
}

export type Severity = 'critical' | 'warning' | 'info';

/** What an alert is about; Alertmanager groups and inhibits by it. */
export type Scope = 'room' | 'platform' | 'app' | 'exporter';

export interface AlertingRule {
  readonly alert: string;
  readonly expr: GuardedExpression;
  /** PromQL durations. */
  readonly for?: string;
  readonly keepFiringFor?: string;
  readonly severity: Severity;
  readonly scope: Scope;
  /** One line; a Prometheus template, as is the description. */
  readonly summary: string;
  readonly description: string;
  /** Path and query below Grafana's address; a template. */
  readonly dashboardPath: string;
}

/** A vector, and the conditions under which its series remain: `and`, `unless`. */
export interface GuardedExpression {
  readonly subject: string;
  readonly guards: readonly Guard[];
}

export interface Guard {
  /** For people who read what a test removed. */
  readonly name: string;
  readonly operator: 'and' | 'unless';
  /** Labels to match by; all of them if absent. */
  readonly on?: readonly string[];
  readonly expr: string;
}

/** As PromQL, one condition a line: `and` and `unless` bind alike and from the left. */
export function renderExpression({ subject, guards }: GuardedExpression): string {
  return [
    subject,
    ...guards.map(
      ({ operator, on, expr }) => `${operator}${on === undefined ? '' : ` on (${on.join(', ')})`} (${expr})`,
    ),
  ].join('\n');
}
