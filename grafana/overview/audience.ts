import type { Row } from '../dashboard.ts';
import { linkFromSeriesToRoom, linkToExporter } from '../links.ts';
import { colored, dashed, graph } from '../panels/graph.ts';
import { appLegend, ofApps, perApp, totalAudience, withAppName } from '../queries/apps.ts';
import { roomLegend, topRoomsOverTime } from '../queries/rooms.ts';
import { recorded } from '../recorded-series.ts';
import { topRoomsCount } from '../variables.ts';

const apps = 10;

/** The apps with the largest mean over the time range: an app whose total is unknown now is included. */
const largestApps = `topk(${String(apps)}, max by (sdk_app_id) (avg_over_time(${ofApps('tencent_live_online_members')}[$__range] @ end())))`;

export const audience: Row = {
  title: 'Audience',
  panels: [
    graph({
      width: 12,
      height: 9,
      title: 'Viewers compared with yesterday and last week',
      description:
        'Members online in all rooms of the selected apps, now, one day before and one week before. A gap means that the total was not known.',
      unit: 'short',
      noValue: 'No total is known in this time range',
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
      description: `Members online in all rooms of each app, for the ${String(apps)} apps with the largest audiences in the time range. An app is shown even while others are unknown.`,
      unit: 'short',
      noValue: 'No total is known in this time range',
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
      title: 'Audience compared with its baseline',
      description:
        'Audience of each app relative to the baseline of the same rooms, for the rooms that the drop alert evaluates. The end of a large room does not change this value. It comes from the recording rules; 0 % is as expected.',
      unit: 'percentunit',
      noValue: 'No recording rules, or no room is large enough',
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
      description: `Members online in the ${String(topRoomsCount)} largest rooms at the end of the time range. Each line links to its room.`,
      unit: 'short',
      noValue: 'No room has an audience',
      min: 0,
      queries: [{ expr: topRoomsOverTime(), legend: roomLegend }],
    }).dataLinks([linkFromSeriesToRoom]),
    graph({
      width: 12,
      height: 9,
      title: 'Mean stay',
      description:
        'How long viewers of each app stay on average: their time in the last hour divided by the entries in it, for the rooms whose audience was known for 95 % of the hour (recording rule). See docs/sessions.md.',
      unit: 's',
      noValue: 'No recording rules, or no room was observed for an hour',
      min: 0,
      queries: [
        {
          expr: withAppName(`(${perApp(recorded.meanStayOfApp)} and on (sdk_app_id) ${largestApps})`),
          legend: appLegend,
        },
      ],
    }).dataLinks([linkToExporter]),
  ],
};
