import { describe, expect, it } from '@jest/globals';
import { enqueueAll } from '../../../src/polling/collections/enqueue-due.ts';
import type { RequestQueue } from '../../../src/polling/queue/request-queue.ts';
import type { Room } from '../../../src/rooms/registry-room.ts';

describe('enqueueAll', () => {
  it('lets the event loop turn where rooms are many, timers and sockets included', async () => {
    let turns = 0;
    let isOver = false;
    const turn = (): void => {
      turns += 1;
      if (!isOver) setImmediate(turn);
    };
    setImmediate(turn);
    let nowMs = 0;
    const demanded: string[] = [];
    const queue = { isWaiting: () => false, demand: (id: string) => demanded.push(id) } as unknown as RequestQueue;
    const due = Array.from({ length: 10 }, (_, index) => ({ id: `room-${index}` }) as Room);
    // Each room takes a slice.
    const clock = { monotonic: () => (nowMs += 10) };
    const counts = await enqueueAll({ due, queue, collection: undefined, clock, isStopped: () => false });
    isOver = true;
    expect(demanded).toEqual(due.map(({ id }) => id));
    expect([counts, turns >= due.length]).toEqual([{ rooms: 10, deferred: 0 }, true]);
  });
});
