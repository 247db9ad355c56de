import type { Lifecycle } from './lifecycle.ts';

/** Alive and exported; excluded by a filter or by the limit; an end that is exported; or neither exported nor counted. */
export type ExportState = 'exported' | 'filtered' | 'over limit' | 'ended' | 'hidden';

export function exportStateOf(room: {
  readonly lifecycle: Lifecycle;
  readonly endedAtMs?: number | undefined;
  readonly isSelected: boolean;
  readonly isFiltered: boolean;
}): ExportState {
  if (room.lifecycle.phase === 'ended') return room.endedAtMs === undefined ? 'hidden' : 'ended';
  if (room.isSelected) return 'exported';
  return room.isFiltered ? 'filtered' : 'over limit';
}

export function isExported(state: ExportState): boolean {
  return state === 'exported' || state === 'ended';
}

/** How many rooms are alive, and why some of them are not exported. */
export interface RoomCounts {
  readonly alive: number;
  readonly exported: number;
  readonly filtered: number;
  readonly overLimit: number;
}

/** Counts rooms as their states change, so that no scrape has to iterate over all rooms. */
export class RoomCounter {
  readonly #rooms: Record<ExportState, number> = { exported: 0, filtered: 0, 'over limit': 0, ended: 0, hidden: 0 };

  move(from: ExportState, to: ExportState): void {
    this.#rooms[from] -= 1;
    this.#rooms[to] += 1;
  }

  counts(): RoomCounts {
    const { exported, filtered, 'over limit': overLimit } = this.#rooms;
    return { alive: exported + filtered + overLimit, exported, filtered, overLimit };
  }
}
