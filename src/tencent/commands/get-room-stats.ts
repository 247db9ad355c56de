import { type Command, live } from '../command.ts';
import { count, largeCount } from '../fields.ts';

/** Totals since the room was created. */
export interface RoomStats {
  /** Visits, not distinct people: Tencent calls the field "cumulative views". */
  readonly viewers?: number | undefined;
  readonly gifts?: number | undefined;
  readonly giftCoins?: number | undefined;
  readonly giftSenders?: number | undefined;
  readonly likes?: number | undefined;
  readonly messages?: number | undefined;
}

/** What viewers did in a live room since it was created. Undefined if the response has no totals. */
export const getRoomStats: Command<{ readonly roomId: string }, RoomStats | undefined> = {
  ...live,
  name: 'get_room_stats',
  callsPerSecond: 100,
  body: ({ roomId }) => ({ RoomId: roomId }),
  parse: (payload) =>
    payload && {
      viewers: payload.optional('TotalViewers', count),
      gifts: payload.optional('TotalGiftsSent', count),
      giftCoins: payload.optional('TotalGiftCoins', largeCount),
      giftSenders: payload.optional('TotalUniqueGiftSenders', count),
      likes: payload.optional('TotalLikesReceived', largeCount),
      messages: payload.optional('TotalMsgCount', count),
    },
};
