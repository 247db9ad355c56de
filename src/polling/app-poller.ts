import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../platform/clock.ts';
import type { RoomRegistry } from '../rooms/registry.ts';
import { type RoomTaskName, roomTaskOf, roomTasks, type TaskName, taskNames } from '../tasks/tasks.ts';
import type { TencentClient } from '../tencent/client.ts';
import type { CallFailure } from '../tencent/failures.ts';
import type { Collection, TaskCollections } from './collections/collections.ts';
import type { ScheduleFit } from './collections/schedule-fit.ts';
import type { RoomEvents } from './events/room-events.ts';
import type { FreshForMs } from './freshness.ts';
import type { FirstRound, FirstRoundStatus } from './first-round.ts';
import { areRoomsKnown, isUp, notReadyBecause, type PollingProgress, progressOf } from './health.ts';
import type { ConfiguredRooms } from './listing/configured-rooms.ts';
import { type Listings, listQueueSpec } from './listing/listings.ts';
import type { RoomFileState } from './listing/room-files.ts';
import type { PollingObserver } from './observer.ts';
import { clientOptions, type CurrentConfig, hasList, isTaskEnabled, type PollerConfig } from './poller-config.ts';
import { restorePolling, savedPolling, type SavedPolling } from './saved-polling.ts';
import type { AppQueues } from './queue/app-queues.ts';
import type { RequestQueue } from './queue/request-queue.ts';
import type { RoomPolling } from './room-polling.ts';
import { startSweep, sweepOnce, type SweepOptions } from './sweep.ts';

/** The parts that poll one app; `createAppPoller` makes them. */
interface AppPollerParts {
  readonly config: CurrentConfig;
  readonly client: TencentClient;
  readonly registry: RoomRegistry;
  readonly collections: ReadonlyMap<TaskName, TaskCollections>;
  readonly rooms: RoomPolling;
  readonly events: RoomEvents;
  readonly listings: Listings;
  readonly queues: AppQueues;
  readonly configuredRooms: ConfiguredRooms;
  readonly scheduleFit: ScheduleFit;
  readonly firstRound: FirstRound;
  readonly clock: Clock;
  readonly observer: PollingObserver;
  /** Seconds between the next two triggers of a task. */
  readonly intervalSeconds: (task: TaskName) => number;
  readonly freshForMs: FreshForMs;
}

/** A listing is the only job in its request queue. */
const listingKey = 'room list';

/** Polls one app: starts its collections, applies reloads, and stops. */
export class AppPoller {
  readonly #parts: AppPollerParts;
  #stopSweep: () => void = () => {};
  #isStopped = false;
  #isResumed = false;

  constructor(parts: AppPollerParts) {
    this.#parts = parts;
  }

  get registry(): RoomRegistry {
    return this.#parts.registry;
  }

  /** Applies the events of webhooks. */
  get events(): RoomEvents {
    return this.#parts.events;
  }

  /** The request queues of the tasks that are enabled. */
  get queues(): ReadonlyMap<TaskName, RequestQueue> {
    const { queues } = this.#parts;
    return new Map(
      taskNames.flatMap((task) => {
        const queue = queues.of(task);
        return queue === undefined || !this.#isEnabled(task) ? [] : [[task, queue] as const];
      }),
    );
  }

  /** How far the first calls of all rooms are; undefined for the room list. */
  firstRound(task: TaskName): FirstRoundStatus | undefined {
    return this.#parts.firstRound.of(task);
  }

  /** False if the app's plan or region does not include the task's command. */
  isAvailable(task: TaskName): boolean {
    return this.#parts.queues.isAvailable(task);
  }

  /** Whether all rooms are known: a listing has read the whole list, or there is none, and each room file could be read once. */
  get roomsAreKnown(): boolean {
    return areRoomsKnown(this.#parts);
  }

  /** How far the first listing is, and which tasks need more calls than they may make. */
  get progress(): PollingProgress {
    return progressOf(this.#parts);
  }

  /** The files of `rooms.files`, and whether they can be read. */
  get roomFiles(): readonly RoomFileState[] {
    return this.#parts.configuredRooms.files;
  }

  /** Why the API refuses the whole app; undefined unless it does. */
  get refusal(): CallFailure | undefined {
    return this.#parts.queues.refusal;
  }

  /**
   * Whether the last room_list and online_members collections succeeded and the API does not refuse the app; undefined
   * before each has ended once.
   */
  get isUp(): boolean | undefined {
    return isUp(this.#parts);
  }

  /**
   * Why the app is not ready; undefined after the first listing has ended or, with `discover: none`, the first call. If no
   * room is configured, there is no call to wait for.
   */
  get notReadyBecause(): string | undefined {
    return this.#isResumed ? undefined : notReadyBecause(this.#parts);
  }

  /** What another process needs to continue, apart from the rooms. */
  get savedState(): SavedPolling {
    return savedPolling(this.#parts);
  }

  /** Whether what a process before has saved still applies, and has all rooms. */
  canResume({ discover, hasReadList }: SavedPolling): boolean {
    return discover === this.#config.app.rooms.discover && (hasReadList || !hasList(this.#config));
  }

  /**
   * Continues where a process before has stopped, after its rooms have been restored in the registry. Resolves when they are
   * due and no value is stale. Call it instead of `start`. `isLast`: whether that process changed nothing after it had saved this.
   */
  async resume(saved: SavedPolling, { isLast }: { readonly isLast: boolean }): Promise<void> {
    if (this.#isStopped) return;
    this.#isResumed = true;
    await restorePolling(this.#parts, saved, { isLast });
    await this.#parts.configuredRooms.start();
    // How long a value is fresh depends on the rooms in the queues: so all of them come first.
    for (const { name } of roomTasks) if (this.#isEnabled(name)) await this.#triggerRoomTask(name);
    await sweepOnce(this.#sweepOptions);
    this.trigger('room_list');
    this.#startSweep();
    if (!this.#isStopped) this.events.open();
  }

  /** Starts the first collection of every enabled task. Resolves when all of them have ended, with whether all succeeded. */
  async start(): Promise<boolean> {
    const { configuredRooms } = this.#parts;
    if (this.#isStopped) return false;
    this.events.open();
    const enabled = [...this.#parts.collections].filter(([task]) => this.#isEnabled(task));
    const firstEnded = Promise.all(enabled.map(([, collections]) => collections.firstEnded));
    // The first listing discovers the rooms: until it ends, the first collections stay open for them.
    const first = new Map(enabled.map(([task, collections]) => [task, collections.start()]));
    const listing = first.get('room_list');
    first.delete('room_list');
    const closeFirst = (failure?: CallFailure) => first.forEach((collection) => collection?.close(failure));
    await configuredRooms.start();
    if (listing === undefined) closeFirst();
    else this.#list(listing, closeFirst);
    this.#startSweep();
    return (await firstEnded).every(Boolean) && configuredRooms.areKnown;
  }

  /** Starts a collection of a task that is due. */
  trigger(task: TaskName): void {
    if (this.#isStopped) return;
    this.#parts.firstRound.check();
    if (task === 'room_list') void this.#parts.rooms.verifySuspects();
    if (!this.#isEnabled(task) || this.#parts.queues.isPaused(task)) return;
    if (task === 'room_list') this.#triggerRoomList();
    else void this.#triggerRoomTask(task);
  }

  /** Starts a collection of every task that has none, rather than waiting for the schedules: calls may succeed again. */
  triggerAll(): void {
    for (const [task, collections] of this.#parts.collections) if (!collections.isRunning) this.trigger(task);
  }

  /**
   * Applies another configuration. Whatever still applies stays: rooms and their values, rate limiters, calls in flight.
   * Filters and limits hold at once, and a task that is switched on starts at once.
   */
  async configure(next: PollerConfig): Promise<void> {
    const { client, registry, rooms, listings, queues, configuredRooms } = this.#parts;
    const before = this.#config;
    this.#parts.config.current = next;
    const differs = (part: (config: PollerConfig) => unknown) => !isDeepStrictEqual(part(before), part(next));
    const isRenewed =
      next.signer !== before.signer || differs(({ app }) => [app.baseUrl, app.backupUrl, app.identifier]);
    if (isRenewed || differs(({ config }) => config.http)) client.configure(clientOptions(next));
    const { config } = next;
    const specs = [listQueueSpec(next, listings), ...rooms.queueSpecs()];
    queues.configure({ config, specs, isRenewed });
    const { endedRetentionMs } = config.exposition;
    await rooms.applyAll(registry.configure({ selection: next.app.rooms, endedRetentionMs }));
    const hasOtherList = differs(({ app }) => app.rooms.discover);
    if (hasOtherList && hasList(before)) listings.cancel();
    if (hasOtherList) listings.forget();
    this.#switchTasks(before);
    if (hasOtherList && hasList(before)) this.trigger('room_list');
    // The first call is the trial that shows whether the API accepts the app now.
    if (isRenewed && this.refusal !== undefined) this.triggerAll();
    for (const task of taskNames) if (!this.isAvailable(task)) this.trigger(task);
    await configuredRooms.configure(next.app.rooms);
  }

  /** The part of the rates that is allowed has changed. */
  allowedRateChanged(): void {
    this.#parts.queues.wakeUp();
  }

  /** Starts no further call. Resolves when those in flight have ended; then the rooms do not change any more. Call `stop` after it. */
  async drain(): Promise<void> {
    this.#endSchedules();
    await this.#parts.queues.drain();
  }

  /** Aborts all calls and starts no other. Idempotent. */
  stop(): void {
    const { client, queues } = this.#parts;
    this.#endSchedules();
    queues.stop();
    client.close();
  }

  #endSchedules(): void {
    this.#isStopped = true;
    this.#stopSweep();
    this.#parts.rooms.stop();
    this.events.close();
    this.#parts.configuredRooms.stop();
  }

  #startSweep(): void {
    if (!this.#isStopped) this.#stopSweep = startSweep(this.#sweepOptions);
  }

  get #sweepOptions(): SweepOptions {
    const { registry, rooms, clock, freshForMs } = this.#parts;
    return { registry, clock, freshForMs, applyAll: (work) => rooms.applyAll(work) };
  }

  #switchTasks(before: PollerConfig): void {
    for (const task of taskNames) {
      const isEnabled = this.#isEnabled(task);
      if (isEnabled === isTaskEnabled(before, task)) continue;
      if (isEnabled) this.trigger(task);
      else this.#parts.queues.of(task)?.forgetAll();
      if (!isEnabled && task === 'room_list') this.#parts.listings.cancel();
    }
  }

  #triggerRoomList(): void {
    const collection = this.#parts.collections.get('room_list')?.start();
    if (collection !== undefined) this.#list(collection);
  }

  #list(collection: Collection, onEnd: (failure?: CallFailure) => void = () => {}): void {
    const { listings, queues } = this.#parts;
    listings.onNextEnd((failure) => {
      // A listing that was abandoned has ended without a failed call.
      collection.close(failure);
      onEnd(failure);
    });
    queues.of('room_list')?.enqueue(listingKey, { collection });
  }

  async #triggerRoomTask(task: RoomTaskName): Promise<void> {
    const { rooms, queues, collections, scheduleFit, observer, intervalSeconds } = this.#parts;
    const queue = queues.of(task);
    if (queue === undefined) return;
    const { command } = queue;
    const collection = collections.get(task)?.start();
    const enqueued = await rooms.enqueueDue(task, {
      collection,
      isStopped: () => this.#isStopped || !this.#isEnabled(task),
    });
    const { sdkAppId } = this.#config.app;
    if (enqueued.deferred > 0) observer.roomsDeferred({ sdkAppId, command, rooms: enqueued.deferred });
    scheduleFit.check({
      task,
      rooms: enqueued.rooms,
      callsPerRoom: rooms.callsPerRoom(task),
      intervalSeconds: intervalSeconds(task),
      rate: queue.fullRate,
      documented: roomTaskOf(task).command.callsPerSecond,
      hasOwnRate: this.#config.config.tasks[task].requestsPerSecond !== undefined,
    });
    collection?.close();
  }

  #isEnabled(task: TaskName): boolean {
    return isTaskEnabled(this.#config, task);
  }

  get #config(): PollerConfig {
    return this.#parts.config.current;
  }
}
