import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../support/fake-clock.ts';
import { ReceivedQueue } from '../../src/webhooks/received-queue.ts';

const limits = { maxEntries: 3, maxBytes: 100 };

describe('The queue of received webhooks', () => {
  it('It refuses entries beyond its number, and takes new ones once it has worked', async () => {
    const worked: number[] = [];
    const queue = new ReceivedQueue<number>({
      ...limits,
      work: (entry) => worked.push(entry),
      onSlice: () => {},
      onError: () => {},
      clock: new FakeClock(),
    });
    expect([1, 2, 3, 4].map((entry) => queue.push(entry, 0))).toEqual([true, true, true, false]);
    expect(queue.length).toBe(3);
    await queue.drained();
    expect([worked, queue.length, queue.push(5, 0)]).toEqual([[1, 2, 3], 0, true]);
    await queue.drained();
    expect(worked).toEqual([1, 2, 3, 5]);
  });

  it('Bytes are bounded, and free again once they are released or worked off', async () => {
    const queue = new ReceivedQueue<string>({
      ...limits,
      work: () => {},
      onSlice: () => {},
      onError: () => {},
      clock: new FakeClock(),
    });
    expect([queue.hold(60), queue.hold(60), queue.hold(40), queue.hold(1)]).toEqual([true, false, true, false]);
    queue.release(40);
    queue.push('a', 60);
    await queue.drained();
    expect([queue.hold(100), queue.hold(1)]).toEqual([true, false]);
  });

  it('It works in slices, between which everything else runs, and keeps the order of what arrives meanwhile', async () => {
    const events: string[] = [];
    let nowMs = 0;
    const queue = new ReceivedQueue<string>({
      maxEntries: 10,
      maxBytes: 1,
      work: (entry) => {
        events.push(entry);
        nowMs += 1;
        if (entry === 'a') queue.push('d', 0);
      },
      onSlice: () => {
        events.push('slice');
        setImmediate(() => events.push('other work'));
      },
      onError: () => {},
      clock: { monotonic: () => nowMs },
    });
    for (const entry of ['a', 'b', 'c']) queue.push(entry, 0);
    expect(events).toEqual([]);
    await queue.drained();
    expect(events).toEqual(['a', 'b', 'slice', 'other work', 'c', 'd', 'slice', 'other work', 'slice']);
    expect(queue.length).toBe(0);
  });

  it('An entry that cannot be worked off costs itself only', async () => {
    const worked: string[] = [];
    const errors: unknown[] = [];
    const queue = new ReceivedQueue<string>({
      ...limits,
      work: (entry) => {
        if (entry === 'bad') throw new Error('the reason');
        worked.push(entry);
      },
      onSlice: () => {},
      onError: (error) => errors.push(error),
      clock: new FakeClock(),
    });
    for (const entry of ['a', 'bad', 'b']) queue.push(entry, 0);
    await queue.drained();
    expect([worked, errors]).toEqual([['a', 'b'], [new Error('the reason')]]);
  });
});
