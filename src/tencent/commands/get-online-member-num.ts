import { z } from 'zod';
import type { Command } from '../command.ts';
import { count } from '../fields.ts';

interface OnlineMembers {
  readonly onlineMembers: number;
}

const payload = z.object({ OnlineMemberNum: count });

/** Members online in an AVChatRoom group or a live room; the server refreshes the number every 10 s. */
export const getOnlineMemberNum: Command<{ readonly roomId: string }, OnlineMembers> = {
  name: 'get_online_member_num',
  service: 'group_open_http_svc',
  callsPerSecond: 200,
  payload: 'top level',
  body: ({ roomId }) => ({ GroupId: roomId }),
  parse: (value) => ({ onlineMembers: payload.parse(value).OnlineMemberNum }),
};
