import type { TaskName } from '../tasks/tasks.ts';
import type { Room, RoomListener } from './room.ts';
import type { RoomSelection } from './selection.ts';

export interface RegistryOptions {
  readonly selection: RoomSelection;
  /** How long an end is exported, in milliseconds. */
  readonly endedRetentionMs: number;
  /** Is notified of what is exported. */
  readonly listener: RoomListener;
}

/** What a change of the registry means for polling. */
export interface RoomChanges {
  /** Rooms that are due for every task at once: newly selected, or created again under their id. */
  readonly due: readonly Room[];
  /** Rooms that are no longer polled: they have ended or have lost their place. */
  readonly deselected: readonly Room[];
  /** Rooms that may have ended, or may have returned: the task that verifies them must ask. */
  readonly toVerify: readonly Room[];
}

export interface Expiry {
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly roomsPerSlice: number;
  /** How long a value of a task may be exported for a room, in milliseconds. */
  readonly freshForMs: (task: TaskName, room: Room) => number;
}
