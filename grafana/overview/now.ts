import type { Row } from '../dashboard.ts';
import { stat } from '../panels/stat.ts';
import { colors } from '../panels/thresholds.ts';
import { firingAlerts } from '../queries/alerts.ts';
import { freshRooms, ofApps, perApp, sumOverApps, totalAudience } from '../queries/apps.ts';

const size = { width: 4, height: 4 } as const;
const falling = colors('red', [
  [-0.4, 'orange'],
  [-0.2, 'green'],
]);
const nearlyAll = colors('red', [
  [0.9, 'orange'],
  [0.99, 'green'],
]);

/** Is the audience normal now? */
export const now: Row = {
  title: 'Is the audience normal now?',
  panels: [
    stat({
      ...size,
      title: 'Viewers now',
      description:
        'Members online in all rooms of the selected apps (tencent_live_online_members). Unknown while more than 1 % of the rooms of an app have no fresh value, because a partial sum would look like a drop.',
      unit: 'short',
      noValue: 'Unknown',
      expr: totalAudience(),
    }),
    stat({
      ...size,
      title: 'Compared with yesterday',
      description: 'Viewers now compared with the same time yesterday: -40 % means 60 viewers instead of 100.',
      unit: 'percentunit',
      noValue: 'No data from yesterday',
      decimals: 0,
      thresholds: falling,
      expr: `(${totalAudience()}) / (${totalAudience('1d')}) - 1`,
    }),
    stat({
      ...size,
      title: 'Compared with last week',
      description:
        'Viewers now compared with the same time a week ago: more meaningful if weekends differ from weekdays.',
      unit: 'percentunit',
      noValue: 'No data from a week ago',
      decimals: 0,
      thresholds: falling,
      expr: `(${totalAudience()}) / (${totalAudience('7d')}) - 1`,
    }),
    stat({
      ...size,
      title: 'Live rooms',
      description: 'Known rooms that have not ended (tencent_live_rooms).',
      unit: 'short',
      noValue: 'Unknown',
      expr: sumOverApps(ofApps('tencent_live_rooms')),
    }),
    stat({
      ...size,
      title: 'Rooms with a fresh audience',
      description:
        'Share of the exported rooms with a fresh number of viewers (tencent_live_rooms_fresh). Below 99 %, check the rows on freshness before you trust a drop.',
      unit: 'percentunit',
      noValue: 'No rooms',
      decimals: 1,
      thresholds: nearlyAll,
      expr: `sum(${freshRooms('online_members')}) / sum(${perApp('tencent_live_rooms_exported')})`,
    }),
    stat({
      ...size,
      title: 'Firing alerts',
      description: 'Firing alerts of this exporter for the selected apps, including alerts about the exporter itself.',
      unit: 'short',
      noValue: 'None',
      thresholds: colors('green', [[1, 'red']]),
      expr: `count(${firingAlerts})`,
    }),
  ],
};
