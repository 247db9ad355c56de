import { describe, expect, it } from '@jest/globals';
import type { RequestQueue } from '../../../src/polling/queue/request-queue.ts';
import { enqueueDue } from '../../../src/polling/room-polling.ts';
import type { Room } from '../../../src/rooms/room.ts';

describe('Enqueueing due rooms', () => {
  it('Other work goes on while very many rooms are enqueued, timers and sockets included', async () => {
    let ticks = 0;
    let isOver = false;
    const tick = (): void => {
      ticks += 1;
      if (!isOver) setImmediate(tick);
    };
    setImmediate(tick);
    let nowMs = 0;
    const enqueued: string[] = [];
    const queue = { isWaiting: () => false, enqueue: (id: string) => enqueued.push(id) } as unknown as RequestQueue;
    const due = Array.from({ length: 10 }, (_, index) => ({ id: `room-${index}` }) as Room);
    // Each room uses up the time budget.
    const clock = { monotonic: () => (nowMs += 10) };
    const counts = await enqueueDue({ due, queue, collection: undefined, clock, isStopped: () => false });
    isOver = true;
    expect(enqueued).toEqual(due.map(({ id }) => id));
    expect([counts, ticks >= due.length]).toEqual([{ rooms: 10, deferred: 0 }, true]);
  });
});
