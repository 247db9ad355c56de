import type { Row } from '../dashboard.ts';
import { linkToExporter } from '../links.ts';
import { colored, graph } from '../panels/graph.ts';
import { liveRooms, ofApps, perApp, sumOverApps, withApp } from '../queries/apps.ts';
import { audience, perRoom, roomsBySize } from '../queries/rooms.ts';

const apps = 10;

/** The apps with the largest mean over the time range: an app whose total is unknown now is included. */
const largestApps = `topk(${String(apps)}, max by (sdk_app_id) (avg_over_time(${ofApps('tencent_live_online_members')}[$__range] @ end())))`;

const size = { width: 8, height: 8 } as const;

/** What does the audience consist of? */
export const composition: Row = {
  title: 'Apps, and rooms by size',
  isCollapsed: true,
  panels: [
    graph({
      ...size,
      title: 'Viewers by app',
      description: `Members online in all rooms of each app, for the ${String(apps)} apps with the largest audiences in the time range. An app is shown even while others are unknown.`,
      unit: 'short',
      noValue: 'No total is known in this time range',
      min: 0,
      queries: [
        {
          expr: withApp(`(${perApp('tencent_live_online_members')} and on (sdk_app_id) ${largestApps})`),
          legend: '{{app}}',
        },
      ],
    }).dataLinks([linkToExporter]),
    graph({
      ...size,
      title: 'Rooms by size',
      description: 'Rooms on the air with a known audience, by the number of their viewers.',
      unit: 'short',
      noValue: 'No room had an audience in this time range',
      min: 0,
      stacked: 'areas',
      interval: '2m',
      queries: [
        { expr: roomsBySize(5000), legend: '5,000 and more' },
        { expr: roomsBySize(1000, 5000), legend: '1,000 to 4,999' },
        { expr: roomsBySize(100, 1000), legend: '100 to 999' },
        { expr: roomsBySize(0, 100), legend: 'Below 100' },
      ],
      looks: {
        '5,000 and more': [colored('dark-blue')],
        '1,000 to 4,999': [colored('blue')],
        '100 to 999': [colored('light-blue')],
        'Below 100': [colored('gray')],
      },
    }),
    graph({
      ...size,
      title: 'Share of the largest rooms',
      description: 'Viewers in the largest room and in the ten largest rooms as a share of those in all rooms.',
      unit: 'percentunit',
      noValue: 'No room had an audience in this time range',
      min: 0,
      max: 1,
      interval: '2m',
      queries: [
        { expr: `sum(topk(10, ${perRoom(audience)})) / (sum(${perRoom(audience)}) > 0)`, legend: 'Ten largest' },
        { expr: `max(${perRoom(audience)}) / (sum(${perRoom(audience)}) > 0)`, legend: 'Largest' },
      ],
    }),
    graph({
      ...size,
      width: 12,
      title: 'Known and exported rooms',
      description:
        'Known rooms that have not ended, how many of them are exported, and how many are not, by reason: the room limit, the filters or the series limit.',
      unit: 'short',
      noValue: 'No rooms',
      min: 0,
      queries: [
        { expr: liveRooms, legend: 'On the air' },
        { expr: sumOverApps(ofApps('tencent_live_rooms_exported')), legend: 'Exported' },
        { expr: `(${sumOverApps(ofApps('tencent_live_rooms_dropped'), 'reason')}) > 0`, legend: 'Dropped: {{reason}}' },
      ],
    }),
  ],
};
