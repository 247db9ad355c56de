import type { Row } from '../dashboard.ts';
import { linkFromSeriesToRoom, linkToRoom } from '../links.ts';
import { dashed, graph } from '../panels/graph.ts';
import { neutral } from '../panels/missing.ts';
import { coloredText, gauge, hidden, sparkline, table, trendField, unit } from '../panels/table.ts';
import { colors } from '../panels/thresholds.ts';
import { perApp, withApp } from '../queries/apps.ts';
import {
  audience,
  changeOfTopRooms,
  largestRooms,
  largestRoomsOverTime,
  perTopRoom,
  topRoomNames,
} from '../queries/rooms.ts';
import { recorded } from '../recorded-series.ts';
import { topRooms } from '../variables.ts';

const percent = [unit('percentunit'), { id: 'decimals', value: 0 }];
/** Red and orange where viewers are missing; small changes are not coloured, because they mean nothing. */
const lost = coloredText([-1, 'red'], [-0.4, 'orange'], [-0.2, neutral], [0.5, 'green']);
const id = (width: number) => ({ field: 'room_id', heading: 'Room', width, properties: [linkToRoom] });

/** Which rooms are there, and which lose viewers? */
export const rooms: Row = {
  title: 'Which rooms?',
  panels: [
    table({
      width: 24,
      height: 10,
      title: 'Rooms',
      description: `The ${String(topRooms.rows)} largest rooms on the air: the time range, viewers now, their number compared with the baseline of the drop alert and with 10 minutes ago, and the peak since the room was created. While the API does not respond, these are the largest rooms of the last hour, without a number. The id links to the room.`,
      unit: 'short',
      noValue: 'No room has an audience, or none was known in the last hour',
      queries: [
        { expr: perTopRoom(audience) },
        { expr: largestRooms(topRooms.rows) },
        { expr: topRoomNames },
        { expr: `${perTopRoom(recorded.dropRatio)} - 1` },
        { expr: changeOfTopRooms('10m') },
        { expr: perTopRoom('tencent_live_room_peak_online_members') },
      ],
      trend: { expr: perTopRoom(audience) },
      columns: [
        { field: 'app', heading: 'App', width: 110 },
        { field: 'room_name', heading: 'Name' },
        id(130),
        { field: trendField, heading: 'Time range', width: 190, properties: sparkline },
        { field: 'Value #A', heading: 'Viewers', width: 210, properties: gauge },
        { field: 'Value #D', heading: 'vs baseline', width: 95, properties: [...percent, ...lost] },
        { field: 'Value #E', heading: '10 min', width: 80, properties: [...percent, ...lost] },
        { field: 'Value #F', heading: 'Peak', width: 85 },
        { field: 'sdk_app_id', heading: 'SDKAppID', properties: hidden },
      ],
      sortBy: 'Viewers',
      // The last known audience, for the time in which none is known now.
      otherwiseBy: 'Value #B',
    }),
    graph({
      width: 16,
      height: 8,
      title: 'Largest rooms',
      description: `Members online in the ${String(topRooms.lines)} rooms with the largest means over the time range, also while nothing is known now. Each line links to its room.`,
      unit: 'short',
      noValue: 'No room had an audience in this time range',
      min: 0,
      legendTable: { width: 330 },
      queries: [{ expr: largestRoomsOverTime(topRooms.lines), legend: '{{room}} · {{app}}' }],
    }).dataLinks([linkFromSeriesToRoom]),
    graph({
      width: 8,
      height: 8,
      title: 'Audience compared with its baseline',
      description:
        'Audience of each app relative to the baseline of the same rooms, for the rooms that the drop alert judges: the end of a large room does not change it. 0 % is as expected; the alert of a platform needs a value below its threshold.',
      unit: 'percentunit',
      noValue: 'No recording rules, or no room is large enough',
      softMin: -0.5,
      softMax: 0.2,
      limits: colors('transparent', [[0, 'gray']]),
      queries: [
        { expr: withApp(`topk(10, ${perApp(recorded.appDropRatio)} - 1)`), legend: '{{app}}' },
        { expr: `max(${perApp(recorded.appThreshold)}) - 1`, legend: 'Threshold' },
      ],
      looks: { Threshold: [...dashed('red'), { id: 'custom.fillOpacity', value: 0 }] },
    }),
  ],
};
