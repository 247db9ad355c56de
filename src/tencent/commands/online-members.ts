import { z } from 'zod';
import type { OnlineMembers } from '../responses.ts';
import type { Endpoint } from '../command.ts';
import { count } from '../fields.ts';

const payload = z.object({ OnlineMemberNum: count });

/** People online in an AVChatRoom group or a live room; the server refreshes the number every 10 s. */
export const onlineMembers: Endpoint<{ readonly roomId: string }, OnlineMembers> = {
  command: 'get_online_member_num',
  body: ({ roomId }) => ({ GroupId: roomId }),
  parse: (value) => ({ onlineMembers: payload.parse(value).OnlineMemberNum }),
};
