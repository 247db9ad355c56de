import type { Command } from '../command.ts';
import { count } from '../fields.ts';

interface OnlineMembers {
  readonly onlineMembers: number;
}

/**
 * Members online in an AVChatRoom group or a live room; the server refreshes the number every 10 s. Undefined if it cannot
 * be read: an unknown audience is never 0.
 */
export const getOnlineMemberNum: Command<{ readonly roomId: string }, OnlineMembers | undefined> = {
  name: 'get_online_member_num',
  service: 'group_open_http_svc',
  callsPerSecond: 200,
  payload: 'top level',
  body: ({ roomId }) => ({ GroupId: roomId }),
  parse(payload) {
    const onlineMembers = payload?.required('OnlineMemberNum', count);
    return onlineMembers === undefined ? undefined : { onlineMembers };
  },
};
