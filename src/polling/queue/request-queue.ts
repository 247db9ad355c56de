import pLimit, { type LimitFunction } from 'p-limit';
import type { CommandName } from '../../tencent/command-names.ts';
import { asCallFailure, type CallFailure, codes } from '../../tencent/failures.ts';
import { RateLimiter } from './rate-limiter.ts';
import type { DemandOptions, RequestQueueLimits, RequestQueueOptions } from './request-queue-options.ts';
import { Item, type Ongoing } from './queue-entry.ts';
import { PollQueue } from './poll-queue.ts';
import { remedyFor } from './retry.ts';

/** A room that many others stand before is asked again after at most so many rounds over all of them. */
const floorRounds = 1.5;

/**
 * The queue, the pace and the connections of one command of one app. Rooms are demanded; the queue orders and spaces the
 * calls, retries what is worth it, and settles every visit in the end. Rate by the rateLimiter, concurrency by p-limit.
 */
export class RequestQueue {
  #options: RequestQueueOptions;
  readonly #rateLimiter: RateLimiter;
  readonly #limit: LimitFunction;
  readonly #items = new Map<string, Item>();
  readonly #queue: PollQueue<Item>;
  readonly #backoffs = new Set<() => void>();
  /** Forgotten once the visit under way has ended. */
  readonly #leaving = new Set<Item>();
  /** Visited again once the visit under way has ended: its answer has raised a doubt. */
  readonly #again = new Set<Item>();
  #cancelWakeUp: (() => void) | undefined;
  #waitingForQuotaSince: number | undefined;
  #stopped = false;

  constructor(options: RequestQueueOptions) {
    this.#options = options;
    this.#limit = pLimit(options.concurrency);
    this.#queue = new PollQueue({ freshnessMs: options.freshnessMs });
    this.#rateLimiter = new RateLimiter({ ratePerSecond: options.ratePerSecond, nowMs: options.clock.monotonic() });
  }

  get command(): CommandName {
    return this.#options.command;
  }

  get inFlight(): number {
    return this.#limit.activeCount;
  }

  get ratePerSecond(): number {
    return this.#rateLimiter.ratePerSecond;
  }

  /** Rooms that wait for a call. */
  get queueLength(): number {
    return this.#queue.length;
  }

  /** How long the room that waits longest has waited; 0 where none waits. */
  get queueOldestSeconds(): number {
    const nowMs = this.#options.clock.monotonic();
    return (nowMs - (this.#queue.oldestSinceMs ?? nowMs)) / 1000;
  }

  /** The rate while the server does not complain, in calls per second. */
  get fullRate(): number {
    return this.#options.ratePerSecond;
  }

  /** How long a round over all rooms of the queue takes at its rate, in milliseconds. */
  get roundMs(): number {
    return ((this.#items.size * this.#options.callsPerVisit) / this.#rateLimiter.ratePerSecond) * 1000;
  }

  /** How long a room waits from call to call, where one of its weight is demanded every `demandedMs`. */
  intervalMs(weight: number, demandedMs: number): number {
    if (this.roundMs <= demandedMs) return demandedMs;
    const shared = this.#queue.expectedIntervalMs(weight, this.#rateLimiter.ratePerSecond);
    return Math.min(Math.max(shared, demandedMs), this.#floorMs);
  }

  /** Whether a room waits for the first try of its call. */
  isWaiting(key: string): boolean {
    const item = this.#items.get(key);
    return item?.state === 'queued' && item.ongoing === undefined;
  }

  /**
   * Demands a visit, unless the queue is at it. An urgent one goes before all others, and again if the queue is at it. The collection, if any, is told
   * once when the visit ends, also where the queue was at it already.
   */
  demand(key: string, { urgent = false, collection }: DemandOptions = {}): void {
    const item = this.#items.get(key) ?? this.#add(key);
    this.#leaving.delete(item);
    if (collection !== undefined && item.collection === undefined) {
      item.collection = collection;
      collection.add();
    }
    if (item.state === 'idle' || item.state === 'queued') this.#enqueue(item, { urgent });
    else if (urgent) this.#again.add(item);
    // While the quota is spent, one room more changes nothing: a timer or an answer will start its call.
    if (this.#waitingForQuotaSince === undefined) this.#pump();
  }

  /** Takes other limits, and remembers the calls that were made. */
  configure(limits: RequestQueueLimits): void {
    this.#options = { ...this.#options, ...limits };
    this.#limit.concurrency = limits.concurrency;
    this.#rateLimiter.configure(limits.ratePerSecond);
    this.#pump();
  }

  /** Forgets all rooms, since nobody asks any more. Visits under way go on. */
  forgetAll(): void {
    for (const key of this.#items.keys()) this.forget(key);
  }

  /** Forgets a room that no longer matters, such as one that has ended. A visit under way goes on. */
  forget(key: string): void {
    const item = this.#items.get(key);
    if (item === undefined) return;
    this.#leaving.add(item);
    if (item.state === 'queued' || item.state === 'idle') this.#settle(item);
  }

  /** Gives up all visits that wait, since none can succeed. */
  refuseAll(failure: CallFailure): void {
    for (const item of this.#queue.drain()) this.#giveUp(item, failure);
  }

  /** Starts what may start now: for when the app's gate has changed. */
  wakeUp(): void {
    this.#pump();
  }

  /** The server has complained: fewer calls from now on, and slowly more again. */
  slowDown(): void {
    this.#rateLimiter.slowDown(this.#options.clock.monotonic());
  }

  /** Starts no further call. Those in flight are for the client to abort. */
  stop(): void {
    this.#stopped = true;
    this.#cancelWakeUp?.();
    for (const cancel of this.#backoffs) cancel();
    this.#backoffs.clear();
  }

  get #floorMs(): number {
    return Math.max(this.#options.maxAgeMs, floorRounds * this.roundMs);
  }

  #add(key: string): Item {
    const item = new Item(key, this.#queue.virtualTime);
    this.#items.set(key, item);
    return item;
  }

  #enqueue(item: Item, { urgent }: { readonly urgent: boolean }): void {
    const { weigh, clock } = this.#options;
    item.state = 'queued';
    this.#queue.offer(item, { weight: weigh(item.key), urgent, floorMs: this.#floorMs, nowMs: clock.monotonic() });
  }

  /** Starts calls until the queue, the connections, the gate or the quota ends. */
  #pump(): void {
    const { clock, concurrency, gate } = this.#options;
    this.#cancelWakeUp?.();
    while (!this.#stopped) {
      const nowMs = clock.monotonic();
      const isFull = this.#limit.activeCount + this.#limit.pendingCount >= concurrency;
      if (isFull || !this.#queue.hasReady(nowMs)) break;
      const admission = gate.admission(nowMs);
      if (admission === 'wait') break;
      if (admission === 'closed') {
        if (gate.fault !== undefined) this.refuseAll(gate.fault);
        break;
      }
      const waitMs = this.#rateLimiter.waitMs(nowMs);
      if (waitMs > 0) {
        this.#waitingForQuotaSince ??= nowMs;
        // A place that only an answer can free needs no timer: each answer pumps.
        if (Number.isFinite(waitMs)) this.#wakeUpAfter(waitMs);
        return;
      }
      this.#noteQuotaWait(nowMs);
      if (admission === 'probe') gate.beginProbe();
      const item = this.#queue.take(nowMs);
      if (item !== undefined) void this.#call(item, { isProbe: admission === 'probe' });
    }
    this.#waitingForQuotaSince = undefined;
    const sleepMs = this.#queue.nextWakeMs() - clock.monotonic();
    if (Number.isFinite(sleepMs) && !this.#stopped) this.#wakeUpAfter(sleepMs);
  }

  #wakeUpAfter(delayMs: number): void {
    this.#cancelWakeUp = this.#options.clock.after(Math.max(0, Math.ceil(delayMs)), () => this.#pump());
  }

  #noteQuotaWait(nowMs: number): void {
    if (this.#waitingForQuotaSince === undefined) return;
    const { observer, sdkAppId, command } = this.#options;
    observer.rateLimitWaited({ sdkAppId, command, seconds: (nowMs - this.#waitingForQuotaSince) / 1000 });
    this.#waitingForQuotaSince = undefined;
  }

  /** Makes one call. Never rejects. */
  async #call(item: Item, { isProbe }: { readonly isProbe: boolean }): Promise<void> {
    const { clock, observer, sdkAppId, command, begin } = this.#options;
    const startedMs = clock.monotonic();
    this.#rateLimiter.start(startedMs);
    item.state = 'calling';
    const ongoing = (item.ongoing ??= { visit: begin(item.key), tries: 0, expired: 0 });
    ongoing.tries += 1;
    let progress: 'more' | 'done' = 'done';
    let failure: CallFailure | undefined;
    try {
      progress = await this.#limit(() => ongoing.visit.step());
    } catch (error) {
      failure = asCallFailure(command, error);
    }
    const nowMs = clock.monotonic();
    this.#rateLimiter.finish({ startedMs, nowMs, answered: failure === undefined || failure.code !== undefined });
    if (this.#stopped) return;
    observer.callFinished({
      sdkAppId,
      command,
      durationSeconds: (nowMs - startedMs) / 1000,
      ...(failure === undefined ? {} : { failure: failure.reason, code: failure.code, requestId: failure.requestId }),
    });
    this.#options.events.callEnded({ failure, isProbe });
    if (failure !== undefined) this.#afterFailure(item, ongoing, failure);
    else if (progress === 'more') this.#nextPage(item, ongoing);
    else this.#settle(item);
    this.#pump();
  }

  #nextPage(item: Item, ongoing: Ongoing): void {
    ongoing.tries = 0;
    ongoing.expired = 0;
    this.#enqueue(item, { urgent: true });
  }

  #afterFailure(item: Item, ongoing: Ongoing, failure: CallFailure): void {
    const { clock, retries, random, observer, sdkAppId, command, events } = this.#options;
    if (failure.code === codes.appFrequency) events.appTooFast();
    else if (failure.reason === 'frequency') this.slowDown();
    const { reason } = failure;
    const remedy = remedyFor({
      reason,
      tries: ongoing.tries,
      retries,
      expiredBefore: ongoing.expired,
      random: random(),
    });
    if (reason === 'expired') ongoing.expired += 1;
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

  #giveUp(item: Item, failure: CallFailure): void {
    (item.ongoing?.visit ?? this.#options.begin(item.key)).failed(failure);
    // That a room does not exist, or is no live room, is what there is to know of it.
    const isAnswer = failure.reason === 'gone' || failure.code === codes.notALiveRoom;
    this.#settle(item, isAnswer ? undefined : failure);
  }

  /** Ends a visit; the room stays known until it is demanded again. */
  #settle(item: Item, failure?: CallFailure): void {
    const { collection } = item;
    this.#queue.remove(item);
    item.state = 'idle';
    item.ongoing = undefined;
    item.collection = undefined;
    const isWantedAgain = this.#again.delete(item);
    if (this.#leaving.delete(item)) this.#items.delete(item.key);
    else if (isWantedAgain) this.#enqueue(item, { urgent: true });
    collection?.settle(failure);
  }
}
