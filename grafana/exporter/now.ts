import type { Row } from '../dashboard.ts';
import { stat } from '../panels/stat.ts';
import { colors } from '../panels/thresholds.ts';
import { namedStates } from '../panels/timeline.ts';
import { sumOverApps } from '../queries/apps.ts';
import { ofExporter, ofProcess, ofReportedApps, quotaUsed } from '../queries/exporter.ts';

const size = { width: 3, height: 4 } as const;

const lastSuccess = `max by (sdk_app_id) (${ofExporter('last_collection_success_timestamp_seconds')})`;

/** Does the exporter work? */
export const now: Row = {
  title: 'Does the exporter work?',
  panels: [
    stat({
      ...size,
      title: 'Scraped',
      description: 'Whether Prometheus can scrape every selected process (up).',
      unit: 'none',
      noValue: 'No process',
      mappings: namedStates({ 1: ['Yes', 'green'], 0: ['No', 'red'] }),
      expr: `min(${ofProcess('up')})`,
    }),
    stat({
      ...size,
      title: 'Configuration',
      description:
        'Whether the configuration was accepted when it was last loaded. If it was rejected, the previous one is still in use.',
      unit: 'none',
      noValue: 'Unknown',
      mappings: namedStates({ 1: ['Accepted', 'green'], 0: ['Refused', 'red'] }),
      expr: `min(${ofProcess('tencent_live_exporter_config_last_reload_successful')})`,
    }),
    stat({
      ...size,
      title: 'Apps collected',
      description:
        'Share of the selected apps whose last room_list and online_members collections succeeded (tencent_live_up).',
      unit: 'percentunit',
      noValue: 'No collection has ended yet',
      decimals: 0,
      thresholds: colors('red', [[1, 'green']]),
      expr: `avg(max by (sdk_app_id) (${ofReportedApps('tencent_live_up')}))`,
    }),
    stat({
      ...size,
      title: 'Failed calls',
      description: 'Share of the API calls that failed, without calls for rooms that have ended.',
      unit: 'percentunit',
      noValue: 'No calls',
      decimals: 1,
      thresholds: colors('green', [
        [0.01, 'orange'],
        [0.05, 'red'],
      ]),
      expr: `sum(rate(${ofExporter('api_request_failures_total', 'reason!="gone"')}[$__rate_interval])) / (sum(rate(${ofExporter('api_requests_total')}[$__rate_interval])) > 0)`,
    }),
    stat({
      ...size,
      title: 'Quota used',
      description: 'Calls as a share of the rate limit of the exporter, for the command that is closest to its limit.',
      unit: 'percentunit',
      noValue: 'No calls',
      decimals: 0,
      thresholds: colors('green', [
        [0.8, 'orange'],
        [0.95, 'red'],
      ]),
      expr: `max(${quotaUsed})`,
    }),
    stat({
      ...size,
      title: 'Key accepted',
      description:
        'The time of the last successful collection, of the app for which it is longest ago. A moment ago means that the API accepts the keys of all selected apps.',
      unit: 'dateTimeFromNow',
      noValue: 'Unknown',
      mappings: namedStates({ 0: ['Never', 'red'] }),
      expr: `1000 * min(${lastSuccess} or 0 * max by (sdk_app_id) (${ofReportedApps('tencent_live_app_info')}))`,
    }),
    stat({
      ...size,
      title: 'Not exported',
      description:
        'Rooms that have not ended but are not exported because of the room limit, the filters or the series limit.',
      unit: 'short',
      noValue: 'Unknown',
      expr: `sum(${sumOverApps(ofReportedApps('tencent_live_rooms_dropped'), 'reason')})`,
    }),
    stat({
      ...size,
      title: 'Unavailable',
      description:
        'Tasks whose command is not available in the plan or region of an app (task_available), for all selected apps.',
      unit: 'short',
      noValue: 'None',
      thresholds: colors('green', [[1, 'orange']]),
      expr: `count(max by (sdk_app_id, task) (${ofExporter('task_available')}) == 0)`,
    }),
  ],
};
