import { type LatestValues, type TaskName, taskNames } from '../../src/rooms/room.ts';

/** The tasks of which a room has a reading. */
export function knownTasks(latest: Readonly<LatestValues>): readonly TaskName[] {
  return taskNames.filter((task) => latest[task] !== undefined);
}
