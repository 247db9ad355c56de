import type { RoomRegistry } from '../../rooms/registry.ts';
import type { TencentClient } from '../../tencent/client.ts';
import type { Clock } from '../../platform/clock.ts';
import { CursorGuard } from './cursor-guard.ts';
import type { RoomLister } from './room-lister.ts';

/** A walk found rows that it could not read, so that a room it did not meet may still be in the list. */
export interface WalkResult {
  readonly rooms: number;
  readonly pages: number;
  readonly unreadableRows: number;
}

/**
 * One walk over the room list, page by page. Rooms are handed to the registry as they come, so that they are asked
 * about while the walk goes on. Only a walk that comes to its end, and could read every row, says which rooms are missing.
 */
export function beginWalk(context: {
  readonly lister: RoomLister;
  readonly client: TencentClient;
  readonly registry: RoomRegistry;
  readonly clock: Clock;
  readonly onEnd: (result: WalkResult) => void;
  /** False once rooms are found in another way: what the list still says is of no use. */
  readonly isCurrent: () => boolean;
  readonly onAbandoned: () => void;
}): () => Promise<'more' | 'done'> {
  const { lister, client, registry, clock, onEnd, isCurrent, onAbandoned } = context;
  const guard = new CursorGuard(lister.command, lister.maxPages);
  let next = '';
  let pages = 0;
  let rooms = 0;
  let unreadableRows = 0;
  registry.beginWalk();
  return async () => {
    const page = await client.call(lister.endpoint, { next });
    if (!isCurrent()) {
      onAbandoned();
      return 'done';
    }
    pages += 1;
    unreadableRows += page.unreadableRows;
    for (const row of page.rooms) if (registry.listed(row, clock.now())) rooms += 1;
    if (page.next !== '') {
      guard.follow(page.next);
      next = page.next;
      return 'more';
    }
    if (unreadableRows === 0) registry.completeWalk(clock.now());
    onEnd({ rooms, pages, unreadableRows });
    return 'done';
  };
}
