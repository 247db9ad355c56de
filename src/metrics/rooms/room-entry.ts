import type { RoomView } from '../../rooms/room.ts';
import { labelText } from '../format/metric-family.ts';
import type { LabelledSample, RoomFamily } from './room-family.ts';
import { roomLabels } from './room-text.ts';
import { roomShare, type RoomShare } from './room-totals.ts';
import { fact, sane } from './room-facts.ts';
import type { RoomBlock } from './room-block.ts';

/**
 * What a room has in a family: its value; or, where samples carry labels of their own, what follows the room's labels in
 * each line, joined by line feeds (within labels they are escaped); or nothing.
 */
export type Cell = number | string | undefined;

/** What is to be shown of a room: one cell for each family, in their order. */
export interface RoomCells {
  readonly cells: readonly Cell[];
  /** Sample lines in all of them. */
  readonly series: number;
}

/** A room that an app exports, shown or (beyond the limit of series) not. */
export interface RoomEntry extends RoomShare {
  /** The registry's own object, read anew whenever it says that the room has changed. */
  room: RoomView;
  /** The labels that every line of the room carries. */
  readonly labels: string;
  /** Where the room is shown; undefined where it is dropped. */
  block: RoomBlock | undefined;
  series: number;
}

export function createEntry(sdkAppId: number, room: RoomView): RoomEntry {
  const { isAlive, fresh, onlineMembers } = roomShare(room);
  // Field by field: with a spread V8 takes more memory, as in the endpoints, and there is one for every room.
  return {
    room,
    labels: roomLabels(sdkAppId, room.id),
    block: undefined,
    series: 0,
    isAlive,
    fresh,
    onlineMembers,
  };
}

/** Reads a room as it is now. */
export function readCells({ room }: RoomEntry, families: readonly RoomFamily[]): RoomCells {
  const cells: Cell[] = [];
  let series = 0;
  for (const family of families) {
    if (family.kind === 'value') {
      const value = family.value(room);
      cells.push(value);
      if (value !== undefined) series += 1;
    } else {
      const samples = family.samples(room);
      cells.push(samples.length === 0 ? undefined : samples.map(lineEnd).join('\n'));
      series += samples.length;
    }
  }
  return { cells, series };
}

/** A line of a sample after the labels of its room, which has at least one, and without the line feed. */
function lineEnd({ labels, value }: LabelledSample): string {
  return labels.length === 0 ? `} ${value}` : `,${labelText(labels)}} ${value}`;
}

/** By what rooms are ranked where not all can be shown; unknown and ended ones come last. */
export function viewsOf({ room }: RoomEntry): number {
  return room.endedAtMs === undefined ? (fact(room.latest, (facts) => sane(facts.viewCount)) ?? 0) : 0;
}
