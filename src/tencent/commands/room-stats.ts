import { z } from 'zod';
import type { RoomStats } from '../responses.ts';
import type { Endpoint } from '../command.ts';
import { count, optional } from '../fields.ts';

const payload = z.object({
  TotalViewers: optional(count),
  TotalGiftsSent: optional(count),
  TotalGiftCoins: optional(count),
  TotalUniqueGiftSenders: optional(count),
  TotalLikesReceived: optional(count),
  TotalMsgCount: optional(count),
});

/** What viewers did in a room since it was created. */
export const roomStats: Endpoint<{ readonly roomId: string }, RoomStats> = {
  command: 'get_room_stats',
  body: ({ roomId }) => ({ RoomId: roomId }),
  parse(value) {
    const totals = payload.parse(value);
    return {
      viewers: totals.TotalViewers,
      gifts: totals.TotalGiftsSent,
      giftCoins: totals.TotalGiftCoins,
      giftSenders: totals.TotalUniqueGiftSenders,
      likes: totals.TotalLikesReceived,
      messages: totals.TotalMsgCount,
    };
  },
};
