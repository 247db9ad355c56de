import pLimit, { type LimitFunction } from 'p-limit';
import { inSlices } from '../../platform/time-budget.ts';
import type { CommandName } from '../../tencent/command.ts';
import { asCallFailure, type CallFailure, codes, isAboutRoom } from '../../tencent/failures.ts';
import { type AdmittedCall, CallAdmission } from './call-admission.ts';
import { PollQueue } from './poll-queue.ts';
import { isQueued, newRunningJob, QueueEntry, type RunningJob } from './queue-entry.ts';
import type { EnqueueOptions, RequestQueueLimits, RequestQueueOptions } from './request-queue-options.ts';
import { decideRetry, Retries } from './retry.ts';

/** A room that waits behind many others is called again within this many passes over all rooms. */
const longestWaitPasses = 1.5;

/**
 * What waits for one command of one app. It decides the order of the calls, spaces them by the rate limiter, limits those in
 * flight by p-limit, retries what may succeed, and guarantees that every job ends.
 */
export class RequestQueue {
  #options: RequestQueueOptions;
  readonly #admission: CallAdmission;
  readonly #limit: LimitFunction;
  readonly #entries = new Map<string, QueueEntry>();
  readonly #queue: PollQueue;
  readonly #retries: Retries;
  readonly #calls = new Set<Promise<void>>();
  #cancelWakeUp: (() => void) | undefined;
  #isStopped = false;

  constructor(options: RequestQueueOptions) {
    this.#options = options;
    this.#limit = pLimit(options.concurrency);
    this.#queue = new PollQueue({ cacheAgeMs: options.cacheAgeMs });
    this.#admission = new CallAdmission(options);
    this.#retries = new Retries(options.clock);
  }

  get command(): CommandName {
    return this.#options.command;
  }

  get inFlight(): number {
    return this.#limit.activeCount;
  }

  /** The current rate while calls are allowed, in calls per second. */
  get ratePerSecond(): number {
    return this.#admission.ratePerSecond;
  }

  /** Whether no call is allowed at present. */
  get isPaused(): boolean {
    return this.#admission.isPaused;
  }

  /** The rate while the server does not complain, in calls per second. */
  get fullRate(): number {
    return this.#options.ratePerSecond;
  }

  /** Rooms that wait for a call. */
  get length(): number {
    return this.#queue.length;
  }

  /** Rooms that were ever enqueued and still matter, and those of them that were called at least once. */
  get knownRooms(): number {
    return this.#entries.size;
  }

  get calledRooms(): number {
    return this.#queue.calledOnce;
  }

  /** How long this many jobs take at the rate that can be reached. */
  secondsFor(jobs: number): number {
    const { callsPerJob, concurrency } = this.#options;
    return (jobs * callsPerJob) / this.#admission.reachableRate(concurrency);
  }

  /** How long the room that waits longest has waited; 0 if none waits. */
  get oldestSeconds(): number {
    const nowMs = this.#options.clock.monotonic();
    return (nowMs - (this.#queue.oldestSinceMs ?? nowMs)) / 1000;
  }

  /** How long a room of this weight waits from call to call if it is enqueued every `enqueuedEveryMs`. */
  intervalMs(weight: number, enqueuedEveryMs: number): number {
    if (this.#passMs <= enqueuedEveryMs) return enqueuedEveryMs;
    const shared = this.#queue.expectedIntervalMs(weight, this.#admission.reachableRate(this.#options.concurrency));
    return Math.min(Math.max(shared, enqueuedEveryMs), this.#longestWaitMs);
  }

  /** How the quota is shared at present: with it, `intervalMs` is right from the start of another process on. */
  get virtualTimePerCall(): number {
    return this.#queue.virtualTimePerCall;
  }

  restoreVirtualTimePerCall(average: number): void {
    this.#queue.virtualTimePerCall = average;
  }

  /** Whether a room waits for the first call of its job. */
  isWaiting(key: string): boolean {
    const entry = this.#entries.get(key);
    return entry !== undefined && isQueued(entry) && entry.running === undefined;
  }

  /** Enqueues a job, unless one is queued or running. */
  enqueue(key: string, { urgent = false, collection }: EnqueueOptions = {}): void {
    const entry = this.#entries.get(key) ?? this.#add(key);
    if (collection !== undefined && entry.collection === undefined) {
      entry.collection = collection;
      collection.add();
    }
    const { running } = entry;
    if (running !== undefined) running.isForgotten = false;
    if (entry.state === 'idle' || isQueued(entry)) this.#offer(entry, { urgent });
    else if (running !== undefined && urgent) running.isRepeated = true;
    // So that the trial is chosen among all rooms that are due, and not always the first of them.
    if (this.#admission.outageBreaker.permission(this.#options.clock.monotonic()) === 'trial') this.#wakeUpAfter(0);
    // While the quota is used up, one more room changes nothing: a timer or a response will start its call.
    else if (!this.#admission.isWaitingForQuota) this.#pump();
  }

  /** Applies other limits. The calls that were made still count. */
  configure(limits: RequestQueueLimits): void {
    this.#options = { ...this.#options, ...limits };
    this.#limit.concurrency = limits.concurrency;
    this.#admission.configure(limits.ratePerSecond);
    this.#pump();
  }

  /** Forgets all rooms, because the task is switched off. Calls in flight go on. */
  forgetAll(): void {
    void inSlices(this.#entries.keys(), { clock: this.#options.clock, work: (key) => this.forget(key) });
  }

  /** Forgets a room that no longer matters, such as one that has ended. A call in flight goes on. */
  forget(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    if (entry.running !== undefined) entry.running.isForgotten = true;
    if (entry.state !== 'idle' && !isQueued(entry)) return;
    this.#delete(entry);
    entry.collection?.withdraw();
    entry.collection = undefined;
    this.#end(entry);
  }

  /** Ends all jobs that wait, since none can succeed. Whatever is enqueued from now on is not concerned. */
  refuseAll(failure: CallFailure): void {
    const work = (entry: QueueEntry) => {
      if (entry.state === 'idle') this.#giveUp(entry, failure);
    };
    void inSlices(this.#queue.drain(), { clock: this.#options.clock, work });
  }

  /** The address of the API has changed: if there is an outage, a trial may go at once. */
  halfOpen(): void {
    this.#admission.outageBreaker.halfOpen(this.#options.clock.monotonic());
  }

  /** Starts the calls that may start now: the app's circuit breaker or the allowed rate has changed. */
  wakeUp(): void {
    this.#pump();
  }

  /** The server has complained about the frequency: halves the rate, which then recovers slowly. */
  slowDown(): void {
    this.#admission.slowDown();
  }

  /** Starts no further call. The client aborts those in flight. */
  stop(): void {
    this.#isStopped = true;
    this.#cancelWakeUp?.();
    this.#retries.stop();
  }

  /** Starts no further call. Resolves when those in flight have ended. */
  async drain(): Promise<void> {
    this.stop();
    await Promise.all(this.#calls);
  }

  /** How long one pass over all rooms takes at the rate that can be reached, in milliseconds. */
  get #passMs(): number {
    return this.secondsFor(this.#entries.size) * 1000;
  }

  get #longestWaitMs(): number {
    return Math.max(this.#options.maxAgeMs, longestWaitPasses * this.#passMs);
  }

  #add(key: string): QueueEntry {
    const entry = new QueueEntry(key, this.#queue.virtualTime);
    this.#entries.set(key, entry);
    return entry;
  }

  #delete(entry: QueueEntry): void {
    this.#entries.delete(entry.key);
    this.#queue.forget(entry);
  }

  #offer(entry: QueueEntry, { urgent }: { readonly urgent: boolean }): void {
    const { weightOf, clock } = this.#options;
    const nowMs = clock.monotonic();
    this.#queue.offer(entry, { weight: weightOf(entry.key), urgent, maxAgeMs: this.#longestWaitMs, nowMs });
  }

  /** Starts calls until the queue is empty, or the concurrency limit, a circuit breaker or the rate limiter forbids more. */
  #pump(): void {
    const { clock, concurrency } = this.#options;
    this.#cancelWakeUp?.();
    while (!this.#isStopped) {
      const nowMs = clock.monotonic();
      const isFull = this.#limit.activeCount + this.#limit.pendingCount >= concurrency;
      // `hasReady` comes first, because it wakes up the entries that are due: a timer for them would run again and again.
      if (!this.#queue.hasReady(nowMs) || isFull) break;
      const decision = this.#admission.decide(nowMs);
      if (decision.kind === 'refuse') this.refuseAll(decision.failure);
      if (decision.kind === 'wait for quota') {
        // If only a response can free a place, no timer is needed: each response pumps.
        if (Number.isFinite(decision.waitMs)) this.#wakeUpAfter(decision.waitMs);
        return;
      }
      if (decision.kind !== 'start') break;
      const admitted = this.#admission.start(nowMs);
      const entry = admitted.isTrial ? this.#queue.takeTrial(nowMs) : this.#queue.take(nowMs);
      if (entry === undefined) continue;
      const call = this.#call(entry, admitted).finally(() => this.#calls.delete(call));
      this.#calls.add(call);
    }
    this.#admission.stopWaiting();
    const sleepMs = this.#queue.nextWakeMs() - clock.monotonic();
    if (Number.isFinite(sleepMs) && !this.#isStopped) this.#wakeUpAfter(sleepMs);
  }

  #wakeUpAfter(delayMs: number): void {
    this.#cancelWakeUp?.();
    this.#cancelWakeUp = this.#options.clock.after(Math.max(0, Math.ceil(delayMs)), () => this.#pump());
  }

  /** Makes one call. Never rejects. */
  async #call(entry: QueueEntry, admitted: AdmittedCall): Promise<void> {
    const { clock, observer, sdkAppId, command, startJob, events } = this.#options;
    entry.state = 'calling';
    const running = (entry.running ??= newRunningJob(startJob(entry.key)));
    running.tries += 1;
    if (running.tries === 1) this.#retries.callStarted();
    let progress: 'more' | 'done' = 'done';
    let failure: CallFailure | undefined;
    try {
      progress = await this.#limit(() => running.job.next());
    } catch (error) {
      failure = asCallFailure(command, error);
    }
    const nowMs = clock.monotonic();
    const outage = this.#admission.end(admitted, { nowMs, failure, isRetry: running.tries > 1 });
    // It was aborted.
    if (this.#isStopped && failure !== undefined) return;
    observer.callFinished({
      sdkAppId,
      command,
      durationSeconds: (nowMs - admitted.startedMs) / 1000,
      ...(failure === undefined ? {} : { failure: failure.reason, code: failure.code, requestId: failure.requestId }),
    });
    if (this.#isStopped) return;
    events.callEnded({ key: entry.key, failure, isTrial: admitted.isAppTrial, outage });
    if (failure !== undefined) this.#afterFailure(entry, { running, failure });
    else if (progress === 'more') this.#nextPage(entry, running);
    else this.#end(entry);
    // Otherwise what waits, and its collection, would wait for the next trial.
    if (outage !== undefined && outage.kind !== 'closed') this.refuseAll(outage.failure);
    this.#pump();
  }

  #nextPage(entry: QueueEntry, running: RunningJob): void {
    running.tries = 0;
    running.expired = 0;
    this.#offer(entry, { urgent: true });
  }

  #afterFailure(entry: QueueEntry, call: { readonly running: RunningJob; readonly failure: CallFailure }): void {
    const { running, failure } = call;
    const { circuitBreaker, random, observer, sdkAppId, command, events } = this.#options;
    const { reason } = failure;
    // During an outage only trials are made, and only at the triggers.
    const retries = this.#admission.outageBreaker.failure === undefined ? this.#options.retries : 0;
    if (failure.code === codes.appFrequency) events.appTooFast();
    else if (reason === 'frequency') this.slowDown();
    const { tries, expired } = running;
    const isAppRefused = circuitBreaker.believes(failure);
    const decision = decideRetry({ reason, tries, retries, expiredBefore: expired, isAppRefused, random: random() });
    if (reason === 'expired') running.expired += 1;
    if (decision.kind === 'refuse app') events.appRefused(failure);
    if (decision.kind !== 'retry' || !this.#retries.take()) {
      this.#giveUp(entry, failure);
      return;
    }
    observer.callRetried({ sdkAppId, command });
    if (decision.afterMs === 0) {
      this.#offer(entry, { urgent: true });
      return;
    }
    entry.state = 'backing off';
    this.#retries.after(decision.afterMs, () => {
      // An outage may have begun meanwhile.
      if (this.#admission.outageBreaker.failure === undefined) this.#offer(entry, { urgent: true });
      else this.#giveUp(entry, failure);
      this.#pump();
    });
  }

  #giveUp(entry: QueueEntry, failure: CallFailure): void {
    (entry.running?.job ?? this.#options.startJob(entry.key)).failed(failure);
    this.#end(entry, isAboutRoom(failure) ? undefined : failure);
  }

  /** Ends a job. The room stays known until it is forgotten. */
  #end(entry: QueueEntry, failure?: CallFailure): void {
    const { collection, running } = entry;
    this.#queue.remove(entry);
    entry.state = 'idle';
    entry.running = undefined;
    entry.collection = undefined;
    if (running?.isForgotten === true) this.#delete(entry);
    else if (running?.isRepeated === true) this.#offer(entry, { urgent: true });
    collection?.settle(failure);
  }
}
