import { z } from 'zod';
import { count, number, numberOrZeroForUnknown, optional, text } from '../fields.ts';

/** The fields that a row of the room list and the room info share. */
export const roomFactsFields = {
  RoomId: z.string().min(1, 'expected a room id'),
  RoomName: optional(text),
  Owner_Account: optional(text),
  Category: optional(z.array(text)).transform((tags) => tags?.join(',')),
  CreateTime: optional(numberOrZeroForUnknown),
  ActivityStatus: optional(number),
  ViewCount: optional(count),
};
