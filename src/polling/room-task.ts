import type { Clock } from '../platform/clock.ts';
import type { RoomRegistry } from '../rooms/registry.ts';
import type { RoomTaskName } from '../rooms/room.ts';
import type { TencentClient } from '../tencent/client.ts';
import type { CommandName } from '../tencent/command-names.ts';
import { type CallFailure, codes } from '../tencent/failures.ts';
import type { Visit } from './queue/request-queue-options.ts';

/** What a task needs to ask about a room and to write down what it learns. */
export interface TaskContext {
  readonly client: TencentClient;
  readonly registry: RoomRegistry;
  readonly clock: Clock;
}

/** A task that asks room by room: which calls it makes, and what it writes. */
export interface RoomTask {
  readonly name: RoomTaskName;
  readonly command: CommandName;
  /** Calls that a room usually takes: how long a round over all rooms takes follows from it. */
  readonly callsPerRoom: number;
  /** How old the server's answer may be by itself, in milliseconds: asking more often buys nothing. */
  readonly freshnessMs: number;
  /** Begins to ask about one room; each call of the function makes the next request. */
  begin(roomId: string, context: TaskContext): () => Promise<'more' | 'done'>;
}

/** A task's visit to a room, for the queue. */
export function visitRoom(task: RoomTask, roomId: string, context: TaskContext): Visit {
  return {
    step: task.begin(roomId, context),
    failed(failure: CallFailure) {
      const { registry, clock } = context;
      if (failure.reason === 'gone') registry.gone(task.name, roomId, clock.now());
      else if (failure.code === codes.notALiveRoom) registry.notLive(task.name, roomId, clock.now());
    },
  };
}
