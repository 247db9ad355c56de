import { byEndpoint, ofExporter, quotaUsed, rateBy } from '../queries/exporter.ts';
import { graph } from '../panels/graph.ts';
import { colors } from '../panels/thresholds.ts';
import type { Row } from '../dashboard.ts';

const size = { width: 8, height: 8 } as const;

export const quota: Row = {
  title: 'Quota and queue',
  panels: [
    graph({
      ...size,
      title: 'Quota used',
      description:
        'Calls of each command as a share of what the exporter allows itself: the worst of the chosen apps. What is missing from 100 % is its headroom.',
      unit: 'percentunit',
      noValue: 'No calls in this time',
      min: 0,
      limits: colors('transparent', [[1, 'red']]),
      queries: [{ expr: quotaUsed, legend: byEndpoint }],
    }),
    graph({
      ...size,
      title: 'Calls',
      description: 'Calls of each command in a second, over the chosen apps.',
      unit: 'reqps',
      noValue: 'No calls in this time',
      min: 0,
      queries: [{ expr: rateBy('endpoint', 'api_requests_total'), legend: byEndpoint }],
    }),
    graph({
      ...size,
      title: 'Calls that the exporter allows itself',
      description:
        'Calls of each command in a second that an app is allowed at present: the least of the chosen apps. It falls when the API says that calls are too frequent.',
      unit: 'reqps',
      noValue: 'No commands',
      min: 0,
      queries: [
        { expr: `min by (endpoint) (${ofExporter('api_rate_limit_requests_per_second')})`, legend: byEndpoint },
      ],
    }),
    graph({
      ...size,
      title: 'Waiting for the quota',
      description:
        'Share of the time in which rooms were due, a connection was free, and only the quota stood in the way.',
      unit: 'percentunit',
      noValue: 'No calls in this time',
      min: 0,
      queries: [
        {
          expr: `max by (endpoint) (rate(${ofExporter('api_rate_limit_wait_seconds_total')}[$__rate_interval]))`,
          legend: byEndpoint,
        },
      ],
    }),
    graph({
      ...size,
      title: 'Rooms in the queue',
      description: 'Rooms that wait for their call of each command, over the chosen apps.',
      unit: 'short',
      noValue: 'No commands',
      min: 0,
      queries: [{ expr: `sum by (endpoint) (${ofExporter('api_queue_length')})`, legend: byEndpoint }],
    }),
    graph({
      ...size,
      title: 'Longest wait in the queue',
      description: 'How long the room that waits longest for its call has waited: the worst of the chosen apps.',
      unit: 's',
      noValue: 'No commands',
      min: 0,
      queries: [{ expr: `max by (endpoint) (${ofExporter('api_queue_oldest_seconds')})`, legend: byEndpoint }],
    }),
    graph({
      ...size,
      title: 'Rooms deferred',
      description:
        'Rooms that still waited when their schedule fired again, in a minute. Where it lasts, the schedule asks for more than the quota gives.',
      unit: 'cpm',
      noValue: 'No calls in this time',
      min: 0,
      queries: [{ expr: `${rateBy('endpoint', 'api_rooms_deferred_total')} * 60`, legend: byEndpoint }],
    }),
    graph({
      ...size,
      title: 'Calls in flight',
      description: 'Calls that are sent and not yet answered, over the chosen apps.',
      unit: 'short',
      noValue: 'No commands',
      min: 0,
      queries: [{ expr: `sum by (endpoint) (${ofExporter('api_requests_in_flight')})`, legend: byEndpoint }],
    }),
    graph({
      ...size,
      title: 'Duration of calls',
      description: 'The duration that 99 % of the calls of each command stay below.',
      unit: 's',
      noValue: 'No calls in this time',
      min: 0,
      queries: [
        {
          expr: `histogram_quantile(0.99, ${rateBy('endpoint, le', 'api_request_duration_seconds_bucket')})`,
          legend: byEndpoint,
        },
      ],
    }),
  ],
};
