import type { Row } from '../dashboard.ts';
import { stat } from '../panels/stat.ts';
import { colors } from '../panels/thresholds.ts';
import { namedStates, timeline } from '../panels/timeline.ts';
import { roomGauge } from '../queries/room.ts';

const size = { width: 4, height: 4 } as const;
const ended = roomGauge('tencent_live_room_ended_timestamp_seconds');
const final = (name: string): string => roomGauge(`tencent_live_room_final_${name}`);

/** What else is known of the room, and what was the show? */
export const details: Row = {
  title: 'Room settings, and the show as a whole',
  isCollapsed: true,
  panels: [
    stat({
      ...size,
      title: 'Age of the value',
      description:
        'Time since the last response with the number of viewers. It should be about the interval of the task online_members.',
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
      title: 'On the air for',
      description:
        'Time since the room was created, according to the API, or how long the show lasted if it has ended.',
      unit: 's',
      noValue: 'Unknown',
      expr: `time() - ${roomGauge('tencent_live_room_creation_timestamp_seconds')} or ${final('duration_seconds')}`,
    }),
    stat({
      ...size,
      title: 'Ended',
      description: 'When the exporter found that the room had ended.',
      unit: 'dateTimeFromNow',
      noValue: 'Not ended',
      expr: `${ended} * 1000`,
    }),
    stat({
      ...size,
      title: 'Show: peak',
      description: 'Most viewers at once that were read since the room was created, or until its end.',
      unit: 'short',
      noValue: 'Unknown',
      expr: `${roomGauge('tencent_live_room_peak_online_members')} or ${final('peak_online_members')}`,
    }),
    stat({
      ...size,
      title: 'Show: views',
      description: 'Visits to the room since it was created, or until its end.',
      unit: 'short',
      noValue: 'Unknown',
      expr: `${roomGauge('tencent_live_room_view_count')} or ${final('view_count')}`,
    }),
    stat({
      ...size,
      title: 'Show: viewer-hours',
      description: 'Time that all viewers together spent in the room until its end.',
      unit: 'short',
      noValue: 'Not ended',
      decimals: 1,
      expr: `${final('viewer_seconds')} / 3600`,
    }),
    stat({
      ...size,
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
      title: 'Capacity',
      description: 'Maximum number of members of the room.',
      unit: 'short',
      noValue: 'Unknown',
      expr: roomGauge('tencent_live_room_max_members'),
    }),
    stat({
      ...size,
      title: 'Seats',
      description: 'Microphone seats of the room, even if seats are disabled.',
      unit: 'short',
      noValue: 'Unknown',
      expr: roomGauge('tencent_live_room_max_seats'),
    }),
    timeline({
      width: 12,
      height: 7,
      title: 'Switches',
      description:
        'Whether the room is public, has messages disabled, and has microphone seats enabled, and its activity status, a number that the app defines.',
      unit: 'none',
      noValue: 'No room info in this time range',
      mappings: [],
      queries: [
        { expr: roomGauge('tencent_live_room_public'), legend: 'Public' },
        { expr: roomGauge('tencent_live_room_muted'), legend: 'Muted' },
        { expr: roomGauge('tencent_live_room_seats_enabled'), legend: 'Seats' },
        { expr: roomGauge('tencent_live_room_activity_status'), legend: 'Activity status' },
      ],
    }).overrideByRegexp('/^(Public|Muted|Seats)$/', [
      { id: 'mappings', value: namedStates({ 1: ['Yes', 'green'], 0: ['No', 'gray'] }) },
    ]),
  ],
};
