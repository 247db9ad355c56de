import { z } from 'zod';
import type { RoomListPage } from '../responses.ts';
import type { Endpoint } from '../command.ts';
import { number, optional, text } from '../fields.ts';

/** Groups on a page, at most. Source: Tencent's "Getting All Groups in an App". */
export const groupsPerPage = 10_000;

const row = z.object({ GroupId: text.refine((id) => id !== '', 'expected a group id') });
const payload = z.object({ GroupIdList: optional(z.array(z.unknown())), Next: optional(number) });

/** A page of the ids of all AVChatRoom groups of an app: all that Chat's list says of them. */
export const groupList: Endpoint<{ readonly next: string }, RoomListPage> = {
  command: 'get_appid_group_list',
  body: ({ next }) => ({ Limit: groupsPerPage, Next: next === '' ? 0 : Number(next), GroupType: 'AVChatRoom' }),
  parse(value) {
    const { GroupIdList, Next = 0 } = payload.parse(value);
    const rows = (GroupIdList ?? []).map((fields) => row.safeParse(fields));
    return {
      // 0 stands for the start, and for the end.
      next: Next === 0 ? '' : String(Next),
      rooms: rows.flatMap((result) => (result.success ? [{ roomId: result.data.GroupId }] : [])),
      unreadableRows: rows.filter((result) => !result.success).length,
    };
  },
};
