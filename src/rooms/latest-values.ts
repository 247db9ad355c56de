import { taskNames, type TaskName, type TaskValues } from '../tasks/tasks.ts';

/** What a task read of a room last, and when. The registry updates it in place at the next response. */
export interface LatestValue<T> {
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

/** The newer of the view counts in the room list and in the room info; 0 if neither is known, so that the room ranks last. */
export function viewCountOf({ room_list: list, room_info: info }: LatestValues): number {
  const listed = list?.value.viewCount;
  const read = info?.value.viewCount;
  if (listed === undefined || read === undefined) return listed ?? read ?? 0;
  return (info?.atMs ?? 0) > (list?.atMs ?? 0) ? read : listed;
}
