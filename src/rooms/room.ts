import type { ListedRoom, OnlineMembers, RoomInfo, RoomStats } from '../tencent/responses.ts';

/** One answer and when it came, until the next one is written into the same object. */
export interface LatestValue<T> {
  readonly value: T;
  /** Unix milliseconds of the answer. */
  readonly atMs: number;
}

/** What `member_list` keeps of a room. */
export interface MemberCount {
  readonly memberCount?: number | undefined;
}

/** What `group_members` keeps of a room: counts only, never an account. */
export interface GroupMemberCounts {
  /** Distinct accounts over all pages. */
  readonly listedMembers: number;
  /** Distinct accounts by mark, for the marks in the config. */
  readonly markedMembers: ReadonlyMap<number, number>;
  /** Joins seen since the exporter first read the list of this life of the room. */
  readonly joins: number;
}

/**
 * The newest answer of each task, by the task's name. A reading that is stale, or that the API has taken back
 * ("gone"), is taken out: whatever stands here may be published.
 */
export interface LatestValues {
  room_list?: LatestValue<ListedRoom> | undefined;
  room_info?: LatestValue<RoomInfo> | undefined;
  online_members?: LatestValue<OnlineMembers> | undefined;
  member_list?: LatestValue<MemberCount> | undefined;
  group_members?: LatestValue<GroupMemberCounts> | undefined;
  room_stats?: LatestValue<RoomStats> | undefined;
}

export type TaskName = keyof LatestValues;

/** Tasks in the order in which users read them. */
export const taskNames = [
  'room_list',
  'room_info',
  'online_members',
  'member_list',
  'group_members',
  'room_stats',
] as const satisfies readonly TaskName[];

/** A task that makes its calls room by room. */
export type RoomTaskName = Exclude<TaskName, 'room_list'>;

/** Told of every change of what is exported of an app's rooms. */
export interface RoomListener {
  /** A room is exported that was not, or its latest or its end have changed. The view stays the registry's own. */
  published(room: RoomView): void;
  /** A room is no longer exported. */
  withdrawn(id: string): void;
}

/** What the exposition reads of a room. */
export interface RoomView {
  readonly id: string;
  readonly latest: Readonly<LatestValues>;
  /** Unix milliseconds at which the room was found to have ended; absent while it lives. */
  readonly endedAtMs?: number | undefined;
}
