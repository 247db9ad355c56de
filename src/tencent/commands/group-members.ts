import { z } from 'zod';
import type { GroupMembersPage } from '../responses.ts';
import type { Endpoint } from '../command.ts';
import { number, numberOrZeroForUnknown, optional, text } from '../fields.ts';

export interface GroupMembersRequest {
  readonly roomId: string;
  /** 0 for the first page, then the `nextTimestamp` of the page before. */
  readonly timestamp: number;
  /** Only members that carry this mark. */
  readonly mark?: number | undefined;
}

const payload = z.object({
  MemberList: optional(z.array(z.object({ Member_Account: text, JoinTime: optional(numberOrZeroForUnknown) }))),
  NextTimestamp: optional(number),
});

/** A page of the newest members of an AVChatRoom group, cached by the server for 40 s; 1,000 in all. */
export const groupMembers: Endpoint<GroupMembersRequest, GroupMembersPage> = {
  command: 'get_members',
  body: ({ roomId, timestamp, mark }) => ({
    GroupId: roomId,
    Timestamp: timestamp,
    ...(mark === undefined ? {} : { Mark: mark }),
  }),
  parse(value) {
    const { MemberList, NextTimestamp } = payload.parse(value);
    return {
      members: (MemberList ?? []).map((member) => ({
        account: member.Member_Account,
        joinTimeSeconds: member.JoinTime,
      })),
      nextTimestamp: NextTimestamp ?? 0,
    };
  },
};
