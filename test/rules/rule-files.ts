import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const folder = fileURLToPath(new URL('../../config/rules/', import.meta.url));

export const ruleFiles: readonly string[] = readdirSync(folder).map((name) => join(folder, name));

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
  readonly labels?: { readonly severity?: string };
}

export interface AlertingRule {
  readonly alert: string;
  readonly labels: { readonly severity?: string; readonly scope: string };
  readonly annotations: {
    readonly summary: string;
    readonly description: string;
    readonly runbook_url: string;
    readonly dashboard_url: string;
  };
}

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly (RecordingRule | AlertingRule)[] }[];
}

const rules = ruleFiles.flatMap((path) =>
  (parse(readFileSync(path, 'utf8')) as RuleFile).groups.flatMap((group) => group.rules),
);

export const alerts: readonly AlertingRule[] = rules.flatMap((rule) => ('alert' in rule ? [rule] : []));
export const recordings: readonly RecordingRule[] = rules.flatMap((rule) => ('record' in rule ? [rule] : []));
export const recordedSeries: readonly string[] = recordings.map(({ record }) => record);
