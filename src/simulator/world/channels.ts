import {
  type BroadcastId,
  broadcastNumberAt,
  ownPoints,
  planBroadcast,
  raidPoints,
  raidsInto,
  type WorldParameters,
} from './broadcast-plan.ts';
import { Broadcast } from './broadcast.ts';
import type { LevelChange } from './level-change.ts';
import { rankOfRoomId, roomIdOf } from './names.ts';
import { isPublicRank, profileOf, quirksOf } from './profile.ts';
import { hash } from './random.ts';

/**
 * The channels of a world, each with its newest broadcast. Broadcasts are created when they are first read: a channel
 * that nobody reads costs nothing, and no timer runs for it.
 */
export class Channels {
  readonly #world: WorldParameters;
  readonly #sharedChanges: readonly LevelChange[];
  readonly #newest: (Broadcast | undefined)[];

  constructor(world: WorldParameters, sharedChanges: readonly LevelChange[]) {
    this.#world = world;
    this.#sharedChanges = sharedChanges;
    this.#newest = Array.from({ length: world.rooms });
  }

  /** The broadcast with a room id, if it is the newest of its channel. */
  find(roomId: string, ms: number): Broadcast | undefined {
    const rank = rankOfRoomId(roomId);
    if (rank === undefined || rank >= this.#world.rooms) return undefined;
    const broadcast = this.#newestOf(rank, ms);
    return broadcast.roomId === roomId ? broadcast : undefined;
  }

  /** The newest broadcast of each channel, on the air or ended. */
  *all(ms: number): Generator<Broadcast> {
    for (let rank = 0; rank < this.#world.rooms; rank += 1) yield this.#newestOf(rank, ms);
  }

  /** Begins a new broadcast at once, under the same room id. Returns false for a room that no channel has. */
  recreate(broadcast: Broadcast, ms: number): boolean {
    const rank = rankOfRoomId(broadcast.roomId);
    if (rank === undefined || this.#newest[rank] !== broadcast) return false;
    this.#newest[rank] = this.#create({ rank, number: broadcast.number, restartedMs: ms });
    return true;
  }

  #newestOf(rank: number, ms: number): Broadcast {
    const number = broadcastNumberAt(this.#world, { rank, ms });
    const known = this.#newest[rank];
    if (known?.number === number) return known;
    const broadcast = this.#create({ rank, number });
    this.#newest[rank] = broadcast;
    return broadcast;
  }

  #create({ rank, number, restartedMs }: BroadcastId & { readonly restartedMs?: number }): Broadcast {
    const world = this.#world;
    const planned = planBroadcast(world, { rank, number });
    const key = restartedMs === undefined ? planned.key : hash(planned.key, Math.floor(restartedMs / 1000));
    const startMs = restartedMs ?? planned.startMs;
    const plan = { ...planned, key, startMs, endMs: Math.max(planned.endMs, startMs + 3_600_000) };
    const channelKey = hash(world.seed, rank);
    return new Broadcast(
      {
        roomId: roomIdOf({ rank, number }),
        kind: 'live',
        key,
        number,
        startMs,
        endMs: plan.endMs,
        lines: () => [ownPoints(plan), ...raidsInto(world, plan).map(raidPoints)],
        hasNoise: true,
        staySeconds: world.staySeconds,
        profile: () => profileOf({ rank, channelKey, broadcastKey: key }),
        public: isPublicRank(rank),
        quirks: quirksOf(rank),
      },
      this.#sharedChanges,
    );
  }
}
