import type { JoinCount } from './joins.ts';
import { noLatestValues } from './latest-values.ts';
import { type Life, newLife } from './lifecycle.ts';
import { type LatestValues, type RoomView, taskNames } from './room.ts';
import type { Standing } from './export-state.ts';

/** A room as the registry keeps it. */
export interface Room extends RoomView {
  readonly id: string;
  readonly latest: LatestValues;
  readonly life: Life;
  /** Named in the config. */
  readonly isStatic: boolean;
  /** Kept out by `include` or `exclude`. */
  readonly filtered: boolean;
  /** Polled and exported: not filtered, and within the limit. */
  readonly selected: boolean;
  readonly endedAtMs?: number | undefined;
  /** Joins counted so far in this life, and the newest join time seen, in Unix seconds. */
  readonly joins?: JoinCount | undefined;
}

/** What only the registry itself may change. */
export type MutableRoom = { -readonly [key in keyof Room]: Room[key] } & {
  /** Whether anything has proved that the room lives or lived; without, it has no end that could be told. */
  proven: boolean;
  createTimeSeconds: number | undefined;
  /** Number of the last walk that met the room, and of the first. */
  walk: number;
  firstWalk: number;
  /** When one of Live's commands last said that this is no live room. */
  deniedAtMs: number | undefined;
  /** As it was counted and told last. */
  standing: Standing;
};

/** A room of which nothing is known; with every name, as `noLatestValues` has it. `walk` is the number of the present one. */
export function newRoom({
  id,
  isStatic,
  filtered,
  walk,
}: Pick<Room, 'id' | 'isStatic' | 'filtered'> & { readonly walk: number }): MutableRoom {
  return {
    id,
    latest: noLatestValues(),
    life: newLife,
    isStatic,
    filtered,
    selected: false,
    endedAtMs: undefined,
    joins: undefined,
    proven: false,
    createTimeSeconds: undefined,
    walk: 0,
    firstWalk: walk,
    deniedAtMs: undefined,
    standing: 'unseen',
  };
}

/** Withdraws all that is known of a room's present life. */
export function clearRoom(room: MutableRoom): void {
  for (const task of taskNames) room.latest[task] = undefined;
  room.joins = undefined;
}

export function isEmpty(room: Room): boolean {
  return taskNames.every((task) => room.latest[task] === undefined);
}

/** The newest view count known; a room of which none is known ranks last. */
export function viewCountOf({ latest: { room_list: list, room_info: info } }: Room): number {
  const counts = [list, info].flatMap((reading) =>
    reading?.value.viewCount === undefined ? [] : [{ atMs: reading.atMs, viewCount: reading.value.viewCount }],
  );
  return counts.reduce((newest, next) => (next.atMs > newest.atMs ? next : newest), { atMs: 0, viewCount: 0 })
    .viewCount;
}
