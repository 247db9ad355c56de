import type { Clock } from '../platform/clock.ts';
import { inSlices } from '../platform/time-budget.ts';
import { audienceOf } from '../rooms/latest-values.ts';
import { confirmAfterMs, verifyingTask } from '../rooms/lifecycle.ts';
import type { RoomChanges, RoomWork } from '../rooms/registry-options.ts';
import type { RoomRegistry } from '../rooms/registry.ts';
import type { Room } from '../rooms/room.ts';
import { type RoomTaskName, roomTaskOf, roomTasks, type TaskName } from '../tasks/tasks.ts';
import type { TencentClient } from '../tencent/client.ts';
import { codes } from '../tencent/failures.ts';
import type { Collection } from './collections/collections.ts';
import type { RoomEvents } from './events/room-events.ts';
import type { FreshForMs } from './freshness.ts';
import { LongWork } from './long-work.ts';
import { dueRooms, isToBeVerified } from './planner.ts';
import { type CurrentConfig, isTaskEnabled } from './poller-config.ts';
import type { TaskQueueSpec } from './queue/app-queues.ts';
import type { Job } from './queue/queue-entry.ts';
import type { RequestQueue } from './queue/request-queue.ts';

interface RoomPollingOptions {
  readonly registry: RoomRegistry;
  readonly call: TencentClient['call'];
  readonly clock: Clock;
  readonly config: CurrentConfig;
  readonly queueOf: (task: TaskName) => RequestQueue | undefined;
  /** Whether the command of a task is in the app's plan, as far as is known. */
  readonly isAvailable: (task: TaskName) => boolean;
  /** The running collection of a task, if rooms may still be added to it. */
  readonly openCollection: (task: TaskName) => Collection | undefined;
  readonly freshForMs: FreshForMs;
  /** What webhooks have reported of the rooms, and what the responses say about it. */
  readonly events: Pick<RoomEvents, 'responded' | 'called'>;
}

/** Polls the rooms of one app: which rooms are enqueued for which task, and what happens with the responses. */
export class RoomPolling {
  readonly #options: RoomPollingOptions;
  readonly #longWork: LongWork;
  #cancelVerifying: (() => void) | undefined;
  #triggers = 0;
  readonly #appMemory: Partial<Record<RoomTaskName, Record<string, unknown>>> = {};

  constructor(options: RoomPollingOptions) {
    this.#options = options;
    this.#longWork = new LongWork(options.clock);
  }

  /** The settings of the request queue for each room task. */
  queueSpecs(): readonly TaskQueueSpec[] {
    return roomTasks.map(({ name, command, cacheAgeMs }) => ({
      task: name,
      command,
      cacheAgeMs,
      callsPerJob: this.callsPerRoom(name),
      maxAgeMs: this.#settings(name).maxAgeMs,
      startJob: (roomId) => this.#startJob(name, roomId),
      weightOf: (roomId) => {
        const room = this.#options.registry.get(roomId);
        return room === undefined ? 0 : audienceOf(room);
      },
    }));
  }

  /** Calls that one room usually takes. */
  callsPerRoom(task: RoomTaskName): number {
    return roomTaskOf(task).callsPerRoom(this.#settings(task));
  }

  /** Enqueues, removes and verifies rooms after a change of the registry. */
  apply({ due, deselected, toVerify }: RoomChanges): void {
    // Deselected rooms come second: one that was suspected by the same listing must not stay in the queue.
    for (const room of toVerify) this.#verifyInTime(room);
    for (const room of deselected) for (const { name } of roomTasks) this.#options.queueOf(name)?.forget(room.id);
    for (const room of due) for (const { name } of roomTasks) this.#enqueueNew(name, room.id);
  }

  /** Applies the changes of work on all rooms while it goes on. Resolves at its end. */
  applyAll(work: RoomWork): Promise<void> {
    return this.#longWork.run(work, (changes) => this.apply(changes));
  }

  /** Asks again about the rooms whose end is suspected, and about configured rooms that have ended. */
  async verifySuspects(): Promise<void> {
    await this.#longWork.run(this.#options.registry.rooms(), (room) => {
      if (isToBeVerified(room)) this.#verifyInTime(room);
    });
  }

  /** Starts no further call. */
  stop(): void {
    this.#longWork.stop();
    this.#cancelVerifying?.();
  }

  /** Enqueues the rooms that are due at a trigger of a task. Resolves with how many there are, and how many still waited. */
  async enqueueDue(
    task: RoomTaskName,
    { collection, isStopped }: { readonly collection: Collection | undefined; readonly isStopped: () => boolean },
  ): Promise<{ readonly rooms: number; readonly deferred: number }> {
    const { registry, clock, queueOf, isAvailable } = this.#options;
    const queue = queueOf(task);
    if (queue === undefined) return { rooms: 0, deferred: 0 };
    this.#triggers += 1;
    const due = dueRooms(registry.rooms(), {
      task: roomTaskOf(task),
      roomLimit: this.#roomLimit(task),
      isAvailable: isAvailable(task),
      trial: this.#triggers,
      nowMs: clock.steady(),
    });
    return enqueueDue({ due, queue, collection, clock, isStopped });
  }

  #enqueueNew(task: RoomTaskName, roomId: string): void {
    const { config, registry, queueOf, isAvailable, openCollection } = this.#options;
    if (!isTaskEnabled(config.current, task) || !isAvailable(task)) return;
    // Which rooms are the largest is decided at the next trigger.
    const roomLimit = this.#roomLimit(task);
    if (roomLimit !== undefined && registry.selectedCount > roomLimit) return;
    queueOf(task)?.enqueue(roomId, { collection: openCollection(task) });
  }

  /** Verifies a room at once, or as soon as the call can prove the end of one that is suspected. */
  #verifyInTime({ id, lifecycle }: Room): void {
    const { clock, queueOf } = this.#options;
    const { kind, suspectedAtMs = -Infinity } = lifecycle;
    const waitMs = suspectedAtMs + confirmAfterMs - clock.steady();
    if (waitMs <= 0) {
      queueOf(verifyingTask(kind))?.enqueue(id, { urgent: true });
      return;
    }
    // One timer for all suspects, since there may be very many: it runs again if some of them are too young.
    this.#cancelVerifying ??= clock.after(waitMs, () => {
      this.#cancelVerifying = undefined;
      void this.verifySuspects();
    });
  }

  #startJob(task: RoomTaskName, roomId: string): Job {
    const { registry, call, clock, events } = this.#options;
    const carried = () => registry.get(roomId)?.carried?.[task];
    // The settings in force now, which may differ from those at the start.
    const online = () => registry.get(roomId)?.latest.online_members?.value.onlineMembers;
    const next = roomTaskOf(task).read({
      roomId,
      settings: this.#settings(task),
      call,
      carried,
      onlineMembers: online,
      appMemory: (this.#appMemory[task] ??= {}),
    });
    let askedAtMs = clock.steady();
    return {
      next: async () => {
        askedAtMs = clock.steady();
        const result = await next();
        if (result === 'more') return 'more';
        events.responded(roomId, result.value);
        const room = registry.get(roomId);
        const freshForMs = room === undefined ? 0 : this.#options.freshForMs(task, room);
        this.apply(registry.record({ task, roomId, ...result, askedAtMs, atMs: clock.steady(), freshForMs }));
        events.called(task, roomId);
        return 'done';
      },
      failed: (failure) => {
        const { reason, code } = failure;
        const nowMs = clock.steady();
        const denied = { task, roomId, code, askedAtMs, nowMs };
        if (reason === 'gone') this.apply(registry.deny({ ...denied, reason }));
        else if (code === codes.notALiveRoom) this.apply(registry.deny({ ...denied, reason: 'not a live room' }));
        events.called(task, roomId, failure);
      },
    };
  }

  #roomLimit(task: RoomTaskName): number | undefined {
    return roomTaskOf(task).roomLimit?.(this.#settings(task));
  }

  #settings<Task extends RoomTaskName>(task: Task) {
    return this.#options.config.current.config.tasks[task];
  }
}

interface DueRooms {
  readonly due: Iterable<Room>;
  readonly queue: RequestQueue;
  /** The collection that starts with this trigger; undefined while another one is running. */
  readonly collection: Collection | undefined;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly isStopped: () => boolean;
}

/**
 * Enqueues every room that is due, and lets other work go on in between, since there may be very many. Resolves with how
 * many rooms there are, and how many of them still waited since the trigger before.
 */
export async function enqueueDue(rooms: DueRooms): Promise<{ readonly rooms: number; readonly deferred: number }> {
  const { due, queue, collection, clock, isStopped } = rooms;
  let enqueued = 0;
  let deferred = 0;
  const work = ({ id }: Room) => {
    if (isStopped()) return;
    if (queue.isWaiting(id)) deferred += 1;
    queue.enqueue(id, { collection });
    enqueued += 1;
  };
  await inSlices(due, { clock, work });
  return { rooms: enqueued, deferred };
}
