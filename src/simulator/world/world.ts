import { Channels } from './channels.ts';
import type { Replay } from '../replay.ts';
import { hash, hashText, uniform } from './hash.ts';
import type { CurvePoint } from './curve.ts';
import type { LevelChange } from './level-change.ts';
import { ListOrder } from './list-order.ts';
import { profileOf, spellingOf, type RoomProfile } from './profile.ts';
import { memberCacheMs, Show } from './show.ts';
import type { WorldParameters } from './show-plan.ts';
import { trueRoom, type TrueRoom } from './true-room.ts';

/** What {@link World.edit} changes; what is absent stays. All of it takes effect at once, caches included. */
export interface RoomEdit extends Partial<RoomProfile> {
  /** An exact number of members from now on. */
  readonly audience?: number;
  /** An exact view count now; it rises from there. */
  readonly viewCount?: number;
  /** What the API says instead of its creation time, in Unix seconds. */
  readonly createTimeSeconds?: number;
  /** False takes the room off the list; true shows it even when private or ended. */
  readonly listed?: boolean;
}

export interface WorldOptions {
  readonly parameters: WorldParameters;
  /** World time, in Unix milliseconds. */
  readonly now: () => number;
  /** Members that get_members and get_member_list give at most. */
  readonly listCap: number;
}

/** The rooms of one app. Rooms that come from the seed and rooms that were added are edited alike. */
export class World {
  readonly #now: () => number;
  readonly #listCap: number;
  readonly #channels: Channels;
  readonly #added = new Map<string, Show>();
  readonly #platform: LevelChange[] = [];
  readonly #order: ListOrder;
  #lastAdded = 0;

  constructor(options: WorldOptions) {
    this.#now = () => Math.floor(options.now());
    this.#listCap = options.listCap;
    this.#channels = new Channels(options.parameters, this.#platform);
    this.#order = new ListOrder((ms) => this.#all(ms));
  }

  /** World time, in Unix milliseconds. */
  now(): number {
    return this.#now();
  }

  /** The newest life of a room, on the air or ended; undefined for an id that never was. */
  find(roomId: string, ms: number = this.#now()): Show | undefined {
    return this.#added.get(roomId) ?? this.#channels.find(roomId, ms);
  }

  /** Live rooms on the air, private ones included. */
  onAir(ms: number): readonly Show[] {
    return [...this.#all(ms)].filter((show) => show.kind === 'live' && show.isOnAir(ms));
  }

  /** A slice of the room list, most viewed first, and how long it is in all. */
  list(offset: number, limit: number): { readonly shows: readonly Show[]; readonly total: number } {
    const order = this.#order.read(this.#now());
    return { shows: order.slice(offset, offset + limit).map((entry) => entry.show), total: order.length };
  }

  /** Ids of all groups that are alive, plain ones and private rooms included. */
  groupIds(): readonly string[] {
    const ms = this.#now();
    return [...this.#all(ms)].filter((show) => show.isOnAir(ms)).map((show) => show.roomId);
  }

  /** What every room truly is now: the newest life of each, ended ones included. */
  truth(): readonly TrueRoom[] {
    const ms = this.#now();
    return Array.from(this.#all(ms), (show) => trueRoom(show, ms, this.#listCap));
  }

  /** The accounts that get_members lists now over all its pages, newest first; with a mark, those that carry it. */
  members(roomId: string, mark?: number): readonly { readonly account: string; readonly joinTimeSeconds: number }[] {
    const ms = this.#now();
    const show = this.#existing(roomId, ms);
    const listed = show.membersAt(show.cachedMs(ms, memberCacheMs), { offset: 0, limit: this.#listCap });
    return listed
      .filter((member) => mark === undefined || carriesMark(member.key, mark))
      .map((member) => ({ account: member.account, joinTimeSeconds: Math.floor(member.joinedMs / 1000) }));
  }

  // All of the following happen now, or at the moment given. They throw for an id that never was.

  /** Changes single things of a room. */
  edit(roomId: string, edit: RoomEdit, ms: number = this.#now()): void {
    const show = this.#existing(roomId, ms);
    const { audience, viewCount, createTimeSeconds, listed, ...profile } = edit;
    show.edit(profile);
    if (audience !== undefined) show.setAudience(audience, ms);
    if (viewCount !== undefined) show.setViews(viewCount, ms);
    if (createTimeSeconds !== undefined) show.createTimeSeconds = createTimeSeconds;
    if (listed !== undefined) show.listed = listed;
    this.#order.invalidate();
  }

  /** Ends a room: it leaves the list and answers "gone" until it is created again. */
  end(roomId: string, ms: number = this.#now()): void {
    this.#existing(roomId, ms).end(ms);
    this.#order.invalidate();
  }

  /** Creates a room again under its id: a new life with a new CreateTime, from zero. Ends the old life if it has to. */
  recreate(roomId: string, edit: RoomEdit = {}, ms: number = this.#now()): void {
    const old = this.#existing(roomId, ms);
    old.end(ms);
    // Never the creation time of the life before, even while the clock stands still.
    const oldSeconds = old.createTimeSeconds ?? Math.floor(old.startMs / 1000);
    const createTimeSeconds = Math.max(Math.floor(ms / 1000), oldSeconds + 1);
    if (!this.#channels.recreate(old, ms)) this.#added.set(roomId, this.#makeAdded(roomId, { kind: old.kind, ms }));
    this.edit(roomId, { createTimeSeconds, ...edit }, ms);
  }

  /** Changes the audience of every room, those that begin later too. */
  changeAll(change: LevelChange): void {
    this.#platform.push(change);
  }

  /** Adds a live room with an audience of its own; without `audience`, nobody is there. */
  addRoom(roomId: string, edit: RoomEdit = {}, ms: number = this.#now()): void {
    this.#add(roomId, { kind: 'live', ms });
    this.edit(roomId, edit, ms);
  }

  /** Adds a plain AVChatRoom group: no live room, never in the room list. */
  addGroup(groupId: string, onlineMembers: number, ms: number = this.#now()): void {
    this.#add(groupId, { kind: 'group', ms });
    this.edit(groupId, { audience: onlineMembers }, ms);
  }

  /** Adds a live room whose audience follows a recording, and which ends with it. */
  addReplay({ roomId, samples }: Replay, ms: number = this.#now()): void {
    const points = samples.map(({ atMs, viewers }) => ({ atMs: ms + atMs, level: viewers }));
    this.#add(roomId, { kind: 'live', ms, points });
  }

  #add(roomId: string, added: Added): void {
    if (this.find(roomId, added.ms) !== undefined) {
      throw new Error(`cannot add room ${JSON.stringify(roomId)}: it exists`);
    }
    this.#added.set(roomId, this.#makeAdded(roomId, added));
    this.#order.invalidate();
  }

  #makeAdded(roomId: string, { kind, ms, points }: Added): Show {
    this.#lastAdded += 1;
    const key = hash(hashText(roomId), this.#lastAdded);
    return new Show(
      {
        roomId,
        kind,
        key,
        number: this.#lastAdded,
        startMs: ms,
        endMs: points?.at(-1)?.atMs ?? Infinity,
        lines: () => [points ?? [{ atMs: ms - 1, level: 0 }]],
        noisy: false,
        profile: () => profileOf(0, hashText(roomId), key),
        public: true,
        spelling: spellingOf(0),
      },
      this.#platform,
    );
  }

  #existing(roomId: string, ms: number): Show {
    const show = this.find(roomId, ms);
    if (show === undefined) throw new Error(`no room ${JSON.stringify(roomId)} in this world`);
    return show;
  }

  *#all(ms: number): Generator<Show> {
    yield* this.#channels.all(ms);
    yield* this.#added.values();
  }
}

/** A room that does not come from the seed. */
interface Added {
  readonly kind: Show['kind'];
  /** When it begins. */
  readonly ms: number;
  /** A recorded audience, to its end. */
  readonly points?: readonly CurvePoint[];
}

/** Whether a member carries a mark: each mark is carried by a share of the members, its own, of 1 to 20 per cent. */
export function carriesMark(memberKey: number, mark: number): boolean {
  return uniform(memberKey, mark) < 0.01 + 0.19 * uniform(mark, 1);
}
