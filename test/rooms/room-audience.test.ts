import { describe, expect, it } from '@jest/globals';
import type { StoredRoom } from '../../src/rooms/room.ts';
import { audienceTrend } from '../../src/rooms/room-audience.ts';
import { roomFromLine, roomToLine } from '../../src/rooms/saved-room.ts';
import { freshForMsInTests, recordedRegistry } from './recorded-registry.ts';

const usual = 1000;

/** A registry with the rooms `a` and `b`. */
function watched() {
  const made = recordedRegistry();
  made.list('a', 'b');
  const room = (id = 'a') => made.registry.get(id) as StoredRoom;
  return {
    ...made,
    room,
    /** Responses every 10 s for this time. */
    read: (members: number, { minutes, id = 'a' }: { readonly minutes: number; readonly id?: string }) => {
      for (let response = 0; response < minutes * 6; response += 1) {
        made.wait(10_000);
        made.recordOnline(id, members);
      }
    },
    trend: (id = 'a') => audienceTrend(room(id), made.registry.audiences),
    slot: (id = 'a') => room(id).audienceSlot,
  };
}

type Watched = ReturnType<typeof watched>;

/** A registry whose room `a` has had the same audience for half an hour. */
function watchedShow(): Watched {
  const made = watched();
  made.read(usual, { minutes: 30 });
  return made;
}

/** The rooms in the registry of the next process, some time later. */
function restarted(before: Watched, { afterMs = 0, laterMs = 0 } = {}): Watched {
  const next = watched();
  next.wait(before.now() + laterMs + afterMs - next.now());
  for (const id of ['a', 'b']) {
    const line = roomToLine(before.room(id), before.registry.audiences);
    next.registry.restore(
      roomFromLine(line, { isLast: false, laterMs, nowMs: next.now(), audiences: next.registry.audiences }),
    );
  }
  return next;
}

describe('The history of a room’s audience', () => {
  it('Every response of the online members continues it, and a loss shows', () => {
    const { read, trend } = watchedShow();
    expect(trend()).toMatchObject({ baseline: usual, dropRatio: 1, loss: undefined });
    read(400, { minutes: 2 });
    expect(trend()).toMatchObject({ baseline: usual, dropRatio: 0.4 });
    expect(trend()?.loss?.stepRatio).toBeCloseTo(0.4);
  });

  it('Responses of other tasks, and those that cannot be read, change nothing', () => {
    const { trend, record, registry, now } = watchedShow();
    record('member_list', 'a', { memberCount: 1 });
    record('room_info', 'a', { viewCount: 1 });
    const response = { task: 'online_members', roomId: 'a', value: undefined } as const;
    registry.record({ ...response, atMs: now(), freshForMs: freshForMsInTests });
    expect(trend()).toMatchObject({ baseline: usual, dropRatio: 1 });
  });

  it('A small room takes no slot', () => {
    const { read, slot, trend } = watched();
    read(19, { minutes: 2 });
    expect([slot(), trend()]).toEqual([undefined, undefined]);
    read(20, { minutes: 1 });
    expect(slot()).toBeDefined();
  });

  it('While no response is fresh, or the API calls the room gone, nothing is known of it; the history goes on afterwards', () => {
    const { read, trend, wait, removeStale, gone } = watchedShow();
    wait(300_000);
    removeStale(() => freshForMsInTests);
    expect(trend()).toBeUndefined();
    read(400, { minutes: 2 });
    expect(trend()).toMatchObject({ baseline: usual, dropRatio: 0.4 });
    gone('online_members', 'a');
    expect(trend()).toBeUndefined();
    read(400, { minutes: 1 });
    expect(trend()).toMatchObject({ baseline: usual, dropRatio: 0.4 });
  });

  it.each<[string, (made: Watched) => void]>([
    ['the room ends', ({ end }) => end('a')],
    ['the room was created again', ({ list }) => list({ roomId: 'a', createTimeSeconds: 900 }, 'b')],
    ['the room loses its place', ({ configure }) => configure({ exclude: [/^a$/] })],
    ['the room is forgotten', ({ configure }) => configure({ discover: 'chat' })],
  ])('Its slot is free as soon as %s', (_, change) => {
    const made = watched();
    made.list({ roomId: 'a', createTimeSeconds: 400 }, 'b');
    made.read(usual, { minutes: 30 });
    const slot = made.slot();
    const room = made.room();
    change(made);
    expect(room.audienceSlot).toBeUndefined();
    made.setConfigured('b');
    made.read(usual, { minutes: 1, id: 'b' });
    expect(made.slot('b')).toBe(slot);
  });

  it('The next life of a room begins without a history', () => {
    const { list, read, trend } = watchedShow();
    list({ roomId: 'a', createTimeSeconds: 400 }, 'b');
    list({ roomId: 'a', createTimeSeconds: 900 }, 'b');
    read(400, { minutes: 1 });
    expect(trend()?.baseline).toBeUndefined();
  });

  it.each([
    ['on the same machine', 0],
    ['on a machine whose clock is ahead by 20 minutes', 1_200_000],
    ['on a machine whose clock is behind by 20 minutes', -1_200_000],
  ])('It goes on in the next process, %s', (_, laterMs) => {
    const before = watchedShow();
    before.read(400, { minutes: 2 });
    const after = restarted(before, { laterMs, afterMs: 30_000 });
    const { loss, deviation = 0, ...trend } = before.trend() ?? {};
    expect(after.trend()).toEqual({
      ...trend,
      deviation: expect.closeTo(deviation),
      loss: { ...loss, stepRatio: expect.closeTo(0.4), startedAtMs: (loss?.startedAtMs ?? 0) + laterMs },
    });
    after.read(400, { minutes: 5 });
    before.read(400, { minutes: 5 });
    expect(after.trend()).toMatchObject({ baseline: usual, dropRatio: 0.4, loss: { stepRatio: expect.closeTo(0.4) } });
  });

  it('A loss while no process ran is seen', () => {
    const after = restarted(watchedShow(), { afterMs: 300_000 });
    after.read(400, { minutes: 2 });
    expect(after.trend()).toMatchObject({ baseline: usual, dropRatio: 0.4, loss: { stepRatio: undefined } });
  });

  it('A state of an older version, or one that makes no sense, begins without it', () => {
    const before = watchedShow();
    const line = roomToLine(before.room(), before.registry.audiences);
    const saved = JSON.parse(line) as Record<string, unknown>;
    for (const audience of [undefined, [], [1e300, -5, 0.5]]) {
      const next = watched();
      next.registry.restore(
        roomFromLine(JSON.stringify({ ...saved, audience }), { isLast: true, audiences: next.registry.audiences }),
      );
      expect(next.trend()?.baseline).toBeUndefined();
      next.read(usual, { minutes: 30 });
      expect(next.trend()).toMatchObject({ baseline: usual, dropRatio: 1 });
    }
  });
});
