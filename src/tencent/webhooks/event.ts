/** Which family of webhooks an event came from. One room counts events of one source only: a Live room is a Chat group as well. */
export type EventSource = 'live' | 'chat_state' | 'chat_membership';

/** Why members came or went. */
export type MemberChange = 'enter' | 'reconnect' | 'leave' | 'disconnect' | 'kicked' | 'other';

export interface MembersChanged {
  readonly type: 'members_changed';
  readonly source: EventSource;
  readonly roomId: string;
  readonly change: MemberChange;
  readonly accounts: readonly string[];
  /** Unix ms; undefined without EventTime */
  readonly atMs: number | undefined;
}

export interface RoomCreated {
  readonly type: 'room_created';
  readonly source: EventSource;
  readonly roomId: string;
  readonly atMs: number | undefined;
}

export interface RoomDestroyed {
  readonly type: 'room_destroyed';
  readonly source: EventSource;
  readonly roomId: string;
  readonly atMs: number | undefined;
  /** undefined where the body has no Statistic */
  readonly statistic: RoomStatistic | undefined;
}

/** The totals of a room at its end. A total that is missing or makes no sense is undefined. */
export interface RoomStatistic {
  readonly viewers?: number;
  readonly giftsSent?: number;
  readonly giftCoins?: number;
  readonly giftSenders?: number;
  readonly likes?: number;
}

export type WebhookEvent = MembersChanged | RoomCreated | RoomDestroyed;
