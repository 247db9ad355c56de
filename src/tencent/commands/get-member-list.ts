import { z } from 'zod';
import { type Command, live } from '../command.ts';
import { count, optional, text } from '../fields.ts';

interface MemberListPage {
  /** Members of the room; on the first page only. */
  readonly memberCount?: number | undefined;
  /** Cursor of the next page; empty on the last one. */
  readonly next: string;
}

const payload = z.object({ MemberCount: optional(count), Next: optional(text) });

/** A page of a live room's members. The list stops at 1,000 (30 on lower plans); `MemberCount` does not. */
export const getMemberList: Command<{ readonly roomId: string; readonly next: string }, MemberListPage> = {
  ...live,
  name: 'get_member_list',
  callsPerSecond: 200,
  body: ({ roomId, next }) => ({ RoomId: roomId, Next: next }),
  parse(value) {
    const { MemberCount, Next } = payload.parse(value);
    return { memberCount: MemberCount, next: Next ?? '' };
  },
};
