import type { Row } from '../dashboard.ts';
import { graph } from '../panels/graph.ts';
import { stat } from '../panels/stat.ts';
import { roomGauge, roomPerMinute } from '../queries/room.ts';
import { recorded } from '../recorded-series.ts';

/** The room list is collected every 15 s, and views change with it. */
const interval = '2m';

const final = (name: string): string => roomGauge(`tencent_live_room_final_${name}`);

/** How long do viewers stay, and what was the show? docs/sessions.md explains when these numbers mislead. */
export const stays: Row = {
  title: 'Stays',
  panels: [
    graph({
      width: 9,
      height: 8,
      title: 'Mean stay',
      description:
        'How long viewers stay on average: the time of all viewers in the last hour divided by the entries in it (recording rule). Known for rooms whose audience was known for 95 % of the hour. It misleads while the audience grows or shrinks by much: see docs/sessions.md.',
      unit: 's',
      noValue: 'No recording rules, or the room was observed for less than an hour',
      min: 0,
      queries: [{ expr: roomGauge(recorded.meanStay), legend: 'Mean stay' }],
    }),
    graph({
      width: 9,
      height: 8,
      title: 'Entries and leaves per minute',
      description:
        'Viewers who enter, from the view count, and viewers who leave: the entries less the change of the audience (recording rule, over 10 minutes). Views count each entry, also of robots and hosts.',
      unit: 'cpm',
      noValue: 'No view count in this time range',
      min: 0,
      interval,
      queries: [
        { expr: roomPerMinute('tencent_live_room_view_count'), legend: 'Entries' },
        { expr: roomGauge(recorded.leaves), legend: 'Leaves' },
      ],
    }),
    stat({
      width: 3,
      height: 4,
      title: 'Peak',
      description: 'Largest number of members online that was read since the room was created, or until its end.',
      unit: 'short',
      noValue: 'Unknown',
      expr: `${roomGauge('tencent_live_room_peak_online_members')} or ${final('peak_online_members')}`,
    }),
    stat({
      width: 3,
      height: 4,
      title: 'Viewer-hours of the show',
      description: 'Time that all viewers together spent in the room until its end.',
      unit: 'short',
      noValue: 'Not ended',
      decimals: 1,
      expr: `${final('viewer_seconds')} / 3600`,
    }),
    stat({
      width: 3,
      height: 4,
      title: 'Duration of the show',
      description: 'From the creation of the room to the moment at which its end was found.',
      unit: 's',
      noValue: 'Not ended',
      expr: final('duration_seconds'),
    }),
    stat({
      width: 3,
      height: 4,
      title: 'Views of the show',
      description: 'Visits to the room until its end.',
      unit: 'short',
      noValue: 'Not ended',
      expr: final('view_count'),
    }),
  ],
};
