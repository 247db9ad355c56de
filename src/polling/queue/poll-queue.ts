import { LazyHeap } from './lazy-heap.ts';

/**
 * What the queue keeps of a room, from its first demand until it is forgotten. There are very many: times are whole
 * milliseconds, which take no memory of their own.
 */
export class Turn {
  readonly key: string;
  /** Where it stands: not demanded, held back because its data cannot be newer yet, or waiting. */
  place: 'out' | 'asleep' | 'ready' = 'out';
  /** When its last call was started; undefined before the first. */
  servedAtMs: number | undefined = undefined;
  /** Since when it has waited for the present call. */
  sinceMs = 0;
  /** Until when it sleeps. */
  wakeAtMs = 0;
  /** When it must be asked whatever its weight. */
  deadlineMs = 0;
  /** Virtual time of its last call. */
  base: number;
  /** What it weighed when its present call was demanded. */
  weight = 0;
  /** Its place among the urgent ones, below 0; undefined where it is not urgent. */
  urgency: number | undefined = undefined;

  constructor(key: string, virtualTime: number) {
    this.key = key;
    this.base = virtualTime;
  }

  /** Virtual time at which its next call is due; below 0 where that is urgent. Reckoned: kept, it would take 24 bytes. */
  get pass(): number {
    return this.urgency ?? this.base + stride(this.weight);
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

/** Twelve days, which stand for no floor: one time that is no small integer makes V8 box those of all rooms. */
const longestFloorMs = 2 ** 30;

/** The floor takes at most so many of four calls: rooms whose time comes all at once must not starve the largest. */
const floorShareOfFour = 3;

/** Calls over which the progress of the virtual time is averaged, at least; and over a round of the rooms that wait. */
const fewestAveraged = 256;

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
  /** Waiting rooms that were never asked, and that were; the urgent among them first. */
  readonly #newcomers = new LazyHeap<T>((turn) => (isWaiting(turn) && isNew(turn) ? turn.pass : undefined));
  readonly #known = new LazyHeap<T>((turn) => (isWaiting(turn) && !isNew(turn) ? turn.pass : undefined));
  readonly #byDeadline = new LazyHeap<T>((turn) => (isWaiting(turn) ? turn.deadlineMs : undefined));
  readonly #bySince = new LazyHeap<T>((turn) => (isWaiting(turn) ? turn.sinceMs : undefined));
  readonly #asleep = new LazyHeap<T>((turn) => (turn.place === 'asleep' ? turn.wakeAtMs : undefined));
  #ready = 0;
  #urgentSequence = -Number.MAX_SAFE_INTEGER;
  #choices = 0;
  #virtualTime = 0;
  #virtualTimePerCall = 0;
  #calls = 0;

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
    return this.#bySince.first()?.sinceMs;
  }

  /** Demands a call for a room. One that waits already only moves up, if its weight has grown or it is urgent now. */
  offer(turn: T, { weight, urgent, floorMs, nowMs }: Demand): void {
    const urgency = urgent ? (this.#urgentSequence += 1) : undefined;
    if (turn.place === 'ready' && (urgency ?? turn.base + stride(weight)) >= turn.pass) return;
    if (turn.place === 'out') {
      turn.sinceMs = Math.round(nowMs);
      turn.deadlineMs = Math.round((turn.servedAtMs ?? turn.sinceMs) + Math.min(floorMs, longestFloorMs));
    }
    this.remove(turn);
    turn.weight = weight;
    turn.urgency = urgency;
    turn.wakeAtMs = urgent ? 0 : (turn.servedAtMs ?? 0) + this.#freshnessMs * freshnessSlack;
    if (turn.servedAtMs === undefined || turn.wakeAtMs <= nowMs) {
      this.#wait(turn);
    } else {
      turn.place = 'asleep';
      this.#asleep.push(turn);
    }
  }

  /** Takes a room out that waits or sleeps. */
  remove(turn: T): void {
    if (turn.place === 'ready') this.#ready -= 1;
    turn.place = 'out';
  }

  /** Whether a room waits. */
  hasReady(nowMs: number): boolean {
    this.#wake(nowMs);
    return this.#ready > 0;
  }

  /** When the next room that sleeps will wait; Infinity where none sleeps. */
  nextWakeMs(): number {
    return this.#asleep.first()?.wakeAtMs ?? Infinity;
  }

  /** Takes the room whose turn it is; undefined where none waits. */
  take(nowMs: number): T | undefined {
    this.#wake(nowMs);
    const turn = this.#choose(nowMs);
    if (turn === undefined) return undefined;
    this.remove(turn);
    turn.servedAtMs = Math.round(nowMs);
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
    const chosen = this.#chooseUrgent() ?? this.#chooseInTurn(nowMs);
    this.#calls += 1;
    // Between two firings of the schedule it goes from the large rooms to the small ones, so that a shorter average swings.
    const averaged = Math.min(this.#calls, Math.max(fewestAveraged, this.#ready));
    this.#virtualTimePerCall += (this.#virtualTime - before - this.#virtualTimePerCall) / averaged;
    return chosen;
  }

  #chooseUrgent(): T | undefined {
    const known = this.#known.first();
    const newcomer = this.#newcomers.first();
    const first = (newcomer?.pass ?? Infinity) < (known?.pass ?? Infinity) ? newcomer : known;
    return first !== undefined && first.pass < 0 ? first : undefined;
  }

  #chooseInTurn(nowMs: number): T | undefined {
    this.#choices += 1;
    const next = this.#known.first();
    const newcomer = this.#newcomers.first();
    if (newcomer !== undefined && (this.#choices % 2 === 0 || next === undefined)) return newcomer;
    const due = this.#byDeadline.first();
    if (due !== undefined && due.deadlineMs <= nowMs && this.#choices % 4 < floorShareOfFour) return due;
    if (next !== undefined) this.#virtualTime = Math.max(this.#virtualTime, next.pass);
    return next;
  }

  #wake(nowMs: number): void {
    for (;;) {
      const sleeper = this.#asleep.first();
      if (sleeper === undefined || sleeper.wakeAtMs > nowMs) return;
      this.#wait(sleeper);
    }
  }

  #wait(turn: T): void {
    turn.place = 'ready';
    this.#ready += 1;
    (isNew(turn) ? this.#newcomers : this.#known).push(turn);
    this.#byDeadline.push(turn);
    this.#bySince.push(turn);
  }
}

function isWaiting({ place }: Turn): boolean {
  return place === 'ready';
}

function isNew({ servedAtMs }: Turn): boolean {
  return servedAtMs === undefined;
}

function stride(weight: number): number {
  return 1 / Math.sqrt(Math.max(1, weight));
}
