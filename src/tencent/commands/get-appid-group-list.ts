import { z } from 'zod';
import type { Command } from '../command.ts';
import { number, optional, text } from '../fields.ts';
import type { RoomListPage } from './get-room-list.ts';

/** Groups on a page, at most. Source: Tencent's "Getting All Groups in an App". */
export const groupsPerPage = 10_000;

const row = z.object({ GroupId: text.refine((id) => id !== '', 'expected a group id') });
const payload = z.object({ GroupIdList: optional(z.array(z.unknown())), Next: optional(number) });

/** A page of the ids of all AVChatRoom groups of an app. Chat's list gives nothing but the ids. */
export const getAppidGroupList: Command<{ readonly next: string }, RoomListPage> = {
  name: 'get_appid_group_list',
  service: 'group_open_http_svc',
  callsPerSecond: 1,
  payload: 'top level',
  body: ({ next }) => ({ Limit: groupsPerPage, Next: next === '' ? 0 : Number(next), GroupType: 'AVChatRoom' }),
  parse(value) {
    const { GroupIdList, Next = 0 } = payload.parse(value);
    const rows = (GroupIdList ?? []).map((fields) => row.safeParse(fields));
    return {
      // 0 means both the start and the end.
      next: Next === 0 ? '' : String(Next),
      rooms: rows.flatMap((result) => (result.success ? [{ roomId: result.data.GroupId }] : [])),
      unreadableRows: rows.filter((result) => !result.success).length,
    };
  },
};
