import type { RoomTaskName, TaskName, TaskValues } from '../tasks/tasks.ts';
import type { Room, RoomListener } from './room.ts';
import type { AudienceHistory } from './audience-history.ts';
import type { RoomSelection } from './selection.ts';
import type { Session } from './session.ts';

export interface RegistryOptions {
  readonly selection: RoomSelection;
  /** How long an end is exported, in milliseconds. */
  readonly endedRetentionMs: number;
  /** Is notified of what is exported. */
  readonly listener: RoomListener;
  /** Keeps the history of each room's audience. Default: one of its own. */
  readonly audiences?: AudienceHistory | undefined;
  /** Is notified when a life of an exported room has ended. */
  readonly onSessionEnd?: ((session: Session) => void) | undefined;
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

/**
 * Work on all rooms, of which there may be very many. After each room, it pauses and reports what has changed, so that other work
 * can go on in between: whatever holds for a registry holds in each pause too. Only one such work may run at a time.
 */
export type RoomWork = Iterable<RoomChanges>;

const noChanges: RoomChanges = { due: [], deselected: [], toVerify: [] };

export interface ListingEnd {
  /** Whether the list was read to its end. */
  readonly isWhole: boolean;
  /** Rows whose id could not be read: rooms that seem to be missing may be among them. */
  readonly unidentifiedRooms: number;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

export interface RoomResponse<Task extends RoomTaskName> {
  readonly task: Task;
  readonly roomId: string;
  /** Belongs to the registry from now on. Undefined if the response could not be read: it only proves that the room exists. */
  readonly value: TaskValues[Task] | undefined;
  /** Kept for the task's next read. */
  readonly carried?: unknown;
  /** Unix milliseconds. */
  readonly atMs: number;
  /** When the call started, in Unix milliseconds. Default: `atMs`. */
  readonly askedAtMs?: number;
  /** How long a value of the task may be exported for the room at present, in milliseconds. */
  readonly freshForMs: number;
}

/** A room that a webhook has named, and that exists by a response. */
export interface ReportedRoom {
  readonly id: string;
  /** Whether it was created lately, and so counts as started. */
  readonly isNew: boolean;
}

export interface RoomDenial {
  readonly task: RoomTaskName;
  readonly roomId: string;
  readonly reason: 'gone' | 'not a live room';
  /** The API's error code. */
  readonly code: number | undefined;
  /** When the call started, in Unix milliseconds. */
  readonly askedAtMs: number;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

export interface Expiry {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** How long a value of a task may be exported for a room, in milliseconds. */
  readonly freshForMs: (task: TaskName, room: Room) => number;
  /** Whether a suspected room of which no value is left may be forgotten; if not, its end may still be proved. */
  readonly mayForget: (room: Room) => boolean;
}

/** Collects what the changes of a registry mean for polling, until its caller takes them. */
export class PendingChanges {
  #due: Room[] = [];
  #deselected: Room[] = [];
  #toVerify: Room[] = [];

  addDue(room: Room): void {
    this.#due.push(room);
  }

  addDeselected(room: Room): void {
    this.#deselected.push(room);
  }

  addToVerify(room: Room): void {
    this.#toVerify.push(room);
  }

  take(): RoomChanges {
    if (this.#due.length + this.#deselected.length + this.#toVerify.length === 0) return noChanges;
    const due = this.#due;
    const deselected = this.#deselected;
    // A room may have lost its place after its end was suspected. Then it is not polled, and not verified either.
    const toVerify = this.#toVerify.filter((room) => room.isSelected || room.lifecycle.phase === 'ended');
    this.#due = [];
    this.#deselected = [];
    this.#toVerify = [];
    return { due, deselected, toVerify };
  }
}
