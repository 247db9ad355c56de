/**
 * What the API's answers mean, after parsing at the boundary. Field names are ours; the API's own are in
 * `commands.ts`. An optional field is absent when the API did not give it: absent never means zero.
 */

/** What both the room list and the room info say of a room. */
export interface RoomFacts {
  readonly roomName?: string | undefined;
  /** Digit for digit, also where the API sends a bare integer beyond 2^53. */
  readonly ownerAccount?: string | undefined;
  /** Category tags, at most three, with commas between them. */
  readonly categories?: string | undefined;
  /** Unix seconds; absent where the API says 0. */
  readonly createTimeSeconds?: number | undefined;
  /** Defined by the operator of the app. */
  readonly activityStatus?: number | undefined;
  /** Entries since the room was created, cumulative. */
  readonly viewCount?: number | undefined;
}

/** A row of `get_room_list`. The two counts are seen in the wild but not documented. */
export interface ListedRoom extends RoomFacts {
  readonly roomId: string;
  readonly memberCount?: number | undefined;
  readonly onlineCount?: number | undefined;
}

export interface RoomListPage {
  readonly rooms: readonly ListedRoom[];
  /** Rows that could not be read: without an id, or with a field of a wrong type. */
  readonly unreadableRows: number;
  /** Cursor of the next page; empty on the last one. */
  readonly next: string;
}

export type TakeSeatMode = 'free' | 'apply';

/** The answer of `get_room_info`. */
export interface RoomInfo extends RoomFacts {
  readonly roomType?: string | undefined;
  readonly seatsEnabled?: boolean | undefined;
  readonly takeSeatMode?: TakeSeatMode | undefined;
  readonly maxSeats?: number | undefined;
  readonly maxMembers?: number | undefined;
  readonly muted?: boolean | undefined;
  readonly public?: boolean | undefined;
}

/** The answer of `get_online_member_num`. */
export interface OnlineMembers {
  readonly onlineMembers: number;
}

/** A page of `get_member_list`. */
export interface MemberListPage {
  /** People in the room; on the first page only. */
  readonly memberCount?: number | undefined;
  /** Cursor of the next page; empty on the last one. */
  readonly next: string;
}

export interface GroupMember {
  readonly account: string;
  /** Unix seconds; absent where the API does not say. */
  readonly joinTimeSeconds?: number | undefined;
}

/** A page of `get_members` of an AVChatRoom. */
export interface GroupMembersPage {
  readonly members: readonly GroupMember[];
  /** `Timestamp` of the next page's request; 0 on the last one. */
  readonly nextTimestamp: number;
}

/** The answer of `get_room_stats`: totals since the room was created. */
export interface RoomStats {
  readonly viewers?: number | undefined;
  readonly gifts?: number | undefined;
  readonly giftCoins?: number | undefined;
  readonly giftSenders?: number | undefined;
  readonly likes?: number | undefined;
  readonly messages?: number | undefined;
}
