import { z } from 'zod';
import type { RoomFacts } from '../answers.ts';
import { count, number, numberOrZeroForUnknown, optional, text } from '../fields.ts';

/** The fields that a row of the room list and the room info share. */
export const roomFactsFields = {
  RoomId: z.string().min(1, 'expected a room id'),
  RoomName: optional(text),
  Owner_Account: optional(text),
  Category: optional(z.array(text)),
  CreateTime: optional(numberOrZeroForUnknown),
  ActivityStatus: optional(number),
  ViewCount: optional(count),
};

const roomFactsSchema = z.object(roomFactsFields);

export function toRoomFacts(row: z.output<typeof roomFactsSchema>): RoomFacts {
  return {
    roomId: row.RoomId,
    roomName: row.RoomName,
    ownerAccount: row.Owner_Account,
    categories: row.Category,
    createTimeSeconds: row.CreateTime,
    activityStatus: row.ActivityStatus,
    viewCount: row.ViewCount,
  };
}
