import type { Row } from '../dashboard.ts';
import { graph } from '../panels/graph.ts';
import { colors } from '../panels/thresholds.ts';
import { byCommand, quotaUsed, rateBy, steady } from '../queries/exporter.ts';

const size = { width: 12, height: 8, legendTable: { width: 250 }, interval: steady } as const;

/** Which calls fail, why, and is the quota used up? */
export const errors: Row = {
  title: 'Calls and quota',
  panels: [
    graph({
      ...size,
      title: 'Failed calls by reason',
      description:
        'Failed calls per second of all selected apps, by reason, for the reasons that occur. "gone" is the response for a room that has ended.',
      unit: 'reqps',
      noValue: 'No call failed in this time range',
      min: 0,
      stacked: 'areas',
      queries: [{ expr: `${rateBy('reason', 'api_request_failures_total')} > 0`, legend: '{{reason}}' }],
    }),
    graph({
      ...size,
      title: 'Quota usage',
      description:
        'Calls of each command as a share of the rate limit of the exporter; the highest of the selected apps. The rest up to 100 % is headroom.',
      unit: 'percentunit',
      noValue: 'No calls in this time range',
      min: 0,
      softMax: 1,
      limits: colors('transparent', [[1, 'red']]),
      queries: [{ expr: quotaUsed, legend: byCommand }],
    }),
  ],
};
