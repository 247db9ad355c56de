import { z } from 'zod';
import { type Command, live } from '../command.ts';
import { count, optional } from '../fields.ts';

/** Totals since the room was created. */
export interface RoomStats {
  readonly viewers?: number | undefined;
  readonly gifts?: number | undefined;
  readonly giftCoins?: number | undefined;
  readonly giftSenders?: number | undefined;
  readonly likes?: number | undefined;
  readonly messages?: number | undefined;
}

const payload = z.object({
  TotalViewers: optional(count),
  TotalGiftsSent: optional(count),
  TotalGiftCoins: optional(count),
  TotalUniqueGiftSenders: optional(count),
  TotalLikesReceived: optional(count),
  TotalMsgCount: optional(count),
});

/** What viewers did in a live room since it was created. */
export const getRoomStats: Command<{ readonly roomId: string }, RoomStats> = {
  ...live,
  name: 'get_room_stats',
  callsPerSecond: 100,
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
