import { appLegend, ofApps, perApp, totalAudience, withAppName } from '../queries/apps.ts';
import { roomLegend, topRoomsOverTime } from '../queries/rooms.ts';
import { topRoomsCount } from '../variables.ts';
import { recorded } from '../recorded-series.ts';
import { linkFromSeriesToRoom, linkToExporter } from '../links.ts';
import { colored, dashed, graph } from '../panels/graph.ts';
import type { Row } from '../dashboard.ts';

const apps = 10;

/** An app whose total is unknown now still has its past, so the largest are chosen by the mean of the time range. */
const largestApps = `topk(${String(apps)}, max by (sdk_app_id) (avg_over_time(${ofApps('tencent_live_online_members')}[$__range] @ end())))`;

export const audience: Row = {
  title: 'Audience',
  panels: [
    graph({
      width: 12,
      height: 9,
      title: 'Viewers, against yesterday and last week',
      description:
        'Members online in all rooms of the chosen apps, and the same a day and a week before. A gap means that the total was not known.',
      unit: 'short',
      noValue: 'No app has told its total in this time',
      min: 0,
      queries: [
        { expr: totalAudience(), legend: 'Now' },
        { expr: totalAudience('1d'), legend: 'Yesterday' },
        { expr: totalAudience('7d'), legend: 'Last week' },
      ],
      looks: { Now: [colored('blue')], Yesterday: dashed('purple'), 'Last week': dashed('gray') },
    }),
    graph({
      width: 12,
      height: 9,
      title: 'Viewers by app',
      description: `Members online in all rooms of each app: the ${String(apps)} apps with the largest audiences in the time range. Each app has a line of its own, also while others are unknown.`,
      unit: 'short',
      noValue: 'No app has told its total in this time',
      min: 0,
      queries: [
        {
          expr: withAppName(`(${perApp('tencent_live_online_members')} and on (sdk_app_id) ${largestApps})`),
          legend: appLegend,
        },
      ],
    }).dataLinks([linkToExporter]),
    graph({
      width: 12,
      height: 9,
      title: 'Audience against its baseline, like for like',
      description:
        'Level of the rooms that the drop alert can judge against the baseline of the same rooms, for each app: a big show that ends changes nothing here. From the recording rules; 0 % is as expected.',
      unit: 'percentunit',
      noValue: 'No recording rules, or no room is large enough to judge',
      queries: [
        {
          expr: withAppName(`(${perApp(recorded.platformRatio)} - 1 and on (sdk_app_id) ${largestApps})`),
          legend: appLegend,
        },
      ],
    }),
    graph({
      width: 12,
      height: 9,
      title: 'Largest rooms',
      description: `Members online in the ${String(topRoomsCount)} rooms that have the most of them at the end of the time range. A line leads to its room.`,
      unit: 'short',
      noValue: 'No room has an audience',
      min: 0,
      queries: [{ expr: topRoomsOverTime(), legend: roomLegend }],
    }).dataLinks([linkFromSeriesToRoom]),
  ],
};
