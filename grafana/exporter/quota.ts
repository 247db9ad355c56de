import type { Row } from '../dashboard.ts';
import { graph } from '../panels/graph.ts';
import { byCommand, ofExporter, rateBy, steady } from '../queries/exporter.ts';

const size = { width: 12, height: 8, legendTable: { width: 250 }, interval: steady } as const;

/** One value for each command of an app, the largest that a replica reports. */
const perCommand = (metric: string): string => `max by (sdk_app_id, command) (${ofExporter(metric)})`;

export const quota: Row = {
  title: 'Quota and request queues',
  isCollapsed: true,
  panels: [
    graph({
      ...size,
      title: 'Failed calls by command',
      description: 'Share of the calls of each command that failed, without calls for rooms that have ended.',
      unit: 'percentunit',
      noValue: 'No calls in this time range',
      min: 0,
      softMax: 0.1,
      queries: [
        {
          expr: `sum by (command) (rate(${ofExporter('api_request_failures_total', 'reason!="gone"')}[$__rate_interval])) / (${rateBy('command', 'api_requests_total')} > 0)`,
          legend: byCommand,
        },
      ],
    }),
    graph({
      ...size,
      title: 'Calls',
      description: 'Calls per second of each command, for all selected apps.',
      unit: 'reqps',
      noValue: 'No calls in this time range',
      min: 0,
      queries: [{ expr: rateBy('command', 'api_requests_total'), legend: byCommand }],
    }),
    graph({
      ...size,
      title: 'Rate limit',
      description:
        'Current rate limit of each command in calls per second; the lowest of the selected apps. The exporter lowers it when the API reports that calls are too frequent.',
      unit: 'reqps',
      noValue: 'No commands',
      min: 0,
      queries: [{ expr: `min by (command) (${ofExporter('api_rate_limit_requests_per_second')})`, legend: byCommand }],
    }),
    graph({
      ...size,
      title: 'Waiting for the rate limit',
      description:
        'Share of the time in which rooms were due and a connection was free, but the rate limit allowed no call.',
      unit: 'percentunit',
      noValue: 'No calls in this time range',
      min: 0,
      queries: [
        {
          expr: `max by (command) (rate(${ofExporter('api_rate_limit_wait_seconds_total')}[$__rate_interval]))`,
          legend: byCommand,
        },
      ],
    }),
    graph({
      ...size,
      title: 'Rooms in the request queue',
      description: 'Rooms that wait for a call of each command, for all selected apps.',
      unit: 'short',
      noValue: 'No commands',
      min: 0,
      queries: [{ expr: `sum by (command) (${perCommand('api_queue_length')})`, legend: byCommand }],
    }),
    graph({
      ...size,
      title: 'Longest wait in the request queue',
      description: 'How long the first room in the request queue has waited; the longest of the selected apps.',
      unit: 's',
      noValue: 'No commands',
      min: 0,
      queries: [{ expr: `max by (command) (${ofExporter('api_queue_oldest_seconds')})`, legend: byCommand }],
    }),
    graph({
      ...size,
      title: 'Deferred rooms',
      description:
        'Rooms per minute that were still waiting at the next trigger of their schedule. If this persists, the schedule needs more calls than the quota allows.',
      unit: 'short',
      noValue: 'No calls in this time range',
      min: 0,
      queries: [{ expr: `${rateBy('command', 'api_rooms_deferred_total')} * 60`, legend: byCommand }],
    }),
    graph({
      ...size,
      title: 'Calls in flight',
      description: 'Calls that wait for their response, for all selected apps.',
      unit: 'short',
      noValue: 'No commands',
      min: 0,
      queries: [{ expr: `sum by (command) (${perCommand('api_requests_in_flight')})`, legend: byCommand }],
    }),
    graph({
      ...size,
      title: 'Duration of calls',
      description: 'The 99th percentile of the duration of the calls of each command.',
      unit: 's',
      noValue: 'No calls in this time range',
      min: 0,
      queries: [
        {
          // Without calls it is NaN.
          expr: `histogram_quantile(0.99, ${rateBy('command, le', 'api_request_duration_seconds_bucket')}) >= 0`,
          legend: byCommand,
        },
      ],
    }),
    graph({
      ...size,
      title: 'Retries',
      description: 'Calls per second that are retried after a transient error.',
      unit: 'reqps',
      noValue: 'No calls in this time range',
      min: 0,
      queries: [{ expr: rateBy('command', 'api_request_retries_total'), legend: byCommand }],
    }),
  ],
};
