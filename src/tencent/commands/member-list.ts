import { z } from 'zod';
import type { MemberListPage } from '../responses.ts';
import type { Endpoint } from '../command.ts';
import { count, optional, text } from '../fields.ts';

const payload = z.object({ MemberCount: optional(count), Next: optional(text) });

/** A page of a live room's members. The list stops at 1,000 (30 on lower plans); `MemberCount` does not. */
export const memberList: Endpoint<{ readonly roomId: string; readonly next: string }, MemberListPage> = {
  command: 'get_member_list',
  body: ({ roomId, next }) => ({ RoomId: roomId, Next: next }),
  parse(value) {
    const { MemberCount, Next } = payload.parse(value);
    return { memberCount: MemberCount, next: Next ?? '' };
  },
};
