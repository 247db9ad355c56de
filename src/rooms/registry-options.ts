import type { RoomsConfig } from '../config/config.ts';
import type { Room } from './registry-room.ts';
import type { RoomListener, TaskName } from './room.ts';

export interface Expiry {
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly roomsPerSlice: number;
  /** How long an answer of a task holds for a room. */
  readonly freshForMs: (task: TaskName, room: Room) => number;
}

/** Told of what must be asked, as the registry learns of it, and of what is exported. */
export interface RegistryEvents extends RoomListener {
  /** A room is to be polled from now on. */
  joined(room: Room): void;
  /** A room may have ended, or may have returned: ask its decisive command. */
  doubted(room: Room, task: 'room_info' | 'online_members'): void;
  /** A room is no longer polled: it has ended, or has lost its place. */
  left(room: Room): void;
}

export interface RegistryOptions {
  readonly config: RoomsConfig;
  /** How long an end is published. */
  readonly endedRetentionMs: number;
  readonly events: RegistryEvents;
}
