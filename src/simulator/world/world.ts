import type { WorldParameters } from './broadcast-plan.ts';
import { Broadcast, memberCacheMs } from './broadcast.ts';
import { Channels } from './channels.ts';
import type { CurvePoint } from './curve.ts';
import { groundTruthOf, type GroundTruthRoom, type RoomMovements } from './ground-truth.ts';
import type { LevelChange } from './level-change.ts';
import { ListOrder } from './list-order.ts';
import { profileOf, quirksOf, type RoomProfile } from './profile.ts';
import { hash, hashText, uniform } from './random.ts';
import type { Replay } from './replay.ts';

/** The values that {@link World.edit} sets; absent ones stay. All take effect at once, without any cache delay. */
export interface RoomEdit extends Partial<RoomProfile> {
  /** An exact number of members from now on. */
  readonly audience?: number;
  /** An exact view count now; it grows from there. */
  readonly viewCount?: number;
  /** Overrides the creation time in responses, in Unix seconds. */
  readonly createTimeSeconds?: number;
  /** False removes the room from the room list; true lists it even if it is private or has ended. */
  readonly listed?: boolean;
  /** When the edit happens, in Unix milliseconds of world time. Default: now. */
  readonly atMs?: number;
}

interface WorldOptions {
  readonly parameters: WorldParameters;
  /** World time in Unix milliseconds. */
  readonly now: () => number;
  /** The most members that get_members and get_member_list return. */
  readonly listCap: number;
}

/** A room that does not come from the seed. */
interface AddedRoom {
  readonly roomId: string;
  readonly kind: Broadcast['kind'];
  /** When it begins. */
  readonly atMs: number;
  /** A recorded audience; the room ends with it. */
  readonly points?: readonly CurvePoint[];
}

/** The rooms of one app. Rooms from the seed and added rooms can be changed in the same ways. */
export class World {
  readonly #now: () => number;
  readonly #listCap: number;
  readonly #channels: Channels;
  readonly #staySeconds: number | undefined;
  readonly #added = new Map<string, Broadcast>();
  readonly #sharedChanges: LevelChange[] = [];
  readonly #order: ListOrder;
  #lastAdded = 0;

  constructor(options: WorldOptions) {
    this.#now = () => Math.floor(options.now());
    this.#listCap = options.listCap;
    this.#channels = new Channels(options.parameters, this.#sharedChanges);
    this.#staySeconds = options.parameters.staySeconds;
    this.#order = new ListOrder((ms) => this.all(ms));
  }

  /** World time in Unix milliseconds. */
  now(): number {
    return this.#now();
  }

  /** The newest broadcast of a room, on the air or ended; undefined for an unknown id. */
  find(roomId: string, ms: number = this.#now()): Broadcast | undefined {
    return this.#added.get(roomId) ?? this.#channels.find(roomId, ms);
  }

  /** Live rooms on the air, private ones included. */
  onAir(ms: number): readonly Broadcast[] {
    return [...this.all(ms)].filter((broadcast) => broadcast.kind === 'live' && broadcast.isOnAir(ms));
  }

  /** A slice of the room list, most viewed first, and the length of the whole list. */
  list(offset: number, limit: number): { readonly broadcasts: readonly Broadcast[]; readonly total: number } {
    const order = this.#order.read(this.#now());
    return { broadcasts: order.slice(offset, offset + limit).map((entry) => entry.broadcast), total: order.length };
  }

  /** Ids of all groups that exist now, plain groups and private rooms included. */
  groupIds(): readonly string[] {
    const ms = this.#now();
    return [...this.all(ms)].filter((broadcast) => broadcast.isOnAir(ms)).map((broadcast) => broadcast.roomId);
  }

  /** The true state of every room now: the newest broadcast of each, ended ones included. */
  truth(
    movementsOf: (broadcast: Broadcast) => RoomMovements | undefined = () => undefined,
  ): readonly GroundTruthRoom[] {
    const nowMs = this.#now();
    return Array.from(this.all(nowMs), (broadcast) =>
      groundTruthOf(broadcast, { nowMs, listCap: this.#listCap, movements: movementsOf(broadcast) }),
    );
  }

  /** The accounts that get_members lists now on all its pages, newest first; with a mark, only those that have it. */
  members(roomId: string, mark?: number): readonly { readonly account: string; readonly joinTimeSeconds: number }[] {
    const ms = this.#now();
    const broadcast = this.#get(roomId, ms);
    const listed = broadcast.membersAt(broadcast.cachedAtMs(ms, memberCacheMs), { offset: 0, limit: this.#listCap });
    return listed
      .filter((member) => mark === undefined || hasMark(member.key, mark))
      .map((member) => ({ account: member.account, joinTimeSeconds: Math.floor(member.joinedMs / 1000) }));
  }

  // The changes below take effect now, or at the given moment. They throw for an unknown room id.

  /** Sets single values of a room. */
  edit(roomId: string, edit: RoomEdit): void {
    const { audience, viewCount, createTimeSeconds, listed, atMs = this.#now(), ...profile } = edit;
    const broadcast = this.#get(roomId, atMs);
    broadcast.edit(profile);
    if (audience !== undefined) broadcast.setAudience(audience, atMs);
    if (viewCount !== undefined) broadcast.setViews(viewCount, atMs);
    if (createTimeSeconds !== undefined) broadcast.createTimeSeconds = createTimeSeconds;
    if (listed !== undefined) broadcast.listed = listed;
    this.#order.invalidate();
  }

  /** Ends a room: it leaves the room list, and every command reports it as gone until it is created again. */
  end(roomId: string, atMs: number = this.#now()): void {
    this.#get(roomId, atMs).end(atMs);
    this.#order.invalidate();
  }

  /** Creates a room again under its id, with a new CreateTime and counts from zero. Ends the room first if necessary. */
  recreate(roomId: string, edit: RoomEdit = {}): void {
    const { atMs = this.#now() } = edit;
    const old = this.#get(roomId, atMs);
    old.end(atMs);
    // The creation time must differ from the previous one even if the clock stands still.
    const oldSeconds = old.createTimeSeconds ?? Math.floor(old.startMs / 1000);
    const createTimeSeconds = Math.max(Math.floor(atMs / 1000), oldSeconds + 1);
    if (!this.#channels.recreate(old, atMs)) {
      this.#added.set(roomId, this.#createAdded({ roomId, kind: old.kind, atMs }));
    }
    this.edit(roomId, { createTimeSeconds, ...edit, atMs });
  }

  /** Changes the audience of every room, including rooms that begin later. */
  changeAll(change: LevelChange): void {
    this.#sharedChanges.push(change);
  }

  /** Adds a live room, which is empty without `audience`. */
  addRoom(roomId: string, edit: RoomEdit = {}): void {
    this.add({ roomId, kind: 'live', ...edit });
  }

  /** Adds a plain AVChatRoom group: it is no live room, and the room list never contains it. */
  addGroup(groupId: string, audience: number): void {
    this.add({ roomId: groupId, kind: 'group', audience });
  }

  add({ roomId, kind, atMs = this.#now(), ...edit }: RoomEdit & Pick<AddedRoom, 'roomId' | 'kind'>): void {
    this.#add({ roomId, kind, atMs });
    this.edit(roomId, { ...edit, atMs });
  }

  /** Adds a live room whose audience follows a recording. It begins now and ends with the recording. */
  addReplay({ roomId, samples }: Replay): void {
    const startMs = this.#now();
    const points = samples.map(({ atMs, viewers }) => ({ atMs: startMs + atMs, level: viewers }));
    this.#add({ roomId, kind: 'live', atMs: startMs, points });
  }

  #add(added: AddedRoom): void {
    if (this.find(added.roomId, added.atMs) !== undefined) {
      throw new Error(`cannot add room ${JSON.stringify(added.roomId)}: it exists`);
    }
    this.#added.set(added.roomId, this.#createAdded(added));
    this.#order.invalidate();
  }

  #createAdded({ roomId, kind, atMs, points }: AddedRoom): Broadcast {
    this.#lastAdded += 1;
    const roomKey = hashText(roomId);
    const key = hash(roomKey, this.#lastAdded);
    return new Broadcast(
      {
        roomId,
        kind,
        key,
        number: this.#lastAdded,
        startMs: atMs,
        endMs: points?.at(-1)?.atMs ?? Infinity,
        lines: () => [points ?? [{ atMs: atMs - 1, level: 0 }]],
        hasNoise: false,
        staySeconds: this.#staySeconds,
        profile: () => profileOf({ rank: 0, channelKey: roomKey, broadcastKey: key }),
        public: true,
        quirks: quirksOf(0),
      },
      this.#sharedChanges,
    );
  }

  #get(roomId: string, ms: number): Broadcast {
    const broadcast = this.find(roomId, ms);
    if (broadcast === undefined) throw new Error(`no room ${JSON.stringify(roomId)} in this world`);
    return broadcast;
  }

  /** The newest broadcast of each room, on the air or ended. `ms` must not go back. */
  *all(ms: number): Generator<Broadcast> {
    yield* this.#channels.all(ms);
    yield* this.#added.values();
  }
}

/** Whether a member has a mark. Each mark belongs to a fixed share of the members, from 1 to 20 per cent. */
export function hasMark(memberKey: number, mark: number): boolean {
  return uniform(memberKey, mark) < 0.01 + 0.19 * uniform(mark, 1);
}
