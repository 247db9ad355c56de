import type { Row } from '../dashboard.ts';
import { colored, dashed, faint, graph, points } from '../panels/graph.ts';
import { ofRoom, roomApp, roomPerMinute } from '../queries/room.ts';
import { recorded } from '../recorded-series.ts';
import { viewers } from './now.ts';

/** Views change with the room list, which is collected every 15 s, and messages every 30 s. */
const interval = '2m';
const viewersBefore = (ago: string): string => `max(${ofRoom('tencent_live_room_online_members')} offset ${ago})`;
const entries = roomPerMinute('tencent_live_room_view_count');
const rise = `max(deriv(${ofRoom('tencent_live_room_online_members')}[$__rate_interval])) * 60`;
const per100Viewers = (metric: string): string => `100 * (${roomPerMinute(metric)}) / (${viewers} > 0)`;
const baseline = `max(${ofRoom(recorded.baseline)})`;

/** Why did an alert fire, or why not, and who comes and goes? */
export const audience: Row = {
  title: 'Audience',
  panels: [
    graph({
      width: 24,
      height: 10,
      title: 'Viewers compared with the drop alert',
      description:
        'Members online, the baseline with which the drop alert compares them, and the threshold below which it may fire. Points mark a loss that the exporter has noticed. Small and new rooms have no baseline. Yesterday and last week are there if the room was on the air at that time.',
      unit: 'short',
      noValue: 'The room has no audience in this time range',
      min: 0,
      queries: [
        { expr: viewers, legend: 'Viewers' },
        { expr: baseline, legend: 'Baseline' },
        { expr: `${baseline} * ${roomApp(recorded.roomThreshold)}`, legend: 'Threshold' },
        {
          expr: `${viewers} and on () group(${ofRoom('tencent_live_room_audience_loss_start_timestamp_seconds')})`,
          legend: 'Loss in progress',
        },
        { expr: viewersBefore('1d'), legend: 'Yesterday' },
        { expr: viewersBefore('7d'), legend: 'Last week' },
      ],
      looks: {
        Viewers: [colored('blue')],
        Baseline: dashed('gray'),
        Threshold: dashed('red'),
        'Loss in progress': points('red'),
        Yesterday: faint('purple'),
        'Last week': faint('light-purple'),
      },
    }),
    graph({
      width: 12,
      height: 8,
      title: 'Came and left per minute',
      description:
        'Viewers who come, from the view count, and viewers who leave: those who come less the rise of the audience. Views count each entry, also of robots and hosts.',
      unit: 'short',
      noValue: 'No view count in this time range',
      interval,
      queries: [
        { expr: entries, legend: 'Came' },
        { expr: `clamp_max(${rise} - (${entries}), 0)`, legend: 'Left' },
        { expr: rise, legend: 'Net' },
      ],
      looks: {
        Came: [colored('green'), { id: 'custom.fillOpacity', value: 30 }],
        Left: [colored('red'), { id: 'custom.fillOpacity', value: 30 }],
        Net: [colored('text'), { id: 'custom.fillOpacity', value: 0 }],
      },
    }),
    graph({
      width: 12,
      height: 8,
      title: 'Engagement per 100 viewers',
      description:
        'Messages, likes and gifts per minute for 100 viewers, which can be compared between rooms and over time. Requires the task room_stats.',
      unit: 'short',
      noValue: 'The task room_stats is disabled or does not read this room',
      min: 0,
      interval,
      queries: [
        { expr: per100Viewers('tencent_live_room_messages_total'), legend: 'Messages' },
        { expr: per100Viewers('tencent_live_room_likes_total'), legend: 'Likes' },
        { expr: per100Viewers('tencent_live_room_gifts_total'), legend: 'Gifts' },
      ],
    }),
  ],
};
