import type { RuleParameters } from './parameters.ts';
import { ruleClock } from './rule-clock.ts';
import type { AlertingRule } from './rule-set.ts';
import { appLabels, endpointLabels } from './series.ts';
import { dashboardPaths, durationValue, percentValue, wholeValue } from './templates.ts';

/** Alerts on what Tencent grants an app: its credentials, its quota. */
export function appAlerts(parameters: RuleParameters): readonly AlertingRule[] {
  return [
    credentialsRefused(parameters),
    userSigExpiring(parameters),
    quotaThrottled(parameters),
    roomsDropped(parameters),
  ];
}

/** The exporter probes once a minute while its credentials are refused, so the count never rests for long. */
function credentialsRefused(parameters: RuleParameters): AlertingRule {
  const minutes = parameters.exporter.refusedWithinMinutes;
  return {
    alert: 'TencentLiveCredentialsRefused',
    expr: {
      subject: `sum by (${appLabels}) (increase(tencent_live_exporter_api_request_failures_total{reason=~"credentials|lockout|expired"}[${ruleClock(parameters).duration(minutes)}])) > 0`,
      guards: [],
    },
    severity: 'critical',
    scope: 'app',
    summary: 'Tencent refuses the credentials of app {{ $labels.sdk_app_id }}: its audiences are unknown.',
    description:
      `About ${wholeValue} calls of app {{ $labels.sdk_app_id }} were refused for their credentials within ` +
      `${String(minutes)} minutes. The exporter makes one call a minute until one succeeds.`,
    dashboardPath: dashboardPaths.exporterOfApp,
  };
}

function userSigExpiring({ exporter }: RuleParameters): AlertingRule {
  return {
    alert: 'TencentLiveUserSigExpiring',
    expr: {
      subject: `min by (${appLabels}) (tencent_live_exporter_user_sig_expiry_timestamp_seconds) - time() < ${String(exporter.userSigExpiryHours * 3600)}`,
      guards: [],
    },
    severity: 'warning',
    scope: 'app',
    summary: `The signature of app {{ $labels.sdk_app_id }} expires in ${durationValue}.`,
    description:
      `The UserSig of app {{ $labels.sdk_app_id }} expires in ${durationValue}, less than ${String(exporter.userSigExpiryHours)} ` +
      'hours; after that Tencent refuses every call. One that the exporter signs itself is renewed 12 hours before.',
    dashboardPath: dashboardPaths.exporterOfApp,
  };
}

function quotaThrottled(parameters: RuleParameters): AlertingRule {
  const { throttledWithinMinutes, throttledShare } = parameters.exporter;
  const range = ruleClock(parameters).duration(throttledWithinMinutes);
  return {
    alert: 'TencentLiveQuotaThrottled',
    expr: {
      subject:
        `sum by (${endpointLabels}) (increase(tencent_live_exporter_api_request_failures_total{reason="frequency"}[${range}]))` +
        ` / sum by (${endpointLabels}) (increase(tencent_live_exporter_api_requests_total[${range}])) > ${String(throttledShare)}`,
      guards: [],
    },
    severity: 'warning',
    scope: 'app',
    summary: 'Tencent throttles {{ $labels.endpoint }} of app {{ $labels.sdk_app_id }}.',
    description:
      `${percentValue} of the calls of {{ $labels.endpoint }} within ${String(throttledWithinMinutes)} minutes were refused as too ` +
      "frequent. The quota is shared with everything else that calls Tencent's API for app {{ $labels.sdk_app_id }}.",
    dashboardPath: dashboardPaths.exporterOfApp,
  };
}

function roomsDropped(parameters: RuleParameters): AlertingRule {
  const { lastingMinutes } = parameters.exporter;
  return {
    alert: 'TencentLiveRoomsDropped',
    expr: {
      subject: `max by (${appLabels}, reason) (tencent_live_rooms_dropped{reason=~"limit|series"}) > 0`,
      guards: [],
    },
    for: ruleClock(parameters).duration(lastingMinutes),
    severity: 'info',
    scope: 'app',
    summary: `${wholeValue} rooms of app {{ $labels.sdk_app_id }} are not exported ({{ $labels.reason }}).`,
    description:
      `For ${String(lastingMinutes)} minutes rooms of app {{ $labels.sdk_app_id }} have been left out, ${wholeValue} at present, ` +
      'because of {{ if eq $labels.reason "limit" }}rooms.limit{{ else }}exposition.max_series{{ end }}. ' +
      'They have no series and raise no alert.',
    dashboardPath: dashboardPaths.exporterOfApp,
  };
}
