import type { z } from 'zod';
import type { TencentClient } from '../tencent/client.ts';
import type { Command, CommandSpec } from '../tencent/command.ts';
import type { ListedRoom, RoomListPage } from '../tencent/commands/get-room-list.ts';

/** What every task has. */
interface Task {
  /** The task's key in the configuration, and the `task` label. */
  readonly name: string;
  /** One sentence for the documentation. */
  readonly description: string;
  /** Default of the key `schedule`: a cron expression with seconds. */
  readonly schedule: string;
  /** Default of the key `enabled`. */
  readonly enabled: boolean;
}

/** A list of an app's rooms that is read page by page. */
export interface RoomLister {
  readonly command: Command<{ readonly next: string }, RoomListPage>;
  readonly roomsPerPage: number;
  /** More pages than any real list has: a longer list is given up before its rooms fill the memory. */
  readonly maxPages: number;
}

/** The task that reads the room list. */
export interface ListTask extends Task {
  readonly kind: 'list';
  /** What it reads of a room, for the documentation. */
  readonly example: ListedRoom;
  /** Keys that only this task has in the configuration. */
  readonly settings?: Readonly<Record<string, z.ZodType>>;
  /** The list for each value of the key `rooms.discover`. */
  readonly listers: Readonly<Record<'live' | 'chat' | 'none', RoomLister>>;
}

/** A task that makes its calls room by room: `Value` is what it reads of a room, `Settings` its keys in the configuration. */
export interface RoomTask<Value extends object = object, Settings = object> extends Task {
  readonly kind: 'room';
  /** What it reads of a room, with every documented field, for the documentation. */
  readonly example: Value;
  readonly command: CommandSpec;
  /** Keys that only this task has in the configuration, by the names in `Settings`. */
  readonly settings?: Readonly<Record<string, z.ZodType>>;
  /** How long the server caches its response, in milliseconds: calling sooner returns the same data. 0: not at all. */
  readonly cacheAgeMs: number;
  /** Whether the command serves live rooms only, and no plain AVChatRoom groups. */
  readonly liveRoomsOnly: boolean;
  /** The kind of room whose end this task's command proves. Exactly one task for each kind. */
  readonly verifies?: 'live' | 'group';
  /** Calls that one room usually takes. */
  callsPerRoom(settings: Settings): number;
  /** If present, only this many rooms are read: those with the largest audiences. */
  roomLimit?(settings: Settings): number;
  /** Why a response has less than the plan could give, in words for the operator; undefined if it has everything. */
  whatIsMissing?(value: Value): string | undefined;
  /** Starts to read a room. Each call of the function that it returns makes one call of the API. */
  read(room: RoomToRead<Settings>): ReadNext<Value>;
}

export interface RoomToRead<Settings = object> {
  readonly roomId: string;
  readonly settings: Settings;
  readonly call: TencentClient['call'];
  /** What the last read in this life of the room returned as `carried`; undefined before the first. */
  readonly carried: () => unknown;
  /** The number of members online, if it is known now. */
  readonly onlineMembers: () => number | undefined;
  /** What the task has found out about the app: kept for all its rooms, and changed by the task. */
  readonly appMemory: Record<string, unknown>;
}

/** Makes the next call and says whether another must follow. Throws a CallFailure. */
type ReadNext<Value> = () => Promise<'more' | ReadResult<Value>>;

interface ReadResult<Value> {
  /**
   * A flat object: the registry copies its fields one by one into the one that it has stored. Undefined if the response
   * could not be read: the room exists, and the value before stays until it is stale.
   */
  readonly value: Value | undefined;
  /** Kept for the next read, until the room ends. */
  readonly carried?: unknown;
}
