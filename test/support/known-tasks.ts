import type { LatestValues } from '../../src/rooms/latest-values.ts';
import { type TaskName, taskNames } from '../../src/tasks/tasks.ts';

/** The tasks of which a room has a value. */
export function knownTasks(latest: Readonly<LatestValues>): readonly TaskName[] {
  return taskNames.filter((task) => latest[task] !== undefined);
}
