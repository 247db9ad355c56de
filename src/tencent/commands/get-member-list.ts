import { type Command, live } from '../command.ts';
import { count } from '../fields.ts';

interface MemberCount {
  readonly memberCount: number;
}

/**
 * The first page of a live room's members, of which only the number of all members is read: it is on this page only. The
 * list itself stops at 1,000 members (30 on lower plans). Undefined if the number cannot be read.
 */
export const getMemberList: Command<{ readonly roomId: string }, MemberCount | undefined> = {
  ...live,
  name: 'get_member_list',
  callsPerSecond: 200,
  body: ({ roomId }) => ({ RoomId: roomId, Next: '' }),
  parse(payload) {
    const memberCount = payload?.required('MemberCount', count);
    return memberCount === undefined ? undefined : { memberCount };
  },
};
