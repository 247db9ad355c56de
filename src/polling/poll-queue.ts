import { LazyHeap } from './lazy-heap.ts';

/** What the queue keeps of a room, from its first demand until it is forgotten. Times are in milliseconds. */
export class Turn {
  readonly key: string;
  readonly joinedAtMs: number;
  /** When its last call was started; undefined before the first. */
  servedAtMs: number | undefined;
  /** Since when it has waited for the present call. */
  sinceMs = 0;
  /** Where it stands: not demanded, held back because its data cannot be newer yet, or waiting. */
  place: 'out' | 'asleep' | 'ready' = 'out';
  /** Virtual time of its last call, and at which its next one is due. */
  base: number;
  pass = 0;
  /** When it must be asked whatever its weight. */
  deadlineMs = 0;
  /** Changes with its place, which takes it out of every heap that it stood in. */
  version = 0;

  constructor(key: string, { nowMs, virtualTime }: { readonly nowMs: number; readonly virtualTime: number }) {
    this.key = key;
    this.joinedAtMs = nowMs;
    this.base = virtualTime;
  }
}

export interface Demand {
  /** The room's audience, or the best guess at it. */
  readonly weight: number;
  /** Before all others. */
  readonly urgent: boolean;
  /** The floor: the room waits no longer than this from call to call, the quota permitting. */
  readonly floorMs: number;
  readonly nowMs: number;
}

/** Data that is nearly as old as it gets is asked for: rooms must not lose a whole firing to a timer's rounding. */
const freshnessSlack = 0.9;

/** The floor takes at most so many of four calls: rooms whose time comes all at once must not starve the largest. */
const floorShareOfFour = 3;

/** Calls over which the progress of the virtual time is averaged. */
const averagedCalls = 256;

/**
 * Which room is asked next, where there are more rooms than calls. Polling shares follow the square root of the weight
 * (the audience), which minimises the mean age weighted with it, between a floor and a ceiling. Source: Cho and
 * Garcia-Molina, 2003, "Effective page refresh policies for Web crawlers".
 *
 * The shares come about by stride scheduling: a virtual time advances with the calls, and a room's next turn is
 * 1/sqrt(weight) after its last one. Source: Waldspurger, 1995, "Lottery and Stride Scheduling". Rooms that were never
 * asked take every second call, in the order of their weights. Where there are calls enough, all that are demanded are
 * served, and only their order is decided here. Knows no timers: time is an argument, in milliseconds.
 */
export class PollQueue<T extends Turn> {
  readonly #freshnessMs: number;
  readonly #urgent = new LazyHeap<T>();
  readonly #newcomers = new LazyHeap<T>();
  readonly #byPass = new LazyHeap<T>();
  readonly #byDeadline = new LazyHeap<T>();
  readonly #bySince = new LazyHeap<T>();
  readonly #asleep = new LazyHeap<T>();
  #ready = 0;
  #sequence = 0;
  #choices = 0;
  #virtualTime = 0;
  #virtualTimePerCall = 0;

  /** `freshnessMs` is the ceiling: data is not newer than this, so a room is not asked again before. 0 for none. */
  constructor({ freshnessMs }: { readonly freshnessMs: number }) {
    this.#freshnessMs = freshnessMs;
  }

  /** Virtual time now: where a new room begins. */
  get virtualTime(): number {
    return this.#virtualTime;
  }

  /** Rooms that wait for a call. */
  get length(): number {
    return this.#ready;
  }

  /** Since when the room that waits longest has waited; undefined where none waits. */
  get oldestSinceMs(): number | undefined {
    return this.#bySince.first()?.order;
  }

  /** Demands a call for a room. One that waits already only moves up, if its weight has grown or it is urgent now. */
  offer(turn: T, { weight, urgent, floorMs, nowMs }: Demand): void {
    const pass = turn.base + stride(weight);
    if (turn.place === 'ready' && !urgent && pass >= turn.pass) return;
    const sinceMs = turn.place === 'out' ? nowMs : turn.sinceMs;
    this.remove(turn);
    turn.sinceMs = sinceMs;
    turn.pass = pass;
    turn.deadlineMs = (turn.servedAtMs ?? turn.joinedAtMs) + floorMs;
    const notBefore = (turn.servedAtMs ?? -Infinity) + this.#freshnessMs * freshnessSlack;
    if (urgent || notBefore <= nowMs) {
      this.#wait(turn, urgent);
    } else {
      turn.place = 'asleep';
      this.#asleep.push(turn, notBefore);
    }
  }

  /** Takes a room out that waits or sleeps. */
  remove(turn: T): void {
    if (turn.place === 'ready') this.#ready -= 1;
    turn.place = 'out';
    turn.version += 1;
  }

  /** Whether a room waits. */
  hasReady(nowMs: number): boolean {
    this.#wake(nowMs);
    return this.#ready > 0;
  }

  /** When the next room that sleeps will wait; Infinity where none sleeps. */
  nextWakeMs(): number {
    return this.#asleep.first()?.order ?? Infinity;
  }

  /** Takes the room whose turn it is; undefined where none waits. */
  take(nowMs: number): T | undefined {
    this.#wake(nowMs);
    const turn = this.#choose(nowMs);
    if (turn === undefined) return undefined;
    this.remove(turn);
    turn.servedAtMs = nowMs;
    turn.base = this.#virtualTime;
    return turn;
  }

  /** Takes all rooms out, those that sleep included. */
  drain(): readonly T[] {
    const turns = [...this.#bySince.items(), ...this.#asleep.items()];
    for (const turn of turns) this.remove(turn);
    return turns;
  }

  /** How long a room of this weight waits from call to call while rooms compete, at so many calls per second. */
  expectedIntervalMs(weight: number, ratePerSecond: number): number {
    return (stride(weight) / (this.#virtualTimePerCall * ratePerSecond)) * 1000;
  }

  #choose(nowMs: number): T | undefined {
    const before = this.#virtualTime;
    const chosen = this.#urgent.first() ?? this.#chooseInTurn(nowMs);
    this.#virtualTimePerCall += (this.#virtualTime - before - this.#virtualTimePerCall) / averagedCalls;
    return chosen?.item;
  }

  #chooseInTurn(nowMs: number): { readonly item: T } | undefined {
    this.#choices += 1;
    const next = this.#byPass.first();
    const newcomer = this.#newcomers.first();
    if (newcomer !== undefined && (this.#choices % 2 === 0 || next === undefined)) return newcomer;
    const due = this.#byDeadline.first();
    if (due !== undefined && due.order <= nowMs && this.#choices % 4 < floorShareOfFour) return due;
    if (next !== undefined) this.#virtualTime = Math.max(this.#virtualTime, next.item.pass);
    return next;
  }

  #wake(nowMs: number): void {
    for (;;) {
      const sleeper = this.#asleep.first();
      if (sleeper === undefined || sleeper.order > nowMs) return;
      this.remove(sleeper.item);
      this.#wait(sleeper.item, false);
    }
  }

  #wait(turn: T, urgent: boolean): void {
    turn.place = 'ready';
    this.#ready += 1;
    this.#bySince.push(turn, turn.sinceMs);
    if (urgent) {
      this.#sequence += 1;
      this.#urgent.push(turn, this.#sequence);
      return;
    }
    (turn.servedAtMs === undefined ? this.#newcomers : this.#byPass).push(turn, turn.pass);
    this.#byDeadline.push(turn, turn.deadlineMs);
  }
}

function stride(weight: number): number {
  return 1 / Math.sqrt(Math.max(1, weight));
}
