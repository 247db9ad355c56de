import type { Row } from '../dashboard.ts';
import { stat } from '../panels/stat.ts';
import { colors } from '../panels/thresholds.ts';
import { namedStates } from '../panels/timeline.ts';
import { ofRoom, roomGauge } from '../queries/room.ts';
import { recorded } from '../recorded-series.ts';

const size = { width: 4, height: 4 } as const;
const ended = roomGauge('tencent_live_room_ended_timestamp_seconds');

/** How is the room now? */
export const now: Row = {
  title: 'Now',
  panels: [
    stat({
      ...size,
      width: 3,
      title: 'State',
      description: 'Whether the room is live. An ended room is shown for half an hour by default (ended_retention).',
      unit: 'none',
      noValue: 'Not known',
      mappings: namedStates({ 1: ['Live', 'green'], 0: ['Ended', 'orange'] }),
      expr: `group(${ofRoom('tencent_live_room_info')}) or ${ended} * 0`,
    }),
    stat({
      ...size,
      width: 3,
      title: 'Viewers',
      description: 'Members online now (tencent_live_room_online_members).',
      unit: 'short',
      noValue: 'Unknown',
      expr: roomGauge('tencent_live_room_online_members'),
    }),
    stat({
      ...size,
      width: 3,
      title: 'Age of this number',
      description:
        'Time since the last response with the number of viewers. The drop alert uses values up to an age of 90 s.',
      unit: 's',
      noValue: 'Unknown',
      decimals: 0,
      thresholds: colors('green', [
        [90, 'orange'],
        [300, 'red'],
      ]),
      expr: `time() - ${roomGauge('tencent_live_room_online_members_updated_timestamp_seconds')}`,
    }),
    stat({
      ...size,
      width: 3,
      title: 'Compared with the baseline',
      description: 'Viewers now compared with the baseline of the drop alert: 0 % is as expected, -50 % is half.',
      unit: 'percentunit',
      noValue: 'No baseline yet',
      decimals: 0,
      thresholds: colors('red', [
        [-0.4, 'orange'],
        [-0.2, 'green'],
      ]),
      expr: `${roomGauge('tencent_live_room_online_members')} / ${roomGauge(recorded.baseline)} - 1`,
    }),
    stat({
      ...size,
      width: 3,
      title: 'Views',
      description: 'Visits to the room since it was created (tencent_live_room_view_count).',
      unit: 'short',
      noValue: 'Unknown',
      expr: roomGauge('tencent_live_room_view_count'),
    }),
    stat({
      ...size,
      width: 3,
      title: 'Capacity used',
      description: 'Members of the room as a share of the maximum number of members (member_count and max_members).',
      unit: 'percentunit',
      noValue: 'Capacity unknown',
      decimals: 0,
      thresholds: colors('green', [
        [0.8, 'orange'],
        [0.95, 'red'],
      ]),
      expr: `${roomGauge('tencent_live_room_member_count')} / (${roomGauge('tencent_live_room_max_members')} > 0)`,
    }),
    stat({
      ...size,
      width: 3,
      title: 'Live for',
      description: 'Time since the room was created, according to the API.',
      unit: 's',
      noValue: 'Unknown',
      expr: `time() - ${roomGauge('tencent_live_room_creation_timestamp_seconds')}`,
    }),
    stat({
      ...size,
      width: 3,
      title: 'Ended',
      description: 'When the exporter found that the room had ended.',
      unit: 'dateTimeFromNow',
      noValue: 'Not ended',
      expr: `${ended} * 1000`,
    }),
  ],
};
