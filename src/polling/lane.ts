import pLimit, { type LimitFunction } from 'p-limit';
import TinyQueue from 'tinyqueue';
import type { Clock } from '../clock.ts';
import type { CommandName } from '../tencent/commands.ts';
import { CallFailure, codes } from '../tencent/failures.ts';
import type { Collection } from './collection.ts';
import type { AppGate } from './gate.ts';
import type { PollingObserver } from './observer.ts';
import { Pacer } from './pacer.ts';
import { remedyFor } from './retry.ts';

/** One room's turn in a lane: one call, or several where the answer comes in pages. */
export interface Visit {
  /** The room's id. A lane never holds two visits with one key. */
  readonly key: string;
  /** Makes the next call, and takes its answer. Says whether another call must follow. */
  step(): Promise<'more' | 'done'>;
  /** The visit has ended without its answer. */
  failed(failure: CallFailure): void;
}

export interface LaneOptions {
  readonly sdkAppId: number;
  readonly command: CommandName;
  readonly ratePerSecond: number;
  /** Calls in flight, at most. */
  readonly concurrency: number;
  readonly retries: number;
  readonly gate: AppGate;
  readonly clock: Clock;
  readonly random: () => number;
  readonly observer: PollingObserver;
  readonly events: LaneEvents;
}

/** What a lane cannot decide alone, because it concerns the other lanes of its app. */
export interface LaneEvents {
  /** A call was answered or failed. */
  callEnded(call: { readonly failure: CallFailure | undefined; readonly isProbe: boolean }): void;
  /** The API refuses the app itself, and so every call of it. */
  appRefused(failure: CallFailure): void;
  /** The server counts too many calls of the app as a whole. */
  appTooFast(): void;
}

interface Item {
  readonly visit: Visit;
  readonly sinceMs: number;
  state: 'new' | 'waiting' | 'calling' | 'backing off' | 'settled';
  /** Its place in the queue; a place that is not this one is passed over. */
  order: number;
  /** Tries of the present call. */
  tries: number;
  /** How many of them failed because the UserSig had expired. */
  expired: number;
  collection?: Collection;
}

interface Place {
  readonly item: Item;
  readonly order: number;
}

/**
 * The queue, the pace and the connections of one command of one app. Rooms are demanded; the lane spaces the calls,
 * retries what is worth it, and settles every visit in the end. Rate by the pacer, concurrency by p-limit.
 */
export class Lane {
  readonly #options: LaneOptions;
  readonly #pacer: Pacer;
  readonly #limit: LimitFunction;
  readonly #items = new Map<string, Item>();
  readonly #queue = new TinyQueue<Place>([], (a, b) => a.order - b.order);
  readonly #backoffs = new Set<() => void>();
  #sequence = 0;
  #waiting = 0;
  #cancelWakeUp: (() => void) | undefined;
  #waitingForQuotaSince: number | undefined;
  #stopped = false;

  constructor(options: LaneOptions) {
    this.#options = options;
    this.#limit = pLimit(options.concurrency);
    this.#pacer = new Pacer({ ratePerSecond: options.ratePerSecond, nowMs: options.clock.monotonic() });
  }

  get command(): CommandName {
    return this.#options.command;
  }

  get inFlight(): number {
    return this.#limit.activeCount;
  }

  get ratePerSecond(): number {
    return this.#pacer.ratePerSecond;
  }

  /** Visits that wait for a call. */
  get queueLength(): number {
    return this.#waiting;
  }

  /** How long the oldest waiting visit has been in the lane; 0 where none waits. */
  get queueOldestSeconds(): number {
    // In the order of their coming: only the few that are in flight stand before the oldest one that waits.
    for (const item of this.#items.values()) {
      if (item.state === 'waiting') return (this.#options.clock.monotonic() - item.sinceMs) / 1000;
    }
    return 0;
  }

  /** Whether a visit with this key waits for its first call. */
  isWaiting(key: string): boolean {
    const item = this.#items.get(key);
    return item?.state === 'waiting' && item.tries === 0;
  }

  /**
   * Adds a visit, unless the lane holds one with its key. An urgent one goes before all others. The collection, if
   * any, is told once when the visit ends, also where the lane held it already.
   */
  demand(
    visit: Visit,
    { urgent = false, collection }: { readonly urgent?: boolean; readonly collection?: Collection } = {},
  ): void {
    const held = this.#items.get(visit.key);
    const item = held ?? this.#add(visit);
    if (collection !== undefined && item.collection === undefined) {
      item.collection = collection;
      collection.add();
    }
    if (held === undefined || (urgent && held.state === 'waiting')) this.#enqueue(item, { urgent });
    this.#pump();
  }

  /** Gives up a visit that no longer matters, such as that of a room that has ended. One under way goes on. */
  drop(key: string): void {
    const item = this.#items.get(key);
    if (item?.state === 'waiting') this.#settle(item);
  }

  /** Starts what may start now: for when the app's gate has changed. */
  wakeUp(): void {
    this.#pump();
  }

  /** The server has complained: fewer calls from now on, and slowly more again. */
  slowDown(): void {
    this.#pacer.slowDown(this.#options.clock.monotonic());
  }

  /** Starts no further call. Those in flight are for the client to abort. */
  stop(): void {
    this.#stopped = true;
    this.#cancelWakeUp?.();
    for (const cancel of this.#backoffs) cancel();
    this.#backoffs.clear();
  }

  #add(visit: Visit): Item {
    const sinceMs = this.#options.clock.monotonic();
    const item: Item = { visit, sinceMs, state: 'new', order: 0, tries: 0, expired: 0 };
    this.#items.set(visit.key, item);
    return item;
  }

  #enqueue(item: Item, { urgent }: { readonly urgent: boolean }): void {
    this.#sequence += 1;
    if (item.state !== 'waiting') this.#waiting += 1;
    item.state = 'waiting';
    item.order = urgent ? this.#sequence - Number.MAX_SAFE_INTEGER : this.#sequence;
    this.#queue.push({ item, order: item.order });
  }

  /** Starts calls until the queue, the connections, the gate or the quota ends. */
  #pump(): void {
    const { clock, concurrency, gate } = this.#options;
    this.#cancelWakeUp?.();
    while (!this.#stopped) {
      const item = this.#first();
      const isFull = this.#limit.activeCount + this.#limit.pendingCount >= concurrency;
      if (item === undefined || isFull) break;
      const nowMs = clock.monotonic();
      const admission = gate.admission(nowMs);
      if (admission === 'wait') break;
      if (admission === 'closed') {
        this.#giveUp(item, gate.fault);
        continue;
      }
      const waitMs = this.#pacer.waitMs(nowMs);
      if (waitMs > 0) {
        this.#waitingForQuotaSince ??= nowMs;
        // A place that only an answer can free needs no timer: each answer pumps.
        if (Number.isFinite(waitMs)) this.#cancelWakeUp = clock.after(Math.ceil(waitMs), () => this.#pump());
        return;
      }
      this.#noteQuotaWait(nowMs);
      if (admission === 'probe') gate.beginProbe();
      void this.#call(item, { isProbe: admission === 'probe' });
    }
    this.#waitingForQuotaSince = undefined;
  }

  #first(): Item | undefined {
    for (;;) {
      const place = this.#queue.peek();
      if (place === undefined) return undefined;
      if (place.item.state === 'waiting' && place.item.order === place.order) return place.item;
      this.#queue.pop();
    }
  }

  #noteQuotaWait(nowMs: number): void {
    if (this.#waitingForQuotaSince === undefined) return;
    const { observer, sdkAppId, command } = this.#options;
    observer.rateLimitWaited({ sdkAppId, command, seconds: (nowMs - this.#waitingForQuotaSince) / 1000 });
    this.#waitingForQuotaSince = undefined;
  }

  /** Makes one call. Never rejects. */
  async #call(item: Item, { isProbe }: { readonly isProbe: boolean }): Promise<void> {
    const { clock, observer, sdkAppId, command } = this.#options;
    const startedMs = clock.monotonic();
    this.#pacer.start(startedMs);
    this.#leaveQueue(item, 'calling');
    item.tries += 1;
    let progress: 'more' | 'done' = 'done';
    let failure: CallFailure | undefined;
    try {
      progress = await this.#limit(() => item.visit.step());
    } catch (error) {
      failure = toCallFailure(command, error);
    }
    const nowMs = clock.monotonic();
    this.#pacer.finish({ startedMs, nowMs, answered: failure === undefined || failure.code !== undefined });
    if (this.#stopped) return;
    observer.callFinished({
      sdkAppId,
      command,
      durationSeconds: (nowMs - startedMs) / 1000,
      ...(failure === undefined ? {} : { failure: failure.reason }),
    });
    this.#options.events.callEnded({ failure, isProbe });
    if (failure !== undefined) this.#afterFailure(item, failure);
    else if (progress === 'more') this.#nextPage(item);
    else this.#settle(item);
    this.#pump();
  }

  #nextPage(item: Item): void {
    item.tries = 0;
    item.expired = 0;
    this.#enqueue(item, { urgent: true });
  }

  #afterFailure(item: Item, failure: CallFailure): void {
    const { clock, retries, random, observer, sdkAppId, command, events } = this.#options;
    if (failure.code === codes.appFrequency) events.appTooFast();
    else if (failure.reason === 'frequency') this.slowDown();
    const { reason } = failure;
    const remedy = remedyFor({ reason, tries: item.tries, retries, expiredBefore: item.expired, random: random() });
    if (reason === 'expired') item.expired += 1;
    if (remedy.kind === 'close app') events.appRefused(failure);
    if (remedy.kind !== 'retry') {
      this.#giveUp(item, failure);
      return;
    }
    observer.callRetried({ sdkAppId, command });
    if (remedy.afterMs === 0) {
      this.#enqueue(item, { urgent: true });
      return;
    }
    item.state = 'backing off';
    const cancel = clock.after(remedy.afterMs, () => {
      this.#backoffs.delete(cancel);
      this.#enqueue(item, { urgent: true });
      this.#pump();
    });
    this.#backoffs.add(cancel);
  }

  #giveUp(item: Item, failure: CallFailure | undefined): void {
    if (failure === undefined) return;
    item.visit.failed(failure);
    // That a room does not exist, or is no live room, is what there is to know of it.
    const isAnswer = failure.reason === 'gone' || failure.code === codes.notALiveRoom;
    this.#settle(item, isAnswer ? undefined : failure);
  }

  #settle(item: Item, failure?: CallFailure): void {
    this.#leaveQueue(item, 'settled');
    this.#items.delete(item.visit.key);
    item.collection?.settle(failure);
  }

  #leaveQueue(item: Item, state: Item['state']): void {
    if (item.state === 'waiting') this.#waiting -= 1;
    item.state = state;
  }
}

/** A visit throws CallFailures; anything else is a mistake of ours, which must not end the lane. */
function toCallFailure(command: CommandName, error: unknown): CallFailure {
  if (error instanceof CallFailure) return error;
  const found = `unexpected ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  return new CallFailure({ command, reason: 'unknown', found });
}
