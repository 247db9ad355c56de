import type { Life } from './lifecycle.ts';

/** Alive and exported, kept out by a filter or beyond the limit; an end that is exported; or not to be seen at all. */
export type Standing = 'exported' | 'filtered' | 'over limit' | 'ended' | 'unseen';

/** Where a room stands, by what the registry knows of it. */
export function standingOf(room: {
  readonly life: Life;
  readonly endedAtMs?: number | undefined;
  readonly selected: boolean;
  readonly filtered: boolean;
}): Standing {
  if (room.life.phase === 'ended') return room.endedAtMs === undefined ? 'unseen' : 'ended';
  if (room.selected) return 'exported';
  return room.filtered ? 'filtered' : 'over limit';
}

export function isExported(standing: Standing): boolean {
  return standing === 'exported' || standing === 'ended';
}

/** How many rooms live, and why some of them are not exported. */
export interface RoomCounts {
  readonly alive: number;
  readonly exported: number;
  readonly filtered: number;
  readonly overLimit: number;
}

/** Counts rooms as they move, so that no scrape has to walk over all of them. */
export class Census {
  readonly #rooms: Record<Standing, number> = { exported: 0, filtered: 0, 'over limit': 0, ended: 0, unseen: 0 };

  move(from: Standing, to: Standing): void {
    this.#rooms[from] -= 1;
    this.#rooms[to] += 1;
  }

  counts(): RoomCounts {
    const { exported, filtered, 'over limit': overLimit } = this.#rooms;
    return { alive: exported + filtered + overLimit, exported, filtered, overLimit };
  }
}
