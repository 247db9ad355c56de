import type { Command } from '../command.ts';
import { integer, odd, text, time } from '../fields.ts';

export interface GroupMembersRequest {
  readonly roomId: string;
  /** 0 for the first page, then the `nextTimestamp` of the page before. */
  readonly timestamp: number;
  /** Only members that carry this mark. */
  readonly mark?: number | undefined;
}

export interface GroupMember {
  /** Undefined if it cannot be read. */
  readonly account: string | undefined;
  /** Unix seconds; undefined if the API does not say. */
  readonly joinTimeSeconds: number | undefined;
}

export interface GroupMembersPage {
  /** Undefined if the page has no list. */
  readonly members: readonly GroupMember[] | undefined;
  /** `Timestamp` of the next page's request; 0 on the last one; undefined if it cannot be read. */
  readonly nextTimestamp: number | undefined;
}

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
  parse(payload) {
    const rows = payload?.rows('MemberList');
    const next = payload?.read('NextTimestamp', integer);
    return {
      members:
        rows === undefined || rows === odd
          ? undefined
          : rows.map((row) => ({
              account: row?.required('Member_Account', text),
              joinTimeSeconds: row?.optional('JoinTime', time),
            })),
      nextTimestamp: next === odd ? undefined : (next ?? 0),
    };
  },
};
