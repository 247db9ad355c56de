import type { Row } from '../dashboard.ts';
import { colored, graph } from '../panels/graph.ts';
import { matrix } from '../panels/matrix.ts';
import { knownAudience, ofApps, perApp, withApp } from '../queries/apps.ts';
import { recorded } from '../recorded-series.ts';

/** Means of each app first: apps that were known at different times must not lower each other's. */
const means = `max by (sdk_app_id, weekday, hour) (avg_over_time(${ofApps(recorded.byHour)}[$__range]))`;
/** Only the hours that are known of all apps, because a partial sum would look like a smaller audience. */
const byHour =
  `sum by (weekday, hour) (${means}) and on (weekday, hour) ` +
  `(count by (weekday, hour) (${means}) == on () group_left () count(count by (sdk_app_id) (${means})))`;

/** When is the audience there? */
export const rhythm: Row = {
  title: 'When is the audience there?',
  panels: [
    matrix({
      width: 24,
      height: 9,
      title: 'Audience by hour and weekday',
      description:
        'Mean number of viewers in each hour of the week (UTC) in the time range (recording rule). An hour is empty if the total of an app was never known in it. Select 7 days or more.',
      unit: 'short',
      noValue: 'No recording rules, or no total is known in this time range',
      expr: byHour,
      row: 'weekday',
      column: 'hour',
      rowNames: { 1: 'Mon', 2: 'Tue', 3: 'Wed', 4: 'Thu', 5: 'Fri', 6: 'Sat', 7: 'Sun' },
      corner: 'UTC',
    }),
    graph({
      width: 12,
      height: 8,
      title: 'Viewer-hours by hour',
      description:
        'Time that all viewers together spent in the rooms in each hour, while the totals of their apps were known.',
      unit: 'short',
      noValue: 'No total is known in this time range',
      min: 0,
      stacked: 'bars',
      interval: '1h',
      queries: [{ expr: `sum_over_time(${knownAudience}[$__interval:1m]) / 60`, legend: 'Viewer-hours' }],
      looks: { 'Viewer-hours': [colored('blue')] },
    }),
    graph({
      width: 12,
      height: 8,
      title: 'Mean stay',
      description:
        'How long viewers of each app stay on average: their time in the last hour divided by the entries in it, for the rooms whose audience was known for 95 % of the hour (recording rule). See docs/sessions.md.',
      unit: 's',
      noValue: 'No recording rules, or no room was observed for an hour',
      min: 0,
      queries: [{ expr: withApp(`topk(10, ${perApp(recorded.meanStayOfApp)})`), legend: '{{app}}' }],
    }),
  ],
};
