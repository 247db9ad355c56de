import type { AppConfig, Config } from '../config/config.ts';
import type { Clock } from '../clock.ts';
import type { Logger } from '../logging/logger.ts';
import { decisiveTask } from '../rooms/life.ts';
import { RoomFiles } from '../rooms/room-files.ts';
import { RoomRegistry, type Room } from '../rooms/registry.ts';
import { selectLargest } from '../rooms/selection.ts';
import type { RoomTaskName, TaskName } from '../rooms/room.ts';
import { TencentClient } from '../tencent/client.ts';
import { type CommandName, commandSpecs } from '../tencent/commands.ts';
import type { CallFailure } from '../tencent/failures.ts';
import type { Signer } from '../tencent/signer.ts';
import type { Collection } from './collection.ts';
import { listerFor, type RoomLister } from './discovery.ts';
import { AppGate } from './gate.ts';
import { Lane } from './lane.ts';
import type { PollingObserver } from './observer.ts';
import { type RoomTask, type TaskContext, visitRoom } from './room-task.ts';
import { Rounds } from './rounds.ts';
import { groupMembersTask } from './tasks/group-members.ts';
import { memberListTask } from './tasks/member-list.ts';
import { onlineMembersTask } from './tasks/online-members.ts';
import { roomInfoTask } from './tasks/room-info.ts';
import { beginWalk, type WalkResult } from './tasks/room-list.ts';
import { roomStatsTask } from './tasks/room-stats.ts';

export interface AppPollerOptions {
  readonly app: AppConfig;
  readonly config: Pick<Config, 'tasks' | 'quota' | 'http' | 'exposition'>;
  /** A ceiling for the share of the documented quota, whatever the config says; 1 for none. */
  readonly maxShare: number;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: PollingObserver;
  readonly logger: Logger;
  /** Seconds between the next two firings of a task. */
  readonly intervalSeconds: (task: TaskName) => number;
}

/** The walk over the room list is one visit of its lane. */
const walkKey = 'room list';

/** No value disappears sooner than this after its answer. */
const freshAtLeastMs = 90_000;

const sweepEveryMs = 1000;

/** Polls one app: its lanes, its tasks, and what the registry asks for in between. */
export class AppPoller {
  readonly registry: RoomRegistry;
  readonly #options: AppPollerOptions;
  readonly #client: TencentClient;
  readonly #lister: RoomLister;
  readonly #files: RoomFiles;
  readonly #gate = new AppGate();
  readonly #context: TaskContext;
  readonly #tasks: ReadonlyMap<RoomTaskName, RoomTask>;
  readonly #lanes: ReadonlyMap<TaskName, Lane>;
  readonly #rounds: ReadonlyMap<TaskName, Rounds>;
  #walkEnded = false;
  #walkSucceeded = false;
  #anyCallEnded = false;
  #cancelSweep: (() => void) | undefined;
  #stopped = false;

  constructor(options: AppPollerOptions) {
    this.#options = options;
    const { app, config, clock, signer } = options;
    this.#client = new TencentClient({
      baseUrl: app.baseUrl,
      sdkAppId: app.sdkAppId,
      identifier: app.identifier,
      signer,
      timeoutMs: config.http.timeoutMs,
      proxyUrl: config.http.proxyUrl,
    });
    this.registry = new RoomRegistry({
      config: app.rooms,
      endedRetentionMs: config.exposition.endedRetentionMs,
      events: {
        joined: (room) => this.#join(room),
        doubted: (room, task) => this.#demand(task, room.id, { urgent: true }),
        left: (room) => this.#leave(room),
      },
    });
    this.#lister = listerFor(app.rooms.discover);
    this.#files = new RoomFiles({
      patterns: app.rooms.files,
      clock,
      logger: options.logger.child({ sdk_app_id: app.sdkAppId }),
      onChange: (ids) => this.registry.nameRooms(new Set([...app.rooms.static, ...ids])),
    });
    this.#context = { client: this.#client, registry: this.registry, clock };
    const { marks } = config.tasks.group_members;
    const tasks = [roomInfoTask, onlineMembersTask, memberListTask, groupMembersTask(marks), roomStatsTask];
    this.#tasks = new Map(tasks.map((task) => [task.name, task]));
    const commands: readonly (readonly [TaskName, CommandName])[] = [
      ['room_list', this.#lister.command],
      ...tasks.map(({ name, command }) => [name, command] as const),
    ];
    this.#lanes = new Map(commands.map(([task, command]) => [task, this.#makeLane(task, command)]));
    this.#rounds = new Map(commands.map(([task]) => [task, this.#makeRounds(task)]));
  }

  /** Lanes of tasks that are enabled, by task. */
  get lanes(): ReadonlyMap<TaskName, Lane> {
    return new Map([...this.#lanes].filter(([task]) => this.#isEnabled(task)));
  }

  /** Whether a walk over the room list has succeeded, so that the rooms are known. */
  get roomsAreKnown(): boolean {
    return this.#walkSucceeded || !this.#walks;
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
    if (!this.#walks) return this.#anyCallEnded ? undefined : `app ${sdkAppId}: no call has returned yet`;
    return this.#walkEnded ? undefined : `app ${sdkAppId}: the first walk over the room list has not ended yet`;
  }

  /** Begins the first round of every enabled task. Resolves when all of them have ended, with whether all succeeded. */
  async start(): Promise<boolean> {
    const enabled = [...this.#rounds].filter(([task]) => this.#isEnabled(task));
    const firstEnded = Promise.all(enabled.map(([, rounds]) => rounds.firstEnded));
    // The first walk tells the rooms: until it ends, the first rounds take in every room that joins.
    const collections = new Map(enabled.map(([task, rounds]) => [task, rounds.begin()]));
    const listing = collections.get('room_list');
    collections.delete('room_list');
    this.registry.nameRooms(new Set(this.#options.app.rooms.static));
    await this.#files.start();
    const closeFirst = (failure?: CallFailure) => collections.forEach((collection) => collection?.close(failure));
    if (listing !== undefined && this.#walks) this.#walk(listing, closeFirst);
    else closeFirst();
    listing?.close();
    this.#sweep();
    return (await firstEnded).every(Boolean);
  }

  /** A schedule has fired. */
  fire(task: TaskName): void {
    if (this.#stopped || !this.#isEnabled(task)) return;
    if (task === 'room_list') this.#fireRoomList();
    else this.#fireRoomTask(task);
  }

  /** Aborts all calls and starts no other. Idempotent. */
  stop(): void {
    this.#stopped = true;
    this.#cancelSweep?.();
    this.#files.stop();
    for (const lane of this.#lanes.values()) lane.stop();
    this.#client.close();
  }

  #fireRoomList(): void {
    for (const room of this.registry.doubtful()) this.#demand(decisiveTask(room.life.kind), room.id, { urgent: true });
    const collection = this.#rounds.get('room_list')?.begin();
    if (collection === undefined) return;
    if (this.#walks) this.#walk(collection);
    collection.close();
  }

  #walk(collection: Collection, onEnd: (failure?: CallFailure) => void = () => {}): void {
    const end = (failure?: CallFailure) => {
      this.#walkEnded = true;
      if (failure === undefined) this.#walkSucceeded = true;
      onEnd(failure);
    };
    const step = beginWalk({ ...this.#context, lister: this.#lister, onEnd: (result) => this.#noteWalk(result, end) });
    this.#lanes.get('room_list')?.demand({ key: walkKey, step, failed: end }, { collection });
  }

  #noteWalk(result: WalkResult, end: () => void): void {
    const { logger, app } = this.#options;
    if (result.unreadableRows > 0) {
      logger.warn({ sdk_app_id: app.sdkAppId, ...result }, 'room list has rows that cannot be read');
    }
    end();
  }

  #fireRoomTask(task: RoomTaskName): void {
    const { clock, observer, app } = this.#options;
    const lane = this.#lanes.get(task);
    const collection = this.#rounds.get(task)?.begin();
    let deferred = 0;
    for (const room of this.#due(task, clock.now())) {
      if (lane?.isWaiting(room.id) === true) deferred += 1;
      this.#demand(task, room.id, collection === undefined ? {} : { collection });
    }
    if (lane !== undefined && deferred > 0) {
      observer.roomsDeferred({ sdkAppId: app.sdkAppId, command: lane.command, rooms: deferred });
    }
    collection?.close();
  }

  #due(task: RoomTaskName, nowMs: number): Iterable<Room> {
    const due = this.registry.due(task, nowMs);
    if (task !== 'group_members') return due;
    const candidates = [...due].map((room) => ({ room, size: audience(room), selected: false }));
    return [...selectLargest(candidates, this.#options.config.tasks.group_members.rooms)].map(({ room }) => room);
  }

  #join(room: Room): void {
    for (const task of this.#tasks.keys()) {
      if (!this.#isEnabled(task)) continue;
      // Which rooms are the largest is known only at the next firing.
      const { rooms } = this.#options.config.tasks.group_members;
      if (task === 'group_members' && this.registry.selectedCount > rooms) continue;
      const collection = this.#rounds.get(task)?.admitting;
      this.#demand(task, room.id, collection === undefined ? {} : { collection });
    }
  }

  #leave(room: Room): void {
    for (const task of this.#tasks.keys()) this.#lanes.get(task)?.drop(room.id);
  }

  #demand(task: RoomTaskName, roomId: string, options: Parameters<Lane['demand']>[1]): void {
    const roomTask = this.#tasks.get(task);
    if (roomTask !== undefined) this.#lanes.get(task)?.demand(visitRoom(roomTask, roomId, this.#context), options);
  }

  #sweep(): void {
    if (this.#stopped) return;
    const { clock } = this.#options;
    this.registry.expire(clock.now(), (task) => this.#freshForMs(task));
    this.#cancelSweep = clock.after(sweepEveryMs, () => this.#sweep());
  }

  /** A value lasts for some of the intervals that its room really gets: the schedule's, or the quota's where that is longer. */
  #freshForMs(task: TaskName): number {
    const { intervalSeconds, config } = this.#options;
    const callsPerRoom =
      task === 'room_list' ? 1 / this.#lister.roomsPerPage : (this.#tasks.get(task)?.callsPerRoom ?? 1);
    const rate = this.#lanes.get(task)?.ratePerSecond ?? 1;
    const roundSeconds = (this.registry.selectedCount * callsPerRoom) / rate;
    const intervalMs = Math.max(intervalSeconds(task), roundSeconds) * 1000;
    return Math.max(freshAtLeastMs, config.exposition.staleAfter * intervalMs);
  }

  /** Whether rooms are found by walking a list. */
  get #walks(): boolean {
    return this.#options.app.rooms.discover !== 'none' && this.#isEnabled('room_list');
  }

  #isEnabled(task: TaskName): boolean {
    return this.#options.config.tasks[task].enabled;
  }

  #makeLane(task: TaskName, command: CommandName): Lane {
    const { app, config, maxShare, clock, random, observer, logger } = this.#options;
    const documented = commandSpecs[command].callsPerSecond;
    const wanted = config.tasks[task].requestsPerSecond ?? config.quota.share * documented;
    const fields = { sdk_app_id: app.sdkAppId };
    return new Lane({
      sdkAppId: app.sdkAppId,
      command,
      ratePerSecond: Math.min(wanted, maxShare * documented),
      concurrency: config.http.concurrency,
      retries: config.http.retries,
      gate: this.#gate,
      clock,
      random,
      observer,
      events: {
        callEnded: ({ failure, isProbe }) => {
          this.#anyCallEnded = true;
          if (failure !== undefined) logger.debug({ ...fields, err: failure }, 'call failed');
          if (isProbe) this.#afterProbe(failure);
        },
        appRefused: (failure) => this.#closeGate(failure),
        appTooFast: () => this.#lanes.forEach((lane) => lane.slowDown()),
      },
    });
  }

  #closeGate(failure: CallFailure): void {
    const { app, clock, logger } = this.#options;
    if (this.#gate.fault === undefined) {
      const message = 'the API refuses this app: nothing is sent for 60 s, then one call as a probe';
      logger.error({ sdk_app_id: app.sdkAppId, err: failure }, message);
    }
    this.#gate.close(failure, clock.monotonic());
    for (const lane of this.#lanes.values()) lane.wakeUp();
  }

  #afterProbe(failure: CallFailure | undefined): void {
    const { app, clock, logger } = this.#options;
    const { fault } = this.#gate;
    const isAnswer = failure === undefined || (failure.code !== undefined && !refusesApp(failure));
    if (isAnswer) {
      logger.info({ sdk_app_id: app.sdkAppId }, 'the API accepts this app again');
      this.#gate.open();
    } else if (fault !== undefined) {
      this.#gate.close(fault, clock.monotonic());
    }
    for (const lane of this.#lanes.values()) lane.wakeUp();
  }

  #makeRounds(task: TaskName): Rounds {
    const { app, clock, observer, logger } = this.#options;
    return new Rounds({ sdkAppId: app.sdkAppId, task, clock, observer, logger, appFault: () => this.#gate.fault });
  }
}

/** Refusals that hold for the whole app, and that no other call would escape. */
function refusesApp({ reason }: CallFailure): boolean {
  return reason === 'credentials' || reason === 'lockout' || reason === 'expired';
}

/** The best guess at a room's audience: online members, or else members, or else views. */
function audience({ readings }: Room): number {
  return (
    readings.online_members?.value.onlineMembers ??
    readings.member_list?.value.memberCount ??
    readings.room_list?.value.viewCount ??
    readings.room_info?.value.viewCount ??
    0
  );
}
