import { type TaskName, taskNames, type TaskValues } from '../tasks/tasks.ts';
import type { RoomFacts } from '../tencent/commands/room-facts.ts';

/** The last value that a task read for a room, and when. The registry updates it in place at the next response. */
interface LatestValue<T> {
  readonly value: T;
  /** Unix milliseconds of the response. */
  readonly atMs: number;
}

/**
 * The latest value of each task. A value that is stale, or that the API has withdrawn ("gone"), is removed: whatever is
 * here may be exported.
 */
export type LatestValues = { readonly [Task in TaskName]?: LatestValue<TaskValues[Task]> | undefined };

/** The same as the registry stores it: one object for each task, whose fields are overwritten. */
export type StoredValues = Record<TaskName, StoredValue | undefined>;

interface StoredValue {
  readonly value: Record<string, unknown>;
  atMs: number;
}

/** A room has a slot for every task from the start: V8 lays out objects that grow in a larger form. */
export function noValues(): StoredValues {
  return { ...emptySlots };
}

const emptySlots = Object.fromEntries(taskNames.map((task) => [task, undefined])) as StoredValues;

/**
 * Stores a value. The first one becomes the slot's object; each later one is copied into it, field by field. So the values
 * of a hundred thousand rooms stay where they are in memory, and each response is short-lived garbage: replacing the
 * objects doubled the garbage that only a full collection frees.
 */
export function storeValue<Task extends TaskName>(
  latest: StoredValues,
  { task, value, atMs }: { readonly task: Task; readonly value: TaskValues[Task]; readonly atMs: number },
): void {
  const next = value as unknown as Record<string, unknown>;
  const stored = latest[task];
  if (stored === undefined) {
    latest[task] = { value: next, atMs };
    return;
  }
  stored.atMs = atMs;
  for (const field in next) if (stored.value[field] !== next[field]) stored.value[field] = next[field];
  for (const field in stored.value) if (!(field in next)) stored.value[field] = undefined;
}

/**
 * The best estimate of a room's audience: online members, else members, else views, which at least rank rooms of which
 * nothing better is known yet.
 */
export function audienceOf({ latest }: { readonly latest: LatestValues }): number {
  return (
    latest.online_members?.value.onlineMembers ??
    latest.member_list?.value.memberCount ??
    latest.room_list?.value.viewCount ??
    latest.room_info?.value.viewCount ??
    0
  );
}

/** Views never decrease in a life of a room, although the list and the info may be read from different caches. */
export function viewCount(room: { readonly latest: LatestValues; readonly mostViews?: number | undefined }) {
  const { room_list, room_info } = room.latest;
  const views = [room_list?.value.viewCount, room_info?.value.viewCount].filter((count) => count !== undefined);
  return views.length === 0 ? undefined : Math.max(...views, room.mostViews ?? 0);
}

/** A fact that changes while the room is live, and that the room list and the room info both contain: the newer one counts. */
export function newestFact<F>(
  { room_info, room_list }: Readonly<LatestValues>,
  pick: (facts: RoomFacts) => F | undefined,
): F | undefined {
  return newest(fieldOf(room_info, pick), fieldOf(room_list, pick))?.value;
}

/**
 * A fact that names or dates the room. The room list is the source, and the room info that of rooms which the list does not
 * contain: the two may spell it differently, and a label must not alternate.
 */
export function identifyingFact<F>(
  { room_info, room_list }: Readonly<LatestValues>,
  pick: (facts: RoomFacts) => F | undefined,
): F | undefined {
  return (fieldOf(room_list, pick) ?? fieldOf(room_info, pick))?.value;
}

/** The number of `get_online_member_num`, with its time; that of the room list only if it is used and newer. */
export function onlineMembers({ online_members, room_list }: Readonly<LatestValues>): LatestValue<number> | undefined {
  return newest(
    fieldOf(online_members, (response) => nonNegative(response.onlineMembers)),
    fieldOf(room_list, (row) => listedCount(row.onlineCount)),
  );
}

/** The number of `get_member_list`; that of the room list only if it is used and newer. */
export function memberCount({ member_list, room_list }: Readonly<LatestValues>): number | undefined {
  return newest(
    fieldOf(member_list, (response) => nonNegative(response.memberCount)),
    fieldOf(room_list, (row) => listedCount(row.memberCount)),
  )?.value;
}

/** The room list gives 0 for rooms that have an audience, so its 0 says nothing. */
function listedCount(count: number | undefined): number | undefined {
  return count === 0 ? undefined : nonNegative(count);
}

/** A count or a time; any other number makes no sense and counts as unknown. */
export function nonNegative(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : undefined;
}

/** One field of a value, with the time of the value; undefined if the response did not contain the field. */
function fieldOf<T, F>(
  latest: LatestValue<T> | undefined,
  pick: (value: T) => F | undefined,
): LatestValue<F> | undefined {
  const value = latest === undefined ? undefined : pick(latest.value);
  return latest === undefined || value === undefined ? undefined : { value, atMs: latest.atMs };
}

/** The newer of two values; the first one if both are from the same instant. */
function newest<T>(first: LatestValue<T> | undefined, second: LatestValue<T> | undefined): LatestValue<T> | undefined {
  if (first === undefined || second === undefined) return first ?? second;
  return second.atMs > first.atMs ? second : first;
}
