import type { Row } from '../dashboard.ts';
import { graph } from '../panels/graph.ts';
import { roomPerMinute } from '../queries/room.ts';

/** The task that reads them runs every 30 s by default. */
const interval = '2m';
const size = { width: 8, height: 8 } as const;
const noValue = 'The task room_stats is disabled or does not read this room';

export const activity: Row = {
  title: 'Messages, likes and gifts',
  isCollapsed: true,
  panels: [
    graph({
      ...size,
      title: 'Messages and likes',
      description: 'Messages and likes per minute. Requires the task room_stats.',
      unit: 'short',
      noValue,
      min: 0,
      interval,
      queries: [
        { expr: roomPerMinute('tencent_live_room_messages_total'), legend: 'Messages' },
        { expr: roomPerMinute('tencent_live_room_likes_total'), legend: 'Likes' },
      ],
    }),
    graph({
      ...size,
      title: 'Gifts',
      description: 'Gifts per minute, and on the right axis the coins spent on them. Requires the task room_stats.',
      unit: 'short',
      noValue,
      min: 0,
      interval,
      queries: [
        { expr: roomPerMinute('tencent_live_room_gifts_total'), legend: 'Gifts' },
        { expr: roomPerMinute('tencent_live_room_gift_coins_total'), legend: 'Coins' },
      ],
      looks: { Coins: [{ id: 'custom.axisPlacement', value: 'right' }] },
    }),
    graph({
      ...size,
      title: 'New visits and gift senders',
      description: 'New visits and new distinct senders of gifts per minute. Requires the task room_stats.',
      unit: 'short',
      noValue,
      min: 0,
      interval,
      queries: [
        { expr: roomPerMinute('tencent_live_room_viewers_total'), legend: 'Visits' },
        { expr: roomPerMinute('tencent_live_room_gift_senders_total'), legend: 'Gift senders' },
      ],
    }),
  ],
};
