import type { LatestValues, TaskName } from './room.ts';

/** The latest of a room that has none yet; with every name, since V8 keeps objects that grow in another layout. */
export function noLatestValues(): LatestValues {
  return {
    room_list: undefined,
    room_info: undefined,
    online_members: undefined,
    member_list: undefined,
    group_members: undefined,
    room_stats: undefined,
  };
}

/**
 * Takes a reading over: the first becomes what is kept, each later one is written into that, field by field where it
 * differs. What is kept of a hundred thousand rooms so stays where it is in memory, and each answer is garbage at once;
 * replacing the objects doubled the garbage that only a full collection finds.
 */
export function storeLatest<Task extends TaskName>(
  latest: LatestValues,
  task: Task,
  reading: NonNullable<LatestValues[Task]>,
): void {
  const kept = latest[task];
  if (kept === undefined) latest[task] = reading;
  else {
    (kept as { atMs: number }).atMs = reading.atMs;
    overwrite(kept.value as unknown as Fields, reading.value as unknown as Fields);
  }
}

type Fields = Record<string, unknown>;

function overwrite(kept: Fields, next: Fields): void {
  for (const field in next) if (kept[field] !== next[field]) kept[field] = next[field];
  for (const field in kept) if (!(field in next)) kept[field] = undefined;
}
