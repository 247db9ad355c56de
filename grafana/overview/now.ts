import { freshRooms, perApp, totalAudience } from '../queries/apps.ts';
import { firingAlerts } from '../queries/alerts.ts';
import { stat } from '../panels/stat.ts';
import { colors } from '../panels/thresholds.ts';
import type { Row } from '../dashboard.ts';

const size = { width: 4, height: 4 } as const;
const falling = colors('red', [
  [-0.4, 'orange'],
  [-0.2, 'green'],
]);
const nearlyAll = colors('red', [
  [0.9, 'orange'],
  [0.99, 'green'],
]);

/** Is the audience all right now? */
export const now: Row = {
  title: 'Is the audience all right now?',
  panels: [
    stat({
      ...size,
      title: 'Viewers now',
      description:
        'Members online in all rooms of the chosen apps (tencent_live_online_members). Unknown while an app lacks a fresh value of more than 1 % of its rooms, because a partial sum looks like a drop.',
      unit: 'short',
      noValue: 'Unknown',
      expr: totalAudience(),
    }),
    stat({
      ...size,
      title: 'Against yesterday',
      description: 'Viewers now against the same time yesterday: -40 % means that 60 of 100 are left.',
      unit: 'percentunit',
      noValue: 'No data of a day ago',
      decimals: 0,
      thresholds: falling,
      expr: `(${totalAudience()}) / (${totalAudience('1d')}) - 1`,
    }),
    stat({
      ...size,
      title: 'Against last week',
      description: 'Viewers now against the same time a week ago: the fairer of the two where weekends differ.',
      unit: 'percentunit',
      noValue: 'No data of a week ago',
      decimals: 0,
      thresholds: falling,
      expr: `(${totalAudience()}) / (${totalAudience('7d')}) - 1`,
    }),
    stat({
      ...size,
      title: 'Live rooms',
      description: 'Rooms that are known and alive (tencent_live_rooms).',
      unit: 'short',
      noValue: 'Unknown',
      expr: `sum(${perApp('tencent_live_rooms')})`,
    }),
    stat({
      ...size,
      title: 'Rooms with a fresh audience',
      description:
        'Share of the exported rooms whose number of viewers is not stale (tencent_live_rooms_fresh). Below 99 % look at the row on freshness before you believe a drop.',
      unit: 'percentunit',
      noValue: 'No rooms',
      decimals: 1,
      thresholds: nearlyAll,
      expr: `sum(${freshRooms('online_members')}) / sum(${perApp('tencent_live_rooms_exported')})`,
    }),
    stat({
      ...size,
      title: 'Firing alerts',
      description: 'Alerts of this exporter that fire for the chosen apps, those about the exporter itself included.',
      unit: 'short',
      noValue: 'None',
      thresholds: colors('green', [[1, 'red']]),
      expr: `count(${firingAlerts})`,
    }),
  ],
};
