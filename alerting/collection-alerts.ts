import type { RuleParameters } from './parameters.ts';
import { ruleClock } from './rule-clock.ts';
import type { AlertingRule, RecordingRule } from './rule-set.ts';
import { recorded, taskLabels } from './series.ts';
import { dashboardPaths, durationValue, percentValue } from './templates.ts';

const prefix = 'tencent_live_exporter';
const age = recorded.collectionAge;

/** How long ago each task last succeeded; the best of the replicas. */
export const collectionRecordings: readonly RecordingRule[] = [
  {
    record: age,
    expr: {
      subject:
        `time() - max by (${taskLabels}) (${prefix}_last_collection_success_timestamp_seconds ` +
        `or 0 * ${prefix}_collection_interval_seconds + on (job, instance) group_left () process_start_time_seconds)`,
      guards: [],
    },
  },
];

/** Alerts on the tasks of an app: whether they succeed, keep their schedule, and can work at all. */
export function collectionAlerts(parameters: RuleParameters): readonly AlertingRule[] {
  return [collectionStale(parameters), scheduleNotMet(parameters), planLacksCommand(parameters)];
}

function collectionStale(parameters: RuleParameters): AlertingRule {
  const { staleMinutes, staleIntervals } = parameters.exporter;
  return {
    alert: 'TencentLiveCollectionStale',
    expr: {
      subject: `${age} > ${String(ruleClock(parameters).seconds(staleMinutes))}`,
      guards: [
        {
          name: 'later than its schedule',
          operator: 'and',
          expr: `${age} > ${String(staleIntervals)} * max by (${taskLabels}) (${prefix}_collection_interval_seconds)`,
        },
        {
          // Absent until one collection has ended, so this cannot be an `and`.
          name: 'within its duration',
          operator: 'unless',
          expr: `${age} <= ${String(staleIntervals)} * max by (${taskLabels}) (${prefix}_last_collection_duration_seconds)`,
        },
        {
          name: 'plan lacks the command',
          operator: 'unless',
          expr: `max by (${taskLabels}) (${prefix}_task_available) == 0`,
        },
      ],
    },
    severity: 'critical',
    scope: 'app',
    summary: `{{ $labels.task }} of app {{ $labels.sdk_app_id }} has not succeeded for ${durationValue}.`,
    description:
      `The last collection of {{ $labels.task }} of app {{ $labels.sdk_app_id }} that succeeded ended ${durationValue} ago, ` +
      `more than ${String(staleMinutes)} minutes and ${String(staleIntervals)} intervals of its schedule. Its values are gone or about to go.`,
    dashboardPath: dashboardPaths.exporterOfApp,
  };
}

function scheduleNotMet(parameters: RuleParameters): AlertingRule {
  const { scheduleWithinMinutes, skippedShare, lastingMinutes } = parameters.exporter;
  const clock = ruleClock(parameters);
  const range = clock.duration(scheduleWithinMinutes);
  const skipped = `sum by (${taskLabels}) (increase(${prefix}_collections_skipped_total[${range}]))`;
  const ended = `sum by (${taskLabels}) (increase(${prefix}_collections_total[${range}]))`;
  return {
    alert: 'TencentLiveScheduleNotMet',
    expr: { subject: `${skipped} / (${skipped} + ${ended}) > ${String(skippedShare)}`, guards: [] },
    for: clock.duration(lastingMinutes),
    severity: 'info',
    scope: 'app',
    summary: '{{ $labels.task }} of app {{ $labels.sdk_app_id }} cannot keep its schedule.',
    description:
      `${percentValue} of the firings of {{ $labels.task }} within ${String(scheduleWithinMinutes)} minutes found the collection ` +
      'before still running: the rooms of app {{ $labels.sdk_app_id }} are collected less often than the schedule says.',
    dashboardPath: dashboardPaths.exporterOfApp,
  };
}

function planLacksCommand(parameters: RuleParameters): AlertingRule {
  const { lastingMinutes } = parameters.exporter;
  return {
    alert: 'TencentLivePlanLacksCommand',
    expr: { subject: `max by (${taskLabels}) (${prefix}_task_available) == 0`, guards: [] },
    for: ruleClock(parameters).duration(lastingMinutes),
    severity: 'info',
    scope: 'app',
    summary: 'The plan or region of app {{ $labels.sdk_app_id }} lacks the command of {{ $labels.task }}.',
    description:
      `For ${String(lastingMinutes)} minutes Tencent has answered that app {{ $labels.sdk_app_id }} may not use the command ` +
      'of {{ $labels.task }} (task_available is {{ $value }}). Its metrics stay absent.',
    dashboardPath: dashboardPaths.exporterOfApp,
  };
}
