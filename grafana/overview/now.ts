import type { Row } from '../dashboard.ts';
import { neutral } from '../panels/missing.ts';
import { stat } from '../panels/stat.ts';
import { colors } from '../panels/thresholds.ts';
import { incidents } from '../queries/alerts.ts';
import { appsKnown, changeSince, knownAudience, liveRooms } from '../queries/apps.ts';

const size = { width: 3, height: 4 } as const;
const falling = colors('red', [
  [-0.4, 'orange'],
  [-0.2, 'green'],
]);

/** Is the audience normal now? */
export const now: Row = {
  title: 'Is the audience normal now?',
  panels: [
    stat({
      ...size,
      title: 'Viewers now',
      description:
        'Members online in all rooms of the selected apps whose total is known (tencent_live_online_members). The total of an app is unknown while more than 1 % of its rooms have no fresh value.',
      unit: 'short',
      noValue: 'Unknown',
      expr: knownAudience,
    }),
    stat({
      ...size,
      title: 'Apps known',
      description: 'Selected apps whose total is known, of all. If it is not all, the number of viewers is a part.',
      unit: 'percentunit',
      noValue: 'No apps',
      thresholds: colors('red', [[1, 'green']]),
      showsLegend: true,
      expr: appsKnown,
      legend: '{{known}} of {{apps}}',
    }),
    stat({
      ...size,
      title: 'vs yesterday',
      description:
        'Viewers now compared with the same time yesterday, for the apps whose total is known at both times: -40 % means 60 viewers instead of 100.',
      unit: 'percentunit',
      noValue: 'Not comparable',
      decimals: 0,
      thresholds: falling,
      expr: changeSince('1d'),
    }),
    stat({
      ...size,
      title: 'vs last week',
      description:
        'Viewers now compared with the same time a week ago, for the apps whose total is known at both times: more meaningful if weekends differ from weekdays.',
      unit: 'percentunit',
      noValue: 'Not comparable',
      decimals: 0,
      thresholds: falling,
      expr: changeSince('7d'),
    }),
    stat({
      ...size,
      title: 'Peak',
      description: 'Most viewers at once in the time range, in the apps whose total was known.',
      unit: 'short',
      noValue: 'Unknown',
      expr: `max_over_time(${knownAudience}[$__range:1m])`,
    }),
    stat({
      ...size,
      title: 'Viewer-hours',
      description:
        'Time that all viewers together spent in the rooms in the time range, while the totals of their apps were known.',
      unit: 'short',
      noValue: 'Unknown',
      expr: `sum_over_time(${knownAudience}[$__range:1m]) / 60`,
    }),
    stat({
      ...size,
      title: 'Live rooms',
      description: 'Known rooms that have not ended, exported or not (tencent_live_rooms).',
      unit: 'short',
      noValue: 'Unknown',
      expr: liveRooms,
    }),
    stat({
      ...size,
      title: 'Incidents',
      description:
        'Firing alerts to look at, for the selected apps and for the exporter itself. Alerts that only inform are not counted, nor those that Alertmanager inhibits because another one explains them.',
      unit: 'short',
      noValue: 'None',
      thresholds: colors(neutral, [[1, 'red']]),
      expr: `count(max by (alertname, sdk_app_id, room_id) (${incidents()}))`,
    }),
  ],
};
