import type { Row } from '../dashboard.ts';
import { stat } from '../panels/stat.ts';
import { table } from '../panels/table.ts';
import { colors } from '../panels/thresholds.ts';
import { namedStates } from '../panels/timeline.ts';
import { ofRoom, roomApp, roomGauge } from '../queries/room.ts';
import { recorded } from '../recorded-series.ts';

const size = { width: 3, height: 4 } as const;
const ended = roomGauge('tencent_live_room_ended_timestamp_seconds');
export const viewers = roomGauge('tencent_live_room_online_members');
const final = (name: string): string => roomGauge(`tencent_live_room_final_${name}`);

const info = ofRoom('tencent_live_room_info');
const labels = (infos: string): string =>
  `group by (room_id, room_name, owner_account, room_type, categories, take_seat_mode) (${infos})`;

/** Which room is it, and how is it now? */
export const now: Row = {
  title: 'Now',
  panels: [
    table({
      width: 24,
      height: 4,
      title: 'Labels',
      description:
        'The configured labels of tencent_live_room_info (info_labels): the present values, or the last ones of the last hour.',
      unit: 'none',
      noValue: 'The room was not known in the last hour',
      queries: [
        {
          expr: `${labels(info)} or on () ${labels(`last_over_time(${info}[1h])`)}`,
        },
      ],
      columns: [
        { field: 'room_id', heading: 'Room' },
        { field: 'room_name', heading: 'Name' },
        { field: 'owner_account', heading: 'Owner' },
        { field: 'room_type', heading: 'Type' },
        { field: 'categories', heading: 'Categories' },
        { field: 'take_seat_mode', heading: 'Seat mode' },
      ],
      sortBy: 'Room',
    }),
    stat({
      ...size,
      title: 'State',
      description: 'Whether the room is live. An ended room is shown for half an hour by default (ended_retention).',
      unit: 'none',
      noValue: 'Unknown',
      mappings: namedStates({ 1: ['Live', 'green'], 0: ['Ended', 'orange'] }),
      expr: `group(${info}) or ${ended} * 0`,
    }),
    stat({
      ...size,
      title: 'Viewers',
      description: 'Members online now, and in the time range (tencent_live_room_online_members).',
      unit: 'short',
      noValue: 'Unknown',
      hasTrend: true,
      expr: viewers,
    }),
    stat({
      ...size,
      title: 'vs baseline',
      description:
        'The recent audience compared with the baseline of the drop alert: 0 % is as expected, -50 % is half. Small and new rooms have no baseline.',
      unit: 'percentunit',
      noValue: 'No baseline',
      decimals: 0,
      thresholds: colors('red', [
        [-0.4, 'orange'],
        [-0.2, 'green'],
      ]),
      expr: `${roomGauge(recorded.dropRatio)} - 1`,
    }),
    stat({
      ...size,
      title: 'Share of app',
      description: 'Viewers of this room as a share of those in all rooms of its app.',
      unit: 'percentunit',
      noValue: 'Unknown',
      decimals: 0,
      expr: `${viewers} / (${roomApp('tencent_live_online_members')} > 0)`,
    }),
    stat({
      ...size,
      title: 'Peak',
      description: 'Most viewers at once in the time range.',
      unit: 'short',
      noValue: 'Unknown',
      expr: `max(max_over_time(${ofRoom('tencent_live_room_online_members')}[$__range]))`,
    }),
    stat({
      ...size,
      title: 'Average',
      description: 'Mean number of viewers in the time range, while it was known.',
      unit: 'short',
      noValue: 'Unknown',
      expr: `avg_over_time(${viewers}[$__range:1m])`,
    }),
    stat({
      ...size,
      title: 'Viewer-hours',
      description: 'Time that all viewers together spent in the room in the time range, while their number was known.',
      unit: 'short',
      noValue: 'Unknown',
      decimals: 1,
      expr: `sum_over_time(${viewers}[$__range:1m]) / 60`,
    }),
    stat({
      ...size,
      title: 'Mean stay',
      description:
        'How long viewers stay on average: their time in the last hour divided by the entries in it (recording rule), or of the whole show if it has ended. docs/sessions.md says when it misleads.',
      unit: 's',
      noValue: 'Not known yet',
      expr: `${roomGauge(recorded.meanStay)} or ${final('viewer_seconds')} / (${final('view_count')} > 0)`,
    }),
  ],
};
