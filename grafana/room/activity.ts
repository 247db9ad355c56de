import type { Row } from '../dashboard.ts';
import { graph } from '../panels/graph.ts';
import { ofRoom, roomGauge, roomPerMinute } from '../queries/room.ts';

/** Views and joins change only with a collection, so a shorter step would show the schedule. */
const interval = '2m';
const marks = 20;

export const activity: Row = {
  title: 'Views, members and joins',
  panels: [
    graph({
      width: 8,
      height: 8,
      title: 'Views per minute',
      description:
        'Visits to the room per minute, calculated from its view count. The count restarts when the room is created again.',
      unit: 'cpm',
      noValue: 'No view count in this time range',
      min: 0,
      interval,
      queries: [{ expr: roomPerMinute('tencent_live_room_view_count'), legend: 'Views' }],
    }),
    graph({
      width: 8,
      height: 8,
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
      width: 8,
      height: 8,
      title: 'Joins per minute',
      description: 'Joins per minute, from the group member list. Requires the task group_members.',
      unit: 'cpm',
      noValue: 'The task group_members does not read this room',
      min: 0,
      interval,
      queries: [{ expr: roomPerMinute('tencent_live_room_joins_total'), legend: 'Joins' }],
    }),
    graph({
      width: 12,
      height: 8,
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
      width: 12,
      height: 8,
      title: 'Seats and capacity',
      description:
        'Microphone seats of the room, even if seats are disabled, and on the right axis the maximum number of members.',
      unit: 'short',
      noValue: 'No room info in this time range',
      min: 0,
      queries: [
        { expr: roomGauge('tencent_live_room_max_seats'), legend: 'Seats' },
        { expr: roomGauge('tencent_live_room_max_members'), legend: 'Capacity' },
      ],
      looks: { Capacity: [{ id: 'custom.axisPlacement', value: 'right' }] },
    }),
  ],
};
