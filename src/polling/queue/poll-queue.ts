import { LazyHeap } from './lazy-heap.ts';
import { isQueued, type QueueEntry, stride } from './queue-entry.ts';

interface Offer {
  /** The room's audience, or the best estimate of it. */
  readonly weight: number;
  /** Before all entries that are not urgent. */
  readonly urgent: boolean;
  /** The longest time from call to call, in milliseconds, if the quota permits. */
  readonly maxAgeMs: number;
  readonly nowMs: number;
}

/** Rooms are polled again at 90 % of the cache age, so that the delay of a timer does not cost a trigger. */
const cacheAgeSlack = 0.9;

/** Twelve days: effectively unlimited. It must stay below 2^30: a larger value makes V8 box the field in every entry. */
const longestMaxAgeMs = 2 ** 30;

/** Entries past their deadline get at most this many of four calls: many of them at once must not starve the largest rooms. */
const deadlineShareOfFour = 3;

/**
 * While rooms wait that were never called, one of this many calls goes to a known room: the first values of all rooms take a fifth
 * longer than without other calls. Every second one goes to the largest known rooms in turn: with the default quota, these are
 * called every 24 s.
 */
const callsPerKnownRoom = 6;

/** The share of the calls that known rooms get meanwhile. */
export const knownRoomsShare = 1 / callsPerKnownRoom;

const largestRooms = 200;

/** A large room that was not called for this long has left the queue. */
const forgottenAfterMs = 600_000;

/** Many rooms that were enqueued at the same time have the same deadline: when it comes, most of them have another one. */
const outdatedPerCall = 256;

/** The progress of the virtual time is averaged over the entries that wait, and over at least this many calls. */
const fewestAveraged = 256;

/**
 * Decides which room is called next if there are more rooms than calls. The share of a room follows the square root of its
 * weight (its audience), which minimises the mean age weighted by audience, within two bounds: no room waits longer than
 * its maximum age, and none is called while the server still caches its response. Source: Cho and Garcia-Molina, 2003,
 * "Effective page refresh policies for Web crawlers".
 *
 * The shares come from stride scheduling: a virtual time advances with the calls, and a room is next 1/sqrt(weight) after
 * its last call. Source: Waldspurger, 1995, "Lottery and Stride Scheduling". While rooms wait that were never called, they take five
 * of six calls, in the order of their weights. If there are enough calls,
 * every room is called, and only the order is decided here.
 * Uses no timers: time is an argument, in milliseconds.
 */
export class PollQueue {
  readonly #cacheAgeMs: number;
  /** Waiting rooms that were never called, and that were; the urgent ones first. */
  readonly #neverCalled = new LazyHeap<QueueEntry>((e) => (isWaiting(e) && isNew(e) ? e.nextPass : undefined));
  readonly #called = new LazyHeap<QueueEntry>((e) => (isWaiting(e) && !isNew(e) ? e.nextPass : undefined));
  readonly #largestByAge = new LazyHeap<QueueEntry>((e) =>
    isWaiting(e) && this.#largest.has(e) ? e.calledAtMs : undefined,
  );
  readonly #byDeadline = new LazyHeap<QueueEntry>((e) => (isWaiting(e) ? e.deadlineMs : undefined));
  readonly #byWaiting = new LazyHeap<QueueEntry>((e) => (isWaiting(e) ? e.waitingSinceMs : undefined));
  readonly #asleep = new LazyHeap<QueueEntry>((e) => (e.state === 'asleep' ? e.wakeAtMs : undefined));
  readonly #largest = new Set<QueueEntry>();
  #ready = 0;
  #calledOnce = 0;
  #urgentSequence = -Number.MAX_SAFE_INTEGER;
  #choices = 0;
  #virtualTime = 0;
  #virtualTimePerCall = 0;
  #calls = 0;

  /** `cacheAgeMs`: how long the server caches a response; a room is not called again before. 0 if it does not cache. */
  constructor({ cacheAgeMs }: { readonly cacheAgeMs: number }) {
    this.#cacheAgeMs = cacheAgeMs;
  }

  /** The current virtual time, at which a new entry starts. */
  get virtualTime(): number {
    return this.#virtualTime;
  }

  /** How far the virtual time advances with each call, on average; 0 before the first call. */
  get virtualTimePerCall(): number {
    return this.#virtualTimePerCall;
  }

  /** Continues with the average of a process before. */
  set virtualTimePerCall(average: number) {
    this.#virtualTimePerCall = average;
    this.#calls = fewestAveraged;
  }

  /** Rooms that were called at least once. */
  get calledOnce(): number {
    return this.#calledOnce;
  }

  /** Rooms that wait for a call. */
  get length(): number {
    return this.#ready;
  }

  /** Since when the room that waits longest has waited; undefined if no room waits. */
  get oldestSinceMs(): number | undefined {
    return this.#byWaiting.first()?.waitingSinceMs;
  }

  /** Puts an entry into the queue. If it waits already, it only moves up: its weight has grown, or it is urgent now. */
  offer(entry: QueueEntry, { weight, urgent, maxAgeMs, nowMs }: Offer): void {
    const urgency = urgent ? (this.#urgentSequence += 1) : undefined;
    const wasQueued = isQueued(entry);
    if (entry.state === 'ready' && (urgency ?? entry.lastPass + stride(weight)) >= entry.nextPass) return;
    if (!wasQueued) {
      entry.waitingSinceMs = Math.round(nowMs);
      const startMs = entry.calledAtMs ?? entry.waitingSinceMs;
      entry.deadlineMs = Math.round(startMs + Math.min(maxAgeMs, longestMaxAgeMs));
    }
    this.remove(entry);
    entry.weight = weight;
    entry.urgency = urgency;
    entry.wakeAtMs = urgent ? 0 : (entry.calledAtMs ?? 0) + this.#cacheAgeMs * cacheAgeSlack;
    if (entry.calledAtMs === undefined || entry.wakeAtMs <= nowMs) {
      this.#wait(entry);
    } else {
      entry.state = 'asleep';
      this.#asleep.push(entry);
    }
  }

  /** Takes an entry out, if it is in the queue: it is idle then. */
  remove(entry: QueueEntry): void {
    if (entry.state === 'ready') this.#ready -= 1;
    if (isQueued(entry)) entry.state = 'idle';
  }

  /** Takes an entry out, and does not count its room any more. */
  forget(entry: QueueEntry): void {
    if (!isNew(entry)) this.#calledOnce -= 1;
    this.remove(entry);
  }

  /** Whether a room waits. */
  hasReady(nowMs: number): boolean {
    this.#wake(nowMs);
    return this.#ready > 0;
  }

  /** When the next sleeping entry wakes up; Infinity if none sleeps. */
  nextWakeMs(): number {
    return this.#asleep.first()?.wakeAtMs ?? Infinity;
  }

  /** Takes out the entry that is called next; undefined if none waits. */
  take(nowMs: number): QueueEntry | undefined {
    this.#wake(nowMs);
    return this.#takeOut(this.#choose(nowMs), nowMs);
  }

  /**
   * Takes out the entry for the trial of a circuit breaker: one that was never called, or whose last call is longest ago. So
   * trials go from room to room, and one room whose calls always fail cannot prolong an outage.
   */
  takeTrial(nowMs: number): QueueEntry | undefined {
    this.#wake(nowMs);
    return this.#takeOut(this.#neverCalled.first() ?? this.#byDeadline.first(), nowMs);
  }

  /** Takes out all entries, sleeping ones included. */
  drain(): readonly QueueEntry[] {
    const entries: QueueEntry[] = [];
    for (const heap of [this.#byWaiting, this.#asleep]) {
      for (const entry of heap.items()) {
        if (isQueued(entry)) entries.push(entry);
        this.remove(entry);
      }
    }
    return entries;
  }

  /** How long a room of this weight waits from call to call while rooms compete, in milliseconds. */
  expectedIntervalMs(weight: number, ratePerSecond: number): number {
    return (stride(weight) / (this.#virtualTimePerCall * ratePerSecond)) * 1000;
  }

  #takeOut(entry: QueueEntry | undefined, nowMs: number): QueueEntry | undefined {
    if (entry === undefined) return undefined;
    this.remove(entry);
    if (isNew(entry)) this.#calledOnce += 1;
    entry.calledAtMs = Math.round(nowMs);
    entry.lastPass = this.#virtualTime;
    this.#rank(entry);
    return entry;
  }

  #choose(nowMs: number): QueueEntry | undefined {
    const before = this.#virtualTime;
    const chosen = this.#chooseUrgent() ?? this.#chooseInOrder(nowMs);
    this.#calls += 1;
    // Between two triggers the calls go from large rooms to small ones, so a shorter average would swing.
    const averaged = Math.min(this.#calls, Math.max(fewestAveraged, this.#ready));
    this.#virtualTimePerCall += (this.#virtualTime - before - this.#virtualTimePerCall) / averaged;
    return chosen;
  }

  #chooseUrgent(): QueueEntry | undefined {
    const called = this.#called.first();
    const neverCalled = this.#neverCalled.first();
    const first = (neverCalled?.nextPass ?? Infinity) < (called?.nextPass ?? Infinity) ? neverCalled : called;
    return first !== undefined && first.nextPass < 0 ? first : undefined;
  }

  #chooseInOrder(nowMs: number): QueueEntry | undefined {
    this.#choices += 1;
    const next = this.#called.first();
    const neverCalled = this.#neverCalled.first();
    if (neverCalled !== undefined) {
      if (this.#choices % callsPerKnownRoom !== 0 || next === undefined) return neverCalled;
      const large = this.#largestByAge.first();
      if (large !== undefined && this.#choices % (2 * callsPerKnownRoom) === 0) return large;
    }
    const overdue = this.#byDeadline.first({ outdated: outdatedPerCall });
    const isForDeadline = this.#choices % 4 < deadlineShareOfFour;
    if (overdue !== undefined && overdue.deadlineMs <= nowMs && isForDeadline) return overdue;
    if (next !== undefined) this.#virtualTime = Math.max(this.#virtualTime, next.nextPass);
    return next;
  }

  /** Keeps the largest rooms among those that were called. */
  #rank(entry: QueueEntry): void {
    if (this.#largest.has(entry)) return;
    this.#largest.add(entry);
    if (this.#largest.size <= largestRooms) return;
    let smallest = entry;
    for (const other of this.#largest) {
      const isForgotten = (entry.calledAtMs ?? 0) - (other.calledAtMs ?? 0) >= forgottenAfterMs;
      if (isForgotten || other.weight < smallest.weight) smallest = other;
      if (isForgotten) break;
    }
    this.#largest.delete(smallest);
  }

  #wake(nowMs: number): void {
    for (;;) {
      const sleeper = this.#asleep.first();
      if (sleeper === undefined || sleeper.wakeAtMs > nowMs) return;
      this.#wait(sleeper);
    }
  }

  #wait(entry: QueueEntry): void {
    entry.state = 'ready';
    this.#ready += 1;
    (isNew(entry) ? this.#neverCalled : this.#called).push(entry);
    this.#largestByAge.push(entry);
    this.#byDeadline.push(entry);
    this.#byWaiting.push(entry);
  }
}

function isWaiting({ state }: QueueEntry): boolean {
  return state === 'ready';
}

function isNew({ calledAtMs }: QueueEntry): boolean {
  return calledAtMs === undefined;
}
