import { ofRoom, roomGauge, roomPerMinute } from '../queries/room.ts';
import { graph } from '../panels/graph.ts';
import type { Row } from '../dashboard.ts';

/** Views and joins come with a collection, so a shorter step would show its rhythm and not the room's. */
const interval = '2m';
const marks = 20;

export const activity: Row = {
  title: 'Views, members and joins',
  panels: [
    graph({
      width: 8,
      height: 8,
      title: 'Views a minute',
      description:
        'Entries into the room in a minute: the rise of its view count, which starts again when the room is created again.',
      unit: 'cpm',
      noValue: 'No view count in this time',
      min: 0,
      interval,
      queries: [{ expr: roomPerMinute('tencent_live_room_view_count'), legend: 'Views' }],
    }),
    graph({
      width: 8,
      height: 8,
      title: 'Members',
      description:
        'The room counted in three ways: members online, members of its member list, and the accounts that its group member list names, which ends at 1,000.',
      unit: 'short',
      noValue: 'No member count in this time',
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
      title: 'Joins a minute',
      description: 'Accounts seen to join in a minute, from the group member list. Needs the task group_members.',
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
      description: `Accounts in the group member list that carry a mark, for the marks in the configuration, ${String(marks)} at most. Needs the task group_members.`,
      unit: 'short',
      noValue: 'The configuration names no marks',
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
        'Microphone seats of the room, also where seats are off, and how many members it can hold, on the right.',
      unit: 'short',
      noValue: 'No room info in this time',
      min: 0,
      queries: [
        { expr: roomGauge('tencent_live_room_max_seats'), legend: 'Seats' },
        { expr: roomGauge('tencent_live_room_max_members'), legend: 'Capacity' },
      ],
      looks: { Capacity: [{ id: 'custom.axisPlacement', value: 'right' }] },
    }),
  ],
};
