import { type Readings, type TaskName, taskNames } from '../src/rooms/room.ts';

/** The tasks of which a room has a reading. */
export function knownTasks(readings: Readonly<Readings>): readonly TaskName[] {
  return taskNames.filter((task) => readings[task] !== undefined);
}
