import { byEndpoint, ofExporter, rateBy } from '../queries/exporter.ts';
import { graph } from '../panels/graph.ts';
import type { Row } from '../dashboard.ts';

const size = { width: 8, height: 8 } as const;

export const errors: Row = {
  title: 'Errors',
  panels: [
    graph({
      ...size,
      title: 'Failed calls by reason',
      description:
        'Calls that fail in a second, by class of failure, over the chosen apps. "gone" is the answer about a room that has ended.',
      unit: 'reqps',
      noValue: 'No calls in this time',
      min: 0,
      stacked: true,
      queries: [{ expr: rateBy('reason', 'api_request_failures_total'), legend: '{{reason}}' }],
    }),
    graph({
      ...size,
      title: 'Failed calls by command',
      description: 'Share of the calls of each command that fail, without those about rooms that have ended.',
      unit: 'percentunit',
      noValue: 'No calls in this time',
      min: 0,
      queries: [
        {
          expr: `sum by (endpoint) (rate(${ofExporter('api_request_failures_total', 'reason!="gone"')}[$__rate_interval])) / (${rateBy('endpoint', 'api_requests_total')} > 0)`,
          legend: byEndpoint,
        },
      ],
    }),
    graph({
      ...size,
      title: 'Retries',
      description: 'Calls that are tried again in a second after a transient fault.',
      unit: 'reqps',
      noValue: 'No calls in this time',
      min: 0,
      queries: [{ expr: rateBy('endpoint', 'api_request_retries_total'), legend: byEndpoint }],
    }),
  ],
};
