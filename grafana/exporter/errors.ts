import type { Row } from '../dashboard.ts';
import { graph } from '../panels/graph.ts';
import { byCommand, ofExporter, rateBy } from '../queries/exporter.ts';

const size = { width: 8, height: 8 } as const;

export const errors: Row = {
  title: 'Errors',
  panels: [
    graph({
      ...size,
      title: 'Failed calls by reason',
      description:
        'Failed calls per second of all selected apps, by reason. "gone" is the response for a room that has ended.',
      unit: 'reqps',
      noValue: 'No calls in this time range',
      min: 0,
      stacked: true,
      queries: [{ expr: rateBy('reason', 'api_request_failures_total'), legend: '{{reason}}' }],
    }),
    graph({
      ...size,
      title: 'Failed calls by command',
      description: 'Share of the calls of each command that failed, without calls for rooms that have ended.',
      unit: 'percentunit',
      noValue: 'No calls in this time range',
      min: 0,
      queries: [
        {
          expr: `sum by (command) (rate(${ofExporter('api_request_failures_total', 'reason!="gone"')}[$__rate_interval])) / (${rateBy('command', 'api_requests_total')} > 0)`,
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
