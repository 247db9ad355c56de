import type { Row } from '../dashboard.ts';
import { graph } from '../panels/graph.ts';
import { ofRoom, roomGauge, roomPerMinute } from '../queries/room.ts';
import { recorded } from '../recorded-series.ts';

const size = { width: 6, height: 8 } as const;
const marks = 20;

export const members: Row = {
  title: 'Members, joins and stays',
  isCollapsed: true,
  panels: [
    graph({
      ...size,
      title: 'Members',
      description:
        'Three counts of the room: members online, members in its member list, and accounts in its group member list, which has at most 1,000 entries.',
      unit: 'short',
      noValue: 'No member count in this time range',
      min: 0,
      queries: [
        { expr: roomGauge('tencent_live_room_online_members'), legend: 'Online' },
        { expr: roomGauge('tencent_live_room_member_count'), legend: 'Members' },
        { expr: roomGauge('tencent_live_room_listed_members'), legend: 'Listed' },
      ],
    }),
    graph({
      ...size,
      title: 'Joins per minute',
      description: 'Joins per minute, from the group member list. Requires the task group_members.',
      unit: 'short',
      noValue: 'The task group_members does not read this room',
      min: 0,
      interval: '2m',
      queries: [{ expr: roomPerMinute('tencent_live_room_joins_total'), legend: 'Joins' }],
    }),
    graph({
      ...size,
      title: 'Marked members',
      description: `Accounts in the group member list with each configured mark, for up to ${String(marks)} marks. Requires the task group_members.`,
      unit: 'short',
      noValue: 'No marks are configured',
      min: 0,
      queries: [
        {
          expr: `topk(${String(marks)}, max by (mark) (${ofRoom('tencent_live_room_marked_members')}))`,
          legend: 'Mark {{mark}}',
        },
      ],
    }),
    graph({
      ...size,
      title: 'Mean stay over time',
      description:
        'How long viewers stay on average: the time of all viewers in the last hour divided by the entries in it (recording rule). Known for rooms whose audience was known for 95 % of the hour. It misleads while the audience grows or shrinks by much: see docs/sessions.md.',
      unit: 's',
      noValue: 'No recording rules, or the room was observed for less than an hour',
      min: 0,
      queries: [{ expr: roomGauge(recorded.meanStay), legend: 'Mean stay' }],
    }),
  ],
};
