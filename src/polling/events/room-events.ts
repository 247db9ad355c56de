import type { Clock } from '../../platform/clock.ts';
import { type RoomKind, verifyingTask } from '../../rooms/lifecycle.ts';
import type { RoomChanges, RoomWork } from '../../rooms/registry-options.ts';
import type { RoomRegistry } from '../../rooms/registry.ts';
import type { Room } from '../../rooms/room.ts';
import { createdAtSeconds } from '../../rooms/session.ts';
import type { RoomTaskName } from '../../tasks/tasks.ts';
import { type CallFailure, codes } from '../../tencent/failures.ts';
import type { EventSource } from '../../tencent/webhooks/event.ts';
import type { RequestQueue } from '../queue/request-queue.ts';
import { type EventCall, EventCalls } from './event-calls.ts';
import type { EventDropReason, EventObserver } from './event-observer.ts';
import { addMembers, membersOf, type PendingRoom, PendingRooms } from './pending-rooms.ts';
import type { RecentKeys } from './recent-keys.ts';
import { ReportedEnds } from './reported-ends.ts';
import { countOf, type MembersCounted, type RoomEvent } from './room-event.ts';

interface RoomEventsOptions {
  readonly sdkAppId: number;
  readonly registry: RoomRegistry;
  readonly queueOf: (task: RoomTaskName) => RequestQueue | undefined;
  /** The value of `rooms.discover` at present. */
  readonly discover: () => string;
  /** Of all apps. */
  readonly recentKeys: RecentKeys;
  readonly onChanges: (changes: RoomChanges) => void;
  /** Applies what work on all rooms changes. Resolves at its end. */
  readonly applyAll: (work: RoomWork) => Promise<void>;
  readonly observer: EventObserver;
  readonly clock: Clock;
}

/** What another process needs to continue. */
export interface SavedEvents {
  /** The last entry of the app's stream in Redis that was applied; undefined without a cluster. */
  readonly position?: string | undefined;
  readonly hasChatState: boolean;
  readonly pending: readonly PendingRoom[];
}

/** Commands round CreateTime, and the clocks of Tencent's servers may differ. */
const createTimeToleranceMs = 5000;

/** Applies the events of webhooks to the rooms of one app. Events are a hint and a cause: what exists, and what has ended, is decided by responses. */
export class RoomEvents {
  readonly #options: RoomEventsOptions;
  readonly #calls: EventCalls;
  readonly #pending: PendingRooms;
  readonly #reportedEnds: ReportedEnds;
  /** Whether the app sends the states of members in groups, which have the causes: then events of membership do not count. */
  #hasChatState = false;
  #isOpen = false;
  #holds = 0;
  #position: string | undefined;
  #isEndNext = false;

  constructor(options: RoomEventsOptions) {
    const { clock, queueOf } = options;
    this.#options = options;
    this.#reportedEnds = new ReportedEnds(options);
    this.#pending = new PendingRooms((room) => this.#dropPending(room));
    this.#calls = new EventCalls({
      clock,
      queueOf,
      dueMs: () => this.#dueMs,
      next: () => this.#nextCall(),
      onTimeout: ({ task, roomId }) => this.#forgetUnknown(task, roomId),
    });
  }

  /** The last entry of the app's stream that was applied; undefined if none was. */
  get position(): string | undefined {
    return this.#position;
  }

  get savedState(): SavedEvents {
    return { position: this.#position, hasChatState: this.#hasChatState, pending: this.#pending.toJSON() };
  }

  /** Continues where a process before has stopped. `isLast`: whether it changed nothing after it had saved this. */
  async restore(saved: SavedEvents | undefined, { isLast }: { readonly isLast: boolean }): Promise<void> {
    const { registry, applyAll, clock } = this.#options;
    this.#position = saved?.position;
    this.#hasChatState = saved?.hasChatState ?? false;
    this.#pending.restore(saved?.pending ?? [], clock.steady());
    this.#reportedEnds.restore();
    // With a stream, the events since then are applied again before anything is exported.
    if (isLast || this.#position !== undefined) return;
    await applyAll(registry.releaseMemberChanges({ areComplete: false }));
  }

  /** Whether events are applied: the app is polled, and not being saved. */
  get isOpen(): boolean {
    return this.#isOpen && this.#holds === 0;
  }

  /** From now on, events are applied. */
  open(): void {
    this.#isOpen = true;
    this.#calls.wake();
  }

  /** Applies no further event, and makes no further call. Idempotent. */
  close(): void {
    this.#isOpen = false;
    this.#calls.stop();
  }

  /** Applies no event until the returned function is called: rooms are being saved, which must agree with the position. */
  hold(): () => void {
    this.#holds += 1;
    return () => (this.#holds -= 1);
  }

  /** Applies an entry of the app's stream. Only allowed while `isOpen`. */
  applyEntry(position: string, events: readonly RoomEvent[]): void {
    this.#position = position;
    for (const event of events) this.#apply(event);
  }

  /** All entries of the stream up to `position` have been applied. */
  caughtUp(position: string): void {
    this.#position ??= position;
    const { registry, applyAll } = this.#options;
    void applyAll(registry.releaseMemberChanges({ areComplete: true }));
  }

  /** Applies events that are not in a stream. */
  apply(events: readonly RoomEvent[]): void {
    for (const event of events) {
      if (this.#isOpen) this.#apply(event);
      else this.#drop('not_polled', countOf(event));
    }
  }

  /** A call about a room has succeeded. Call it before the registry records the response. */
  responded(roomId: string, value: unknown): void {
    const { registry, onChanges, clock } = this.#options;
    const pending = this.#pending.get(roomId);
    if (pending === undefined || registry.get(roomId) !== undefined) return;
    // A room that is public, and not known, was created after the last listing. A private one may be old.
    const isPublic = (value as { readonly public?: unknown } | undefined)?.public !== false;
    onChanges(registry.discover({ id: roomId, isNew: pending.isCreated || isPublic }));
    if (!pending.isNotLive) return;
    const nowMs = clock.steady();
    const denied = { task: verifyingTask('live'), roomId, code: codes.notALiveRoom, askedAtMs: nowMs, nowMs } as const;
    onChanges(registry.deny({ ...denied, reason: 'not a live room' }));
  }

  /** A call about a room has ended, and the registry knows of it. `failure` is undefined if it has succeeded. */
  called(task: RoomTaskName, roomId: string, failure?: CallFailure): void {
    const pending = this.#pending.get(roomId);
    if (pending !== undefined && !this.#settle(pending)) {
      const isNotLive = failure?.reason === 'gone' || failure?.code === codes.notALiveRoom;
      const phase = this.#options.registry.get(roomId)?.lifecycle.phase ?? 'ended';
      if (isNotLive && task === verifyingTask('live') && this.#options.discover() === 'chat') pending.isNotLive = true;
      else if (phase === 'ended' && (failure === undefined || isNotLive)) this.#giveUp(pending);
    }
    if (pending !== undefined) this.#forgetUnknown(task, roomId);
    this.#calls.ended(task, roomId);
  }

  #apply(event: RoomEvent): void {
    const { clock, observer, sdkAppId } = this.#options;
    const room = this.#options.registry.get(event.roomId);
    if (room !== undefined && this.#isLate(room, event.atMs)) {
      this.#drop('late', countOf(event));
      return;
    }
    const isApplied =
      room === undefined || room.lifecycle.phase === 'ended' ? this.#ask(event) : this.#applyTo(room, event);
    if (!isApplied || event.atMs === undefined) return;
    observer.eventApplied({ sdkAppId, delaySeconds: Math.max(0, (clock.now() - event.atMs) / 1000) });
  }

  /** Returns whether the event has an effect. */
  #applyTo(room: Room, event: RoomEvent): boolean {
    if (!room.isSelected) return this.#drop('not_exported', countOf(event));
    if (event.type === 'room_created') return true;
    if (event.type === 'room_destroyed') {
      if (!this.#reportedEnds.add(room.id, event.statistic)) return this.#drop('unknown_room', 1);
      this.#calls.wake();
      return true;
    }
    if (room.lifecycle.kind === 'unknown') return this.#ask(event);
    const pending = this.#pending.get(room.id);
    if (pending !== undefined) this.#settle(pending);
    this.#hasChatState ||= room.lifecycle.kind === 'group' && event.source === 'chat_state';
    if (!this.#isSourceOf(room.lifecycle.kind, event.source)) return this.#drop('other_source', event.members);
    const members = this.#withoutCopies(event);
    if (members > 0) this.#options.registry.countMembers(room.id, { [event.change]: members });
    return members > 0;
  }

  /** Keeps what an event says until a response shows whether the room exists, and what it is. */
  #ask(event: RoomEvent): boolean {
    const { registry, clock } = this.#options;
    const { roomId, type } = event;
    const { isSelected = false, isConfigured = false } = registry.get(roomId) ?? {};
    const isWanted = isSelected || isConfigured || registry.wouldExport(roomId);
    if (!isWanted) return this.#drop('not_exported', countOf(event));
    const isCreated = type === 'room_created';
    const pending =
      type === 'room_destroyed' ? undefined : this.#pending.add(roomId, { isCreated, nowMs: clock.steady() });
    if (pending === undefined) return this.#drop('unknown_room', countOf(event));
    this.#calls.wake();
    if (event.type !== 'members_changed') return true;
    const members = this.#withoutCopies(event);
    addMembers(pending, event, members);
    return members > 0;
  }

  /** Counts what has waited for a room if it is known now. Returns whether that is decided. */
  #settle(pending: PendingRoom): boolean {
    const { registry } = this.#options;
    const room = registry.get(pending.id);
    if (room === undefined || room.lifecycle.kind === 'unknown' || room.lifecycle.phase === 'ended') return false;
    this.#pending.delete(pending.id);
    const { kind } = room.lifecycle;
    this.#hasChatState ||= kind === 'group' && pending.counts.chat_state !== undefined;
    for (const source of Object.keys(pending.counts) as EventSource[]) {
      const counts = pending.counts[source] ?? {};
      if (!room.isSelected) this.#drop('not_exported', membersOf(counts));
      else if (this.#isSourceOf(kind, source)) registry.countMembers(pending.id, counts);
      else this.#drop('other_source', membersOf(counts));
    }
    return true;
  }

  #giveUp(pending: PendingRoom): void {
    this.#pending.delete(pending.id);
    this.#dropPending(pending);
  }

  #dropPending({ counts, isCreated }: PendingRoom): void {
    const members = Object.values(counts).reduce((sum, ofSource) => sum + membersOf(ofSource), 0);
    this.#drop('unknown_room', members + Number(isCreated));
  }

  /** A live room is a group too, so its events come from both families. */
  #isSourceOf(kind: RoomKind, source: EventSource): boolean {
    if (kind === 'live') return source === 'live';
    return source === 'chat_state' || (source === 'chat_membership' && !this.#hasChatState);
  }

  /** The members of an event that did not come before. */
  #withoutCopies({ members, keys }: MembersCounted): number {
    const { recentKeys, clock } = this.#options;
    if (keys === undefined) return members;
    const nowMs = clock.monotonic();
    const fresh = keys.filter((key) => recentKeys.add(key, nowMs)).length;
    this.#drop('duplicate', members - fresh);
    return fresh;
  }

  #isLate(room: Room, atMs = Infinity): boolean {
    const createdMs = (createdAtSeconds(room) ?? 0) * 1000 - createTimeToleranceMs;
    return atMs < createdMs || (room.endedAtMs !== undefined && atMs <= this.#options.clock.toWallMs(room.endedAtMs));
  }

  get #dueMs(): number {
    return this.#pending.size > 0 ? -Infinity : this.#reportedEnds.nextDueMs;
  }

  /** Ends and unknown rooms take turns, so that forged events of one kind do not delay the other for long. */
  #nextCall(): EventCall | undefined {
    this.#isEndNext = !this.#isEndNext;
    const ways = [() => this.#reportedEnds.next(), () => this.#nextPending()];
    const [first, second] = this.#isEndNext ? ways : ways.toReversed();
    return first?.() ?? second?.();
  }

  #nextPending(): EventCall | undefined {
    const pending = this.#pending.next(this.#options.clock.steady());
    if (pending === undefined) return undefined;
    const { id, isNotLive, isCreated } = pending;
    const isGroup = isNotLive || this.#options.registry.get(id)?.lifecycle.kind === 'group';
    return { task: verifyingTask(isGroup ? 'group' : 'live'), roomId: id, isUrgent: isCreated };
  }

  /** So that the request queues do not grow with the rooms that do not exist. */
  #forgetUnknown(task: RoomTaskName, roomId: string): void {
    if (this.#options.registry.get(roomId) === undefined) this.#options.queueOf(task)?.forget(roomId);
  }

  /** Returns false, for the caller to return. */
  #drop(reason: EventDropReason, events: number): false {
    const { observer, sdkAppId } = this.#options;
    if (events > 0) observer.eventsDropped({ sdkAppId, reason, events });
    return false;
  }
}
