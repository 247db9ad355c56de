import { isDeepStrictEqual } from 'node:util';
import type { Config } from '../config/config.ts';
import { decisiveTask } from '../rooms/lifecycle.ts';
import { RoomRegistry } from '../rooms/registry.ts';
import type { Room } from '../rooms/registry-room.ts';
import { audienceOf } from '../rooms/audience.ts';
import type { RoomListener, RoomTaskName, TaskName } from '../rooms/room.ts';
import { type ClientOptions, TencentClient } from '../tencent/client.ts';
import { commandSpecs } from '../tencent/command-names.ts';
import type { CallFailure } from '../tencent/failures.ts';
import type { Signer } from '../tencent/signer.ts';
import { AppQueues, type AppQueuesOptions, type RequestQueueSpec } from './queue/app-queues.ts';
import type { Collection } from './collections/collection.ts';
import { listerFor, type RoomLister } from './listing/room-lister.ts';
import { enqueueAll, firstOf, largest } from './collections/enqueue-due.ts';
import type { DemandOptions } from './queue/request-queue-options.ts';
import type { RequestQueue } from './queue/request-queue.ts';
import { NamedRooms } from './listing/configured-rooms.ts';
import { type RoomTask, type TaskContext, visitRoom } from './room-task.ts';
import { roomTasks } from './room-tasks.ts';
import { Rounds } from './collections/task-collections.ts';
import { ScheduleFit } from './collections/schedule-fit.ts';
import { startSweep } from './sweep.ts';
import { Walks } from './listing/listings.ts';

export interface AppPollerOptions extends Omit<AppQueuesOptions, 'specs' | 'config'> {
  readonly config: Pick<Config, 'tasks' | 'quota' | 'http' | 'exposition'>;
  readonly signer: Signer;
  /** Told of what is exported of the app's rooms. */
  readonly rooms: RoomListener;
  /** Seconds between the next two firings of a task. */
  readonly intervalSeconds: (task: TaskName) => number;
}

/** What a reload may change; a signer that is the same object signs as before. */
export type PollerConfig = Pick<AppPollerOptions, 'app' | 'config' | 'signer'>;

/** The walk over the room list is one visit of its queue. */
const walkKey = 'room list';

/** No value disappears sooner than this after its answer. */
const freshAtLeastMs = 90_000;

/** Polls one app: its tasks, their rounds, and what the registry asks for in between. */
export class AppPoller {
  readonly registry: RoomRegistry;
  #options: AppPollerOptions;
  readonly #client: TencentClient;
  #lister: RoomLister;
  readonly #named: NamedRooms;
  readonly #walks: Walks;
  readonly #context: TaskContext;
  #tasks: ReadonlyMap<RoomTaskName, RoomTask>;
  readonly #queues: AppQueues;
  readonly #rounds: ReadonlyMap<TaskName, Rounds>;
  readonly #fit: ScheduleFit;
  #stopSweep: () => void = () => {};
  #stopped = false;

  constructor(options: AppPollerOptions) {
    this.#options = options;
    const { app, config, clock, observer } = options;
    const { sdkAppId } = app;
    const logger = options.logger.child({ sdk_app_id: sdkAppId });
    this.#client = new TencentClient(clientOptions(options));
    this.registry = new RoomRegistry({
      config: app.rooms,
      endedRetentionMs: config.exposition.endedRetentionMs,
      events: {
        joined: (room) => this.#join(room),
        doubted: (room, task) => this.#demand(task, room.id, { urgent: true }),
        left: (room) => this.#leave(room),
        published: (room) => options.rooms.published(room),
        withdrawn: (id) => options.rooms.withdrawn(id),
      },
    });
    this.#lister = listerFor(app.rooms.discover);
    const onChange = (ids: ReadonlySet<string>) => this.registry.nameRooms(ids);
    this.#named = new NamedRooms({ config: app.rooms, clock, logger, onChange });
    this.#context = { client: this.#client, registry: this.registry, clock };
    const discovery = () => ({ discover: this.#options.app.rooms.discover, lister: this.#lister });
    this.#walks = new Walks({ context: this.#context, logger, discovery });
    this.#tasks = roomTasks(config);
    const specs = this.#specs();
    this.#queues = new AppQueues({ ...options, specs });
    const appFault = () => this.#queues.fault;
    this.#rounds = new Map(
      specs.map(({ task }) => [
        task,
        new Rounds({ sdkAppId, task, clock, observer, logger: options.logger, appFault }),
      ]),
    );
    this.#fit = new ScheduleFit({ sdkAppId, logger: options.logger });
  }

  /** Request queues of tasks that are enabled, by task. */
  get queues(): ReadonlyMap<TaskName, RequestQueue> {
    const queues = new Map<TaskName, RequestQueue>();
    for (const task of this.#rounds.keys()) {
      const queue = this.#queues.of(task);
      if (queue !== undefined && this.#isEnabled(task)) queues.set(task, queue);
    }
    return queues;
  }

  /** False where the app's plan or region lacks the task's command. */
  isAvailable(task: TaskName): boolean {
    return this.#queues.isAvailable(task);
  }

  /** Whether a walk over the room list has succeeded, so that the rooms are known. */
  get roomsAreKnown(): boolean {
    return this.#walks.hasSucceeded || !this.#hasList;
  }

  /** Whether the last room_list and online_members collections have succeeded; undefined before both have ended once. */
  get isUp(): boolean | undefined {
    const needed = (['room_list', 'online_members'] as const).filter((task) => this.#isEnabled(task));
    const results = needed.map((task) => this.#rounds.get(task)?.lastSucceeded);
    if (results.includes(false)) return false;
    return results.includes(undefined) ? undefined : true;
  }

  /** Why the app is not ready to be scraped; undefined once its first walk, or with `discover: none` its first call, has ended. */
  get notReadyBecause(): string | undefined {
    const { sdkAppId } = this.#options.app;
    if (!this.#hasList) return this.#queues.anyCallEnded ? undefined : `app ${sdkAppId}: no call has returned yet`;
    return this.#walks.hasEnded ? undefined : `app ${sdkAppId}: the first walk over the room list has not ended yet`;
  }

  /** Begins the first round of every enabled task. Resolves when all of them have ended, with whether all succeeded. */
  async start(): Promise<boolean> {
    const enabled = [...this.#rounds].filter(([task]) => this.#isEnabled(task));
    const firstEnded = Promise.all(enabled.map(([, rounds]) => rounds.firstEnded));
    // The first walk tells the rooms: until it ends, the first rounds take in every room that joins.
    const collections = new Map(enabled.map(([task, rounds]) => [task, rounds.begin()]));
    const listing = collections.get('room_list');
    collections.delete('room_list');
    const closeFirst = (failure?: CallFailure) => collections.forEach((collection) => collection?.close(failure));
    await this.#named.start();
    if (listing !== undefined && this.#hasList) this.#walk(listing, closeFirst);
    else closeFirst();
    listing?.close();
    if (!this.#stopped)
      this.#stopSweep = startSweep({
        registry: this.registry,
        clock: this.#options.clock,
        freshForMs: this.#freshForMs,
      });
    return (await firstEnded).every(Boolean);
  }

  /** A schedule has fired. */
  trigger(task: TaskName): void {
    if (this.#stopped || !this.#isEnabled(task)) return;
    if (task === 'room_list') this.#triggerRoomList();
    else if (!this.#queues.isResting(task)) void this.#triggerRoomTask(task);
  }

  /**
   * Takes another config: what still applies stays as it is (rooms and what is known of them, rateLimiters, calls in flight).
   * Filters and limits hold at once; a task that is switched on begins at once.
   */
  async configure({ app, config, signer }: PollerConfig): Promise<void> {
    const before = this.#options;
    this.#options = { ...before, app, config, signer };
    const has = (part: (options: AppPollerOptions) => unknown) => !isDeepStrictEqual(part(before), part(this.#options));
    const isRenewed = signer !== before.signer || has((options) => [options.app.baseUrl, options.app.identifier]);
    if (isRenewed || has((options) => options.config.http)) this.#client.configure(clientOptions(this.#options));
    this.#lister = listerFor(app.rooms.discover);
    this.#tasks = roomTasks(config);
    this.#queues.configure({ app, config, specs: this.#specs(), isRenewed });
    this.registry.configure({ config: app.rooms, endedRetentionMs: config.exposition.endedRetentionMs });
    this.#switchTasks(before.config.tasks);
    if (has((options) => options.app.rooms.discover)) {
      this.#walks.forget();
      this.trigger('room_list');
    }
    await this.#named.configure(app.rooms);
  }

  #switchTasks(before: Config['tasks']): void {
    for (const task of this.#rounds.keys()) {
      const isEnabled = this.#isEnabled(task);
      if (isEnabled === before[task].enabled) continue;
      if (isEnabled) this.trigger(task);
      else this.#queues.of(task)?.forgetAll();
    }
  }

  /** Aborts all calls and starts no other. Idempotent. */
  stop(): void {
    this.#stopped = true;
    this.#stopSweep();
    this.#named.stop();
    this.#queues.stop();
    this.#client.close();
  }

  #triggerRoomList(): void {
    for (const room of this.registry.doubtful()) this.#demand(decisiveTask(room.life.kind), room.id, { urgent: true });
    if (this.#queues.isResting('room_list')) return;
    const collection = this.#rounds.get('room_list')?.begin();
    if (collection === undefined) return;
    if (this.#hasList) this.#walk(collection);
    collection.close();
  }

  #walk(collection: Collection, onEnd: (failure?: CallFailure) => void = () => {}): void {
    this.#walks.expect(onEnd);
    this.#queues.of('room_list')?.demand(walkKey, { collection });
  }

  async #triggerRoomTask(task: RoomTaskName): Promise<void> {
    const { clock, observer, app } = this.#options;
    const queue = this.#queues.of(task);
    if (queue === undefined) return;
    const collection = this.#rounds.get(task)?.begin();
    const due = this.#due(task, clock.now());
    const { rooms, deferred } = await enqueueAll({ due, queue, collection, clock, isStopped: () => this.#stopped });
    const { command } = queue;
    if (deferred > 0) observer.roomsDeferred({ sdkAppId: app.sdkAppId, command, rooms: deferred });
    this.#fit.check({
      task,
      rooms,
      callsPerRoom: this.#tasks.get(task)?.callsPerRoom ?? 1,
      intervalSeconds: this.#options.intervalSeconds(task),
      rate: queue.fullRate,
      documented: commandSpecs[command].callsPerSecond,
    });
    collection?.close();
  }

  #due(task: RoomTaskName, nowMs: number): Iterable<Room> {
    const due = this.registry.due(task, nowMs);
    // A command that was found to be lacking is tried again with one room.
    if (!this.#queues.isAvailable(task)) return firstOf(due);
    return task === 'group_members' ? largest(due, this.#options.config.tasks.group_members.rooms) : due;
  }

  #join(room: Room): void {
    for (const task of this.#tasks.keys()) {
      if (!this.#isEnabled(task) || !this.#queues.isAvailable(task)) continue;
      // Which rooms are the largest is known only at the next firing.
      const { rooms } = this.#options.config.tasks.group_members;
      if (task === 'group_members' && this.registry.selectedCount > rooms) continue;
      const collection = this.#rounds.get(task)?.admitting;
      this.#demand(task, room.id, collection === undefined ? {} : { collection });
    }
  }

  #leave(room: Room): void {
    for (const task of this.#tasks.keys()) this.#queues.of(task)?.forget(room.id);
  }

  #demand(task: RoomTaskName, roomId: string, options: DemandOptions): void {
    this.#queues.of(task)?.demand(roomId, options);
  }

  /** A value lasts for some of the intervals that its room really gets: the schedule's, or the quota's where that is longer. */
  readonly #freshForMs = (task: TaskName, room: Room): number => {
    const { intervalSeconds, config } = this.#options;
    const demandedMs = intervalSeconds(task) * 1000;
    const queue = this.#queues.of(task);
    let intervalMs = demandedMs;
    if (task === 'room_list') intervalMs = Math.max(demandedMs, this.#walkMs(queue));
    else if (queue !== undefined) intervalMs = queue.intervalMs(audienceOf(room), demandedMs);
    return Math.max(freshAtLeastMs, config.exposition.staleAfter * intervalMs);
  };

  /** How long a walk over the rooms that are known takes at least. */
  #walkMs(queue: RequestQueue | undefined): number {
    const pages = this.registry.selectedCount / this.#lister.roomsPerPage;
    return queue === undefined ? 0 : (pages / queue.ratePerSecond) * 1000;
  }

  #specs(): readonly RequestQueueSpec[] {
    return [this.#listSpec(), ...[...this.#tasks.values()].map((task) => this.#roomSpec(task))];
  }

  #listSpec(): RequestQueueSpec {
    return {
      task: 'room_list',
      command: this.#lister.command,
      begin: () => this.#walks.visit(),
      weigh: () => 1,
      callsPerVisit: 1,
      freshnessMs: 0,
      maxAgeMs: Infinity,
    };
  }

  #roomSpec(task: RoomTask): RequestQueueSpec {
    const { name, command, callsPerRoom, freshnessMs } = task;
    return {
      task: name,
      command,
      // The task of the config in force, which may count other marks than the one of the start.
      begin: (roomId) => visitRoom(this.#tasks.get(name) ?? task, roomId, this.#context),
      weigh: (roomId) => weigh(this.registry.get(roomId)),
      callsPerVisit: callsPerRoom,
      freshnessMs,
      maxAgeMs: this.#options.config.tasks[name].maxAgeMs,
    };
  }

  /** Whether rooms are found by walking a list. */
  get #hasList(): boolean {
    return this.#options.app.rooms.discover !== 'none' && this.#isEnabled('room_list');
  }

  #isEnabled(task: TaskName): boolean {
    return this.#options.config.tasks[task].enabled;
  }
}

function clientOptions({ app, config, signer }: AppPollerOptions): ClientOptions {
  const { sdkAppId, identifier, baseUrl } = app;
  const { timeoutMs, proxyUrl } = config.http;
  return { baseUrl, sdkAppId, identifier, signer, timeoutMs, proxyUrl };
}

const weigh = (room: Room | undefined) => (room === undefined ? 0 : audienceOf(room));
