import type { RuleParameters } from './parameters.ts';
import { ruleClock } from './rule-clock.ts';
import type { AlertingRule } from './rule-set.ts';
import { dashboardPaths, wholeValue } from './templates.ts';

/** Alerts on the exporter as a process. */
export function exporterAlerts(parameters: RuleParameters): readonly AlertingRule[] {
  const clock = ruleClock(parameters);
  const up = `up{job="${parameters.job}"}`;
  return [
    {
      alert: 'TencentLiveExporterDown',
      expr: {
        // One replica that answers is enough; no target at all has no series, so its absence is asked for, too.
        subject: `(max by (job) (${up}) == 0 or absent(${up}))`,
        guards: [],
      },
      for: clock.duration(parameters.exporter.downForMinutes),
      severity: 'critical',
      scope: 'exporter',
      summary: 'No exporter of job {{ $labels.job }} answers: all audiences are unknown.',
      description:
        `Prometheus has had no answer from any target of job {{ $labels.job }} for ${String(parameters.exporter.downForMinutes)} ` +
        'minutes. No alert on an audience can fire meanwhile.',
      dashboardPath: dashboardPaths.exporter,
    },
    {
      alert: 'TencentLiveConfigReloadFailed',
      expr: {
        subject: 'min by (job, instance) (tencent_live_exporter_config_last_reload_successful) == 0',
        guards: [],
      },
      severity: 'warning',
      scope: 'exporter',
      summary: 'Exporter {{ $labels.instance }} refused its configuration at the last reload.',
      description:
        `tencent_live_exporter_config_last_reload_successful is ${wholeValue} on {{ $labels.instance }}: it goes on with ` +
        'the configuration before, and its next start would fail.',
      dashboardPath: dashboardPaths.exporter,
    },
  ];
}
