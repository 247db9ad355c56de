import type { Clock } from '../../platform/clock.ts';
import type { RoomChanges } from '../../rooms/registry-options.ts';
import type { RoomRegistry } from '../../rooms/registry.ts';
import type { RoomLister } from '../../tasks/task.ts';
import type { TencentClient } from '../../tencent/client.ts';
import { CursorGuard } from '../../tencent/cursor-guard.ts';

export interface ListingContext {
  readonly lister: RoomLister;
  readonly call: TencentClient['call'];
  readonly registry: RoomRegistry;
  readonly clock: Clock;
  readonly onChanges: (changes: RoomChanges) => void;
  /** False once rooms are discovered in another way: then the list is of no use any more. */
  readonly isCurrent: () => boolean;
}

export interface ListingResult {
  readonly rooms: number;
  readonly pages: number;
  /** Rows that could not be read: a room that this listing did not contain may be one of them. */
  readonly unreadableRows: number;
}

/**
 * Reads all pages of the room list once; each call of the returned function reads one page. The registry gets the rooms page
 * by page, so new rooms are polled while the listing goes on. Only a listing that reaches the end of the list, and could read
 * every row, says which rooms are missing. Resolves with `abandoned` if rooms are discovered in another way meanwhile.
 */
export function startListing(context: ListingContext): () => Promise<'more' | 'abandoned' | ListingResult> {
  const { lister, call, registry, clock, onChanges, isCurrent } = context;
  const guard = new CursorGuard(lister.command.name, lister.maxPages);
  let next = '';
  let pages = 0;
  let rooms = 0;
  let unreadableRows = 0;
  registry.startListing();
  return async () => {
    const page = await call(lister.command, { next });
    if (!isCurrent()) return 'abandoned';
    pages += 1;
    unreadableRows += page.unreadableRows;
    for (const row of page.rooms) {
      const { isFirst, changes } = registry.listed(row, clock.now());
      if (isFirst) rooms += 1;
      onChanges(changes);
    }
    if (page.next !== '') {
      guard.follow(page.next);
      next = page.next;
      return 'more';
    }
    if (unreadableRows === 0) onChanges(registry.completeListing(clock.now()));
    return { rooms, pages, unreadableRows };
  };
}
