import type { Row } from '../dashboard.ts';
import { colored, graph } from '../panels/graph.ts';
import { roomPerMinute, roomPerMinuteBy } from '../queries/room.ts';

const noWebhooks = 'No webhooks of this room in this time range';

/** The order in which an operator looks for a cause. */
const causes = {
  disconnect: ['Lost the connection', 'red'],
  kicked: ['Kicked', 'purple'],
  leave: ['Left', 'blue'],
  other: ['Other', 'gray'],
} as const;

/** Why did members go? Only webhooks know: docs/webhooks.md. */
export const departures: Row = {
  title: 'Entries and departures (webhooks)',
  isCollapsed: true,
  panels: [
    graph({
      width: 8,
      height: 8,
      title: 'Enters and leaves (webhooks)',
      description:
        'Members who enter, and members who go for any reason, per minute, as webhooks reported them. Requires webhooks. Lost webhooks make both too low.',
      unit: 'short',
      noValue: noWebhooks,
      min: 0,
      queries: [
        { expr: roomPerMinute('tencent_live_room_enters_total'), legend: 'Enter' },
        { expr: roomPerMinute('tencent_live_room_leaves_total'), legend: 'Go' },
      ],
    }),
    graph({
      width: 8,
      height: 8,
      title: 'Leaves by cause',
      description:
        'Why members go, per minute, as webhooks reported it. Lost connections point to the network or the CDN, kicks to moderation, leaves to the stream or the show. Tencent reports a lost connection 30 to 110 s late. Requires webhooks.',
      unit: 'short',
      noValue: noWebhooks,
      min: 0,
      stacked: 'areas',
      queries: [{ expr: roomPerMinuteBy('cause', 'tencent_live_room_leaves_total'), legend: '{{cause}}' }],
      looks: Object.fromEntries(
        Object.entries(causes).map(([cause, [name, color]]) => [
          cause,
          [{ id: 'displayName', value: name }, colored(color)],
        ]),
      ),
    }),
    graph({
      width: 8,
      height: 8,
      title: 'Lost connections and reconnects',
      description:
        'Members who lose the connection, and members who return, per minute, as webhooks reported them. If they do not return, they are gone. Requires webhooks.',
      unit: 'short',
      noValue: noWebhooks,
      min: 0,
      queries: [
        { expr: roomPerMinute('tencent_live_room_leaves_total', 'cause="disconnect"'), legend: 'Lost the connection' },
        { expr: roomPerMinute('tencent_live_room_reconnects_total'), legend: 'Reconnected' },
      ],
    }),
  ],
};
