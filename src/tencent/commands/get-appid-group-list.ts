import type { Command } from '../command.ts';
import { integer, odd, roomId } from '../fields.ts';
import type { RoomListPage } from './get-room-list.ts';

/** Groups on a page, at most. Source: Tencent's "Getting All Groups in an App". */
export const groupsPerPage = 10_000;

/** A page of the ids of all AVChatRoom groups of an app. Chat's list gives nothing but the ids. */
export const getAppidGroupList: Command<{ readonly next: string }, RoomListPage> = {
  name: 'get_appid_group_list',
  service: 'group_open_http_svc',
  callsPerSecond: 1,
  payload: 'top level',
  body: ({ next }) => ({ Limit: groupsPerPage, Next: next === '' ? 0 : Number(next), GroupType: 'AVChatRoom' }),
  parse(payload) {
    const list = payload?.rows('GroupIdList');
    const rows = list === odd ? undefined : list;
    const next = payload?.read('Next', integer);
    return {
      rooms: (rows ?? []).flatMap((row) => {
        const id = row?.required('GroupId', roomId);
        return id === undefined ? [] : [{ roomId: id }];
      }),
      rows: rows?.length,
      // 0 means both the start and the end.
      next: next === odd || payload === undefined ? undefined : String(next ?? 0),
    };
  },
};
