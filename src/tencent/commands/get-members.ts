import { z } from 'zod';
import type { Command } from '../command.ts';
import { number, numberOrZeroForUnknown, optional, text } from '../fields.ts';

export interface GroupMembersRequest {
  readonly roomId: string;
  /** 0 for the first page, then the `nextTimestamp` of the page before. */
  readonly timestamp: number;
  /** Only members that carry this mark. */
  readonly mark?: number | undefined;
}

export interface GroupMember {
  readonly account: string;
  /** Unix seconds; absent if the API does not say. */
  readonly joinTimeSeconds?: number | undefined;
}

export interface GroupMembersPage {
  readonly members: readonly GroupMember[];
  /** `Timestamp` of the next page's request; 0 on the last one. */
  readonly nextTimestamp: number;
}

const payload = z.object({
  MemberList: optional(z.array(z.object({ Member_Account: text, JoinTime: optional(numberOrZeroForUnknown) }))),
  NextTimestamp: optional(number),
});

/** A page of the newest members of an AVChatRoom group, cached by the server for 40 s; 1,000 members in all. */
export const getMembers: Command<GroupMembersRequest, GroupMembersPage> = {
  name: 'get_members',
  service: 'group_open_avchatroom_http_svc',
  callsPerSecond: 200,
  payload: 'top level',
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
