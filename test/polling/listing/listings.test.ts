import { describe, expect, it } from '@jest/globals';
import { Listings } from '../../../src/polling/listing/listings.ts';
import type { RoomChanges } from '../../../src/rooms/registry-options.ts';
import { RoomRegistry } from '../../../src/rooms/registry.ts';
import { roomList } from '../../../src/tasks/tasks.ts';
import type { TencentClient } from '../../../src/tencent/client.ts';
import type { RoomListPage } from '../../../src/tencent/commands/get-room-list.ts';
import { CallFailure } from '../../../src/tencent/failures.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { applyAll } from '../../support/apply-all.ts';

const page = (roomIds: readonly string[], { next = '', unidentified = 0 } = {}): RoomListPage => ({
  rooms: roomIds.map((roomId) => ({ roomId })),
  next,
  rows: roomIds.length + unidentified,
});

const fullPage = Array.from({ length: 20 }, (_, index) => `new-${index}`);

/** Listings of an app whose room limit is one; each call returns the next of these pages. */
function makeListings(pages: readonly (RoomListPage | Error)[], { usesCounts = false, limit = 1 } = {}) {
  const left = [...pages];
  const clock = new FakeClock();
  const registry = new RoomRegistry({
    selection: { discover: 'live', include: [], exclude: [], limit },
    endedRetentionMs: 1_800_000,
    listener: { published: () => {}, withdrawn: () => {} },
  });
  const due: string[] = [];
  const toVerify: string[] = [];
  let discover: 'live' | 'chat' = 'live';
  const onChanges = (changes: RoomChanges) => {
    due.push(...changes.due.map(({ id }) => id));
    toVerify.push(...changes.toVerify.map(({ id }) => id));
  };
  const listings = new Listings({
    registry,
    clock,
    usesCounts: () => usesCounts,
    call: (() => {
      const result = left.shift() ?? page([]);
      return result instanceof Error ? Promise.reject(result) : Promise.resolve(result);
    }) as unknown as TencentClient['call'],
    onChanges,
    applyAll: async (work) => applyAll(work, onChanges),
    discover: () => discover,
    lister: () => roomList.listers[discover],
  });
  const ends: (CallFailure | undefined)[] = [];
  const recordNextEnd = () => listings.onNextEnd((failure) => ends.push(failure));
  recordNextEnd();
  /** Makes the calls of one listing, and reports its failure to it like a queue. */
  const runListing = async (onPage: () => void = () => {}) => {
    const job = listings.startJob();
    try {
      while ((await job.next()) === 'more') onPage();
    } catch (error) {
      job.failed(error as CallFailure);
    }
  };
  const roomIds = () => [...registry.rooms()].map(({ id }) => id);
  const discoverByChat = () => (discover = 'chat');
  return { clock, listings, recordNextEnd, registry, runListing, discoverByChat, roomIds, due, toVerify, ends };
}

const timeout = new CallFailure({ command: 'get_room_list', reason: 'timeout', found: 'no response within 5 s' });

describe('Listings', () => {
  it('Rooms are due as soon as the page that contains them was read', async () => {
    const { runListing, due } = makeListings([page(['room-1'], { next: 'a' }), page(['room-2'])]);
    const dueAfterPages: string[][] = [];
    await runListing(() => dueAfterPages.push([...due]));
    expect([dueAfterPages, due]).toEqual([[['room-1']], ['room-1']]);
  });

  it('The duration is that of the last listing, or of the present one if that has taken longer already', async () => {
    const { clock, listings, runListing } = makeListings([page(['room-1'], { next: 'a' }), page(['room-2'])]);
    expect(listings.durationMs).toBe(0);
    const slow = listings.startJob();
    await slow.next();
    await clock.advance(200_000);
    expect(listings.durationMs).toBe(200_000);
    await slow.next();
    await clock.advance(60_000);
    expect(listings.durationMs).toBe(200_000);
    await runListing();
    expect(listings.durationMs).toBe(0);
  });

  it('The progress is that of the listing that runs', async () => {
    const { clock, listings } = makeListings([page(['room-1'], { next: 'a' }), page(['room-2'])]);
    expect(listings.progress).toEqual({ pages: 0, runningSeconds: 0 });
    const job = listings.startJob();
    await job.next();
    await clock.advance(12_000);
    expect(listings.progress).toEqual({ pages: 1, runningSeconds: 12 });
    await job.next();
    expect(listings.progress).toEqual({ pages: 0, runningSeconds: 0 });
  });

  it('The end of a listing is reported once, after its last page', async () => {
    const { listings, runListing, ends } = makeListings([page(['room-1'], { next: 'a' }), page(['room-2'])]);
    expect([listings.hasEnded, listings.hasReadList]).toEqual([false, false]);
    await runListing(() => expect(ends).toEqual([]));
    expect([ends, listings.hasEnded, listings.hasReadList]).toEqual([[undefined], true, true]);
  });

  it('A listing that fails has ended without success, and suspects no room', async () => {
    const { listings, recordNextEnd, runListing, toVerify, ends } = makeListings([
      page(['room-1']),
      timeout,
      timeout,
      timeout,
    ]);
    await runListing();
    for (let listing = 0; listing < 3; listing += 1) {
      recordNextEnd();
      await runListing();
    }
    expect([ends, toVerify]).toEqual([[undefined, timeout, timeout, timeout], []]);
    expect(listings.hasEnded).toBe(true);
  });

  it('A failed first listing leaves the rooms unknown', async () => {
    const { listings, runListing } = makeListings([timeout]);
    await runListing();
    expect([listings.hasEnded, listings.hasReadList]).toEqual([true, false]);
  });

  it('Rooms beyond the limit that a failed listing has discovered are forgotten', async () => {
    const { runListing, roomIds } = makeListings([page(['room-1', 'room-2'], { next: 'a' }), timeout]);
    await runListing();
    expect(roomIds()).toEqual(['room-1']);
  });

  it('A listing with a cursor that repeats fails as malformed', async () => {
    const { runListing, ends } = makeListings([
      page(['room-1'], { next: 'a' }),
      page(['room-2'], { next: 'b' }),
      page(fullPage, { next: 'a' }),
    ]);
    await runListing();
    expect(ends.map((failure) => failure?.reason)).toEqual(['malformed']);
  });

  it('Rooms beyond the limit may be the rows without a readable id, so as many of them are not forgotten', async () => {
    const missing = page(['room-1'], { unidentified: 1 });
    const { runListing, roomIds, ends } = makeListings([page(['room-1', 'room-2', 'room-3']), missing, missing]);
    for (let listing = 0; listing < 3; listing += 1) await runListing();
    expect(roomIds()).toEqual(['room-1', 'room-2']);
    expect(ends).toEqual([undefined]);
  });

  it.each([
    ['a page without a list', { rooms: [], rows: undefined, next: '' }],
    ['a page without a readable cursor', { ...page(['room-2']), next: undefined }],
  ])(
    'A listing with %s succeeds, says of no room that it is missing, and leaves new rooms a place',
    async (_what, odd) => {
      const pages = [page(['room-1']), odd, odd, page(['room-2'], { next: 'a' }), odd];
      const { listings, runListing, toVerify, roomIds, ends } = makeListings(pages, { limit: 2 });
      for (let listing = 0; listing < 4; listing += 1) await runListing();
      expect([toVerify, ends, listings.hasReadList]).toEqual([[], [undefined], true]);
      expect(roomIds()).toEqual(['room-1', 'room-2']);
    },
  );

  it('A list of which no page could be read leaves the rooms unknown', async () => {
    const { listings, runListing } = makeListings([{ rooms: [], rows: undefined, next: '' }]);
    await runListing();
    expect([listings.hasEnded, listings.hasReadList]).toEqual([true, false]);
  });

  it('A page without a list does not hide the pages after it', async () => {
    const { runListing, roomIds } = makeListings([{ rooms: [], rows: undefined, next: 'a' }, page(['room-2'])]);
    await runListing();
    expect(roomIds()).toEqual(['room-2']);
  });

  it('The undocumented counts of the list are kept only if they are used', async () => {
    const counted = { rooms: [{ roomId: 'a', onlineCount: 5, memberCount: 6 }], rows: 1, next: '' };
    const countsOf = async (usesCounts: boolean) => {
      const { runListing, registry } = makeListings([structuredClone(counted)], { usesCounts });
      await runListing();
      const value = registry.get('a')?.latest.room_list?.value;
      return [value?.onlineCount, value?.memberCount];
    };
    expect([await countsOf(false), await countsOf(true)]).toEqual([
      [undefined, undefined],
      [5, 6],
    ]);
  });

  it('A room that two complete listings do not contain is verified', async () => {
    const { runListing, toVerify } = makeListings([page(['room-1']), page([]), page([])]);
    for (let listing = 0; listing < 3; listing += 1) await runListing();
    expect(toVerify).toEqual(['room-1']);
  });

  it('A listing is abandoned if rooms are discovered in another way meanwhile', async () => {
    const { listings, runListing, discoverByChat, roomIds, ends } = makeListings([
      page(['room-1'], { next: 'a' }),
      page(['room-2']),
    ]);
    await runListing(discoverByChat);
    expect(ends.map((failure) => failure?.message)).toEqual([
      'get_room_list: abandoned because a reload has changed how rooms are discovered',
    ]);
    expect([roomIds(), listings.hasEnded, listings.hasReadList]).toEqual([['room-1'], true, false]);
  });

  it('A listing that is cancelled between two pages has ended without success', async () => {
    const { listings, ends } = makeListings([page(['room-1'], { next: 'a' })]);
    await listings.startJob().next();
    listings.cancel();
    expect(ends.map((failure) => failure?.reason)).toEqual(['unknown']);
    expect([listings.hasEnded, listings.hasReadList]).toEqual([true, false]);
  });

  it('If rooms are discovered in another way, no listing has succeeded yet', async () => {
    const { listings, runListing } = makeListings([page(['room-1'])]);
    await runListing();
    listings.forget();
    expect([listings.hasEnded, listings.hasReadList]).toEqual([true, false]);
  });
});
