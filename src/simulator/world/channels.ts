import { hash } from './hash.ts';
import type { LevelChange } from './level-change.ts';
import { isPublicRank, profileOf, spellingOf } from './profile.ts';
import { rankOfRoomId, roomIdOf } from './room-ids.ts';
import { Show } from './show.ts';
import { ownPoints, planShow, raidPoints, raidsInto, showNumberAt, type WorldParameters } from './show-plan.ts';

/**
 * The channels of a world, each with its newest show. Shows are made when somebody asks: an unasked channel costs
 * nothing, and no room is ever ticked.
 */
export class Channels {
  readonly #world: WorldParameters;
  readonly #platform: readonly LevelChange[];
  readonly #newest: (Show | undefined)[];

  constructor(world: WorldParameters, platform: readonly LevelChange[]) {
    this.#world = world;
    this.#platform = platform;
    this.#newest = Array.from({ length: world.rooms });
  }

  /** The newest show of a channel, on the air or ended. */
  newest(rank: number, ms: number): Show {
    const number = showNumberAt(this.#world, rank, ms);
    const known = this.#newest[rank];
    if (known?.number === number) return known;
    const show = this.#make(rank, number);
    this.#newest[rank] = show;
    return show;
  }

  /** The show of a room id, if it is its channel's newest. */
  find(roomId: string, ms: number): Show | undefined {
    const rank = rankOfRoomId(roomId);
    if (rank === undefined || rank >= this.#world.rooms) return undefined;
    const show = this.newest(rank, ms);
    return show.roomId === roomId ? show : undefined;
  }

  *all(ms: number): Generator<Show> {
    for (let rank = 0; rank < this.#world.rooms; rank += 1) yield this.newest(rank, ms);
  }

  /** Begins a new life of a room at once, under its id; false for a room that is none of its channels'. */
  recreate(show: Show, ms: number): boolean {
    const rank = rankOfRoomId(show.roomId);
    if (rank === undefined || this.#newest[rank] !== show) return false;
    this.#newest[rank] = this.#make(rank, show.number, ms);
    return true;
  }

  #make(rank: number, number: number, restartedMs?: number): Show {
    const world = this.#world;
    const planned = planShow(world, rank, number);
    const key = restartedMs === undefined ? planned.key : hash(planned.key, Math.floor(restartedMs / 1000));
    const startMs = restartedMs ?? planned.startMs;
    const plan = { ...planned, key, startMs, endMs: Math.max(planned.endMs, startMs + 3_600_000) };
    const channelKey = hash(world.seed, rank);
    return new Show(
      {
        roomId: roomIdOf(rank, number),
        kind: 'live',
        key,
        number,
        startMs,
        endMs: plan.endMs,
        lines: () => [ownPoints(plan), ...raidsInto(world, plan).map(raidPoints)],
        noisy: true,
        profile: () => profileOf(rank, channelKey, key),
        public: isPublicRank(rank),
        spelling: spellingOf(rank),
      },
      this.#platform,
    );
  }
}
