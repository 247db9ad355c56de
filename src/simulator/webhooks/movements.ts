import type { Broadcast } from '../world/broadcast.ts';
import type { RoomMovements } from '../world/ground-truth.ts';
import type { DepartureCause } from '../world/level-change.ts';
import { hash, hashText, uniform } from '../world/random.ts';
import type { World } from '../world/world.ts';

export type MemberChange = 'enter' | 'reconnect' | DepartureCause;

/** What happened in a room within one tick. Members are numbered within their room, and a number is one person. */
export type Movement =
  | { readonly type: 'created' | 'destroyed'; readonly broadcast: Broadcast; readonly atMs: number }
  | {
      readonly type: 'members';
      readonly broadcast: Broadcast;
      readonly change: MemberChange;
      readonly members: readonly number[];
      /** When the tick ended. */
      readonly atMs: number;
    };

/** The same as the truth says, to be counted up. */
interface Counts extends RoomMovements {
  enters: number;
  reconnects: number;
  readonly leaves: Record<DepartureCause, number>;
}

/** World time between two looks at every room. */
export const tickMs = 1_000;

/** Who lost the connection returns within ten seconds to two minutes, if the audience lets someone in. */
const shortestReturnMs = 10_000;
const longestReturnMs = 120_000;

/**
 * Derives who came and went from the audiences and entries of the world, so that enters and reconnects less leaves are
 * always the change of the audience. The same world gives the same movements, if `tick` is called for each tick.
 */
export class Movements {
  readonly #world: World;
  readonly #crowds = new Map<string, Crowd>();
  readonly #counts = new WeakMap<Broadcast, Counts>();
  #tickedMs: number;

  /** Rooms that are on the air at `startMs` are not created, and their members have entered before. */
  constructor(world: World, startMs: number) {
    this.#world = world;
    this.#tickedMs = startMs;
    for (const broadcast of world.all(startMs)) if (broadcast.isOnAir(startMs)) this.#watch(broadcast, startMs);
  }

  /** Undefined for a broadcast that was never on the air at a tick. */
  of(broadcast: Broadcast): RoomMovements | undefined {
    return this.#counts.get(broadcast);
  }

  /** What happened since the tick before. */
  tick(nowMs: number): readonly Movement[] {
    const movements: Movement[] = [];
    for (const broadcast of this.#world.all(nowMs)) {
      let crowd = this.#crowds.get(broadcast.roomId);
      // A room that was created again under its id is another broadcast: the one before has ended.
      if (crowd !== undefined && (crowd.broadcast !== broadcast || !broadcast.isOnAir(nowMs))) {
        const atMs = Math.min(crowd.broadcast.endMs, nowMs);
        movements.push(...this.#move(crowd, atMs), { type: 'destroyed', broadcast: crowd.broadcast, atMs });
        this.#crowds.delete(broadcast.roomId);
        crowd = undefined;
      }
      if (!broadcast.isOnAir(nowMs)) continue;
      if (crowd === undefined) {
        crowd = this.#watch(broadcast, undefined);
        movements.push({ type: 'created', broadcast, atMs: Math.max(broadcast.startMs, this.#tickedMs) });
      }
      movements.push(...this.#move(crowd, nowMs));
    }
    this.#tickedMs = nowMs;
    return movements;
  }

  /** A room that is new to the world begins empty; `startMs` is for one that was there before. */
  #watch(broadcast: Broadcast, startMs: number | undefined): Crowd {
    const crowd = new Crowd(broadcast, startMs);
    this.#crowds.set(broadcast.roomId, crowd);
    this.#counts.set(broadcast, { enters: 0, reconnects: 0, leaves: { leave: 0, disconnect: 0, kicked: 0 } });
    return crowd;
  }

  #move(crowd: Crowd, atMs: number): readonly Movement[] {
    const { broadcast } = crowd;
    const counts = this.#counts.get(broadcast) as Counts;
    return Object.entries(crowd.move({ fromMs: this.#tickedMs, toMs: atMs })).flatMap(([name, members]) => {
      const change = name as MemberChange;
      if (members.length === 0) return [];
      if (change === 'enter') counts.enters += members.length;
      else if (change === 'reconnect') counts.reconnects += members.length;
      else counts.leaves[change] += members.length;
      return [{ type: 'members', broadcast, change, members, atMs }];
    });
  }
}

interface Disconnected {
  readonly member: number;
  readonly returnsMs: number;
}

/** The members of one room. The first to enter is the first to go. */
class Crowd {
  readonly broadcast: Broadcast;
  readonly #key: number;
  #audience = 0;
  #entries = 0;
  /** Members from `#gone` to `#entered` are in the room, and those who have returned. */
  #entered = 0;
  #gone = 0;
  readonly #returned: number[] = [];
  /** In the order in which they went. */
  #disconnected: readonly Disconnected[] = [];

  constructor(broadcast: Broadcast, startMs: number | undefined) {
    this.broadcast = broadcast;
    this.#key = hash(hashText(broadcast.roomId), broadcast.number);
    if (startMs === undefined) return;
    this.#audience = broadcast.audienceAt(startMs);
    this.#entries = broadcast.entriesAt(startMs);
    this.#entered = this.#audience;
  }

  move({ fromMs, toMs }: { readonly fromMs: number; readonly toMs: number }): Record<MemberChange, readonly number[]> {
    const audience = this.broadcast.audienceAt(toMs);
    const entries = this.broadcast.entriesAt(toMs);
    const growth = audience - this.#audience;
    const arrivals = Math.max(0, growth, entries - this.#entries);
    this.#audience = audience;
    this.#entries = entries;
    // Those who arrive may be gone before the tick ends.
    return { ...this.#arrive(arrivals, toMs), ...this.#depart(arrivals - growth, { fromMs, toMs }) };
  }

  #arrive(count: number, nowMs: number): Pick<Record<MemberChange, readonly number[]>, 'enter' | 'reconnect'> {
    const reconnect: number[] = [];
    const still: Disconnected[] = [];
    for (const disconnected of this.#disconnected) {
      const { member, returnsMs } = disconnected;
      if (nowMs >= returnsMs && reconnect.length < count) reconnect.push(member);
      else if (nowMs < returnsMs + longestReturnMs * 5) still.push(disconnected);
    }
    this.#disconnected = still;
    this.#returned.push(...reconnect);
    const enter = Array.from({ length: count - reconnect.length }, () => this.#entered++);
    return { enter, reconnect };
  }

  #depart(count: number, tick: { readonly fromMs: number; readonly toMs: number }): Record<DepartureCause, number[]> {
    const shares = this.broadcast.dropSharesAt(tick.fromMs, tick.toMs) ?? usualShares;
    const departed: Record<DepartureCause, number[]> = { leave: [], disconnect: [], kicked: [] };
    const disconnected: Disconnected[] = [];
    for (let index = 0; index < count; index += 1) {
      const member = this.#gone < this.#entered ? this.#gone++ : this.#returned.pop();
      if (member === undefined) break;
      const cause = this.#causeOf(member, shares);
      departed[cause].push(member);
      if (cause !== 'disconnect') continue;
      const delayMs = shortestReturnMs + (longestReturnMs - shortestReturnMs) * uniform(this.#key, hash(member, 2));
      disconnected.push({ member, returnsMs: tick.toMs + Math.round(delayMs) });
    }
    if (disconnected.length > 0) this.#disconnected = [...this.#disconnected, ...disconnected];
    return departed;
  }

  #causeOf(member: number, { disconnect, kicked }: { readonly disconnect: number; readonly kicked: number }) {
    const chance = uniform(this.#key, hash(member, 1));
    if (chance < disconnect) return 'disconnect';
    // Chat's member states have no cause for a kick.
    return chance < disconnect + kicked && this.broadcast.kind === 'live' ? 'kicked' : 'leave';
  }
}

/** The shares of those who go without any incident. */
const usualShares = { disconnect: 0.06, kicked: 0.002 };
