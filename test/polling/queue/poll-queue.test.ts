import { describe, expect, it } from '@jest/globals';
import { PollQueue } from '../../../src/polling/queue/poll-queue.ts';
import { QueueEntry } from '../../../src/polling/queue/queue-entry.ts';

const longestAgeMs = 600_000;

function makeQueue(cacheAgeMs = 0) {
  const queue = new PollQueue({ cacheAgeMs });
  const entries = new Map<string, QueueEntry>();
  const entryOf = (key: string) => {
    const entry = entries.get(key) ?? new QueueEntry(key, queue.virtualTime);
    entries.set(key, entry);
    return entry;
  };
  return {
    queue,
    offer: (key: string, { weight = 1, urgent = false, nowMs = 0, maxAgeMs = longestAgeMs } = {}) =>
      queue.offer(entryOf(key), { weight, urgent, maxAgeMs, nowMs }),
    take: (nowMs = 0) => queue.take(nowMs)?.key,
  };
}

/** The lowest audience-weighted mean age that any calling rates reach, in ms, and that of round robin. */
function bounds(
  weights: readonly number[],
  { ratePerSecond, cacheAgeMs }: { ratePerSecond: number; cacheAgeMs: number },
) {
  const rateOf = (share: number, weight: number) =>
    Math.min(1000 / cacheAgeMs, Math.max(1000 / longestAgeMs, share * Math.sqrt(Math.max(1, weight))));
  let [low, high] = [1e-9, 1e6];
  for (let step = 0; step < 60; step += 1) {
    const middle = Math.sqrt(low * high);
    const calls = weights.reduce((sum, weight) => sum + rateOf(middle, weight), 0);
    if (calls > ratePerSecond) high = middle;
    else low = middle;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const best = weights.reduce((sum, weight) => sum + (weight * 1000) / rateOf(low, weight) / 2, 0) / total;
  return { best, roundRobin: (weights.length / ratePerSecond / 2) * 1000 };
}

describe('The poll queue', () => {
  it('A room is in the queue once, and the queue reports how many rooms wait and since when', () => {
    const { queue, offer, take } = makeQueue();
    offer('a', { nowMs: 5, weight: 2 });
    offer('b', { nowMs: 7 });
    offer('a', { nowMs: 9, weight: 2 });
    expect([queue.length, queue.oldestSinceMs]).toEqual([2, 5]);
    take(9);
    expect([queue.length, queue.oldestSinceMs]).toEqual([1, 7]);
    take(9);
    expect([queue.length, queue.oldestSinceMs]).toEqual([0, undefined]);
  });

  it('Trials go from room to room: first those that were never called, then the one whose last call is longest ago', () => {
    const { queue, offer, take } = makeQueue();
    offer('called', { weight: 10_000 });
    take(0);
    const trials = [10_000, 20_000, 30_000, 40_000].map((nowMs) => {
      for (const [rank, key] of ['called', 'a', 'b'].entries()) offer(key, { weight: 10_000 / (rank + 1), nowMs });
      const trial = queue.takeTrial(nowMs)?.key;
      queue.drain();
      return trial;
    });
    expect(trials).toEqual(['a', 'b', 'called', 'a']);
  });

  it('Urgent rooms come first, then the largest', () => {
    const { offer, take } = makeQueue();
    offer('small', { weight: 1 });
    offer('large', { weight: 100 });
    offer('urgent', { urgent: true });
    expect([take(), take(), take()]).toEqual(['urgent', 'large', 'small']);
  });

  it('A room whose audience has grown while it waits moves up', () => {
    const { offer, take } = makeQueue();
    offer('a', { weight: 10 });
    offer('b', { weight: 5 });
    offer('b', { weight: 1000 });
    expect(take()).toBe('b');
  });

  it('Rooms that were never called get five of six calls, the largest first', () => {
    const { offer, take } = makeQueue();
    for (const key of ['a', 'b']) offer(key, { weight: 1e6 });
    take();
    take();
    const called: (string | undefined)[] = [];
    for (let room = 0; room < 20; room += 1) offer(`n${room}`, { weight: room });
    for (let call = 0; call < 24; call += 1) {
      for (const key of ['a', 'b']) offer(key, { weight: 1e6 });
      called.push(take());
    }
    const newRooms = called.filter((key) => key?.startsWith('n'));
    expect(newRooms).toEqual(Array.from({ length: 20 }, (_, index) => `n${19 - index}`));
    expect(called.slice(0, 12).filter((key) => key?.startsWith('n'))).toHaveLength(10);
  });

  it('All rooms get their first call in 1.25 times the shortest time, while the 200 largest known rooms are called every 30 s', () => {
    const [rooms, ratePerSecond] = [20_000, 100];
    const { offer, take } = makeQueue(10_000);
    const weights = Array.from({ length: rooms }, (_, rank) => Math.round(20_000 / (rank + 1) ** 1.2));
    const calledAt = new Map<string, number>();
    let oldestMs = 0;
    let nowMs = 0;
    for (; calledAt.size < rooms; nowMs += 1000 / ratePerSecond) {
      if (nowMs % 10_000 === 0) weights.forEach((weight, rank) => offer(`r${rank}`, { weight, nowMs }));
      const key = take(nowMs);
      if (key !== undefined) calledAt.set(key, nowMs);
      if (nowMs % 1000 !== 0) continue;
      for (let rank = 0; rank < 200; rank += 1)
        oldestMs = Math.max(oldestMs, nowMs - (calledAt.get(`r${rank}`) ?? nowMs));
    }
    expect(nowMs).toBeLessThanOrEqual((1.25 * rooms * 1000) / ratePerSecond);
    expect(oldestMs).toBeLessThanOrEqual(30_000);
  });

  it('A room sleeps while the server caches its last response, unless it is urgent', () => {
    const { queue, offer, take } = makeQueue(10_000);
    offer('a');
    take(0);
    offer('a', { nowMs: 1000 });
    expect([queue.hasReady(8999), queue.nextWakeMs(), take(8999)]).toEqual([false, 9000, undefined]);
    expect([queue.hasReady(9000), take(9000)]).toEqual([true, 'a']);
    offer('a', { nowMs: 9001 });
    offer('a', { nowMs: 9001, urgent: true });
    expect(take(9001)).toBe('a');
  });

  it('The smallest room is called within its maximum age, however large the other rooms are', () => {
    const { offer, take } = makeQueue();
    const called: number[] = [];
    for (let second = 0; second < 300; second += 1) {
      const nowMs = second * 1000;
      for (const key of ['x', 'y', 'z']) offer(key, { weight: 1e12, nowMs, maxAgeMs: 60_000 });
      offer('small', { weight: 0, nowMs, maxAgeMs: 60_000 });
      if (take(nowMs) === 'small') called.push(second);
    }
    expect(called.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...called.slice(1).map((second, index) => second - (called[index] ?? 0)))).toBeLessThanOrEqual(62);
  });

  it('Draining takes out waiting and sleeping rooms', () => {
    const { queue, offer, take } = makeQueue(10_000);
    offer('a');
    take(0);
    offer('a');
    offer('b');
    offer('c', { urgent: true });
    expect(
      queue
        .drain()
        .map(({ key }) => key)
        .toSorted(),
    ).toEqual(['a', 'b', 'c']);
    expect([queue.length, queue.nextWakeMs(), take(1e9)]).toEqual([0, Infinity, undefined]);
  });

  it.each([1.0, 1.2])('The mean age is within 5 %% of the optimum, for Zipf exponent %d', (exponent) => {
    const ratePerSecond = 20;
    const cacheAgeMs = 10_000;
    const weights = Array.from({ length: 5000 }, (_, rank) => 1e5 / (rank + 1) ** exponent);
    const { queue, offer, take } = makeQueue(cacheAgeMs);
    const rankOf = new Map(weights.map((_, rank) => [String(rank), rank]));
    const calledAt = weights.map(() => 0);
    const due = new Set(weights.keys());
    const [fromMs, untilMs] = [1_200_000, 3_600_000];
    let weightedAge = 0;
    const age = (rank: number, nowMs: number) => {
      const [from, to] = [Math.max(fromMs, calledAt[rank] ?? 0), Math.max(fromMs, nowMs)];
      const since = calledAt[rank] ?? 0;
      weightedAge += ((weights[rank] ?? 0) * ((to - since) ** 2 - (from - since) ** 2)) / 2;
    };
    for (let nowMs = 0; nowMs < untilMs; nowMs += 1000 / ratePerSecond) {
      // All rooms are due every 10 s. Offering a room that waits already, with the same weight, changes nothing.
      if (nowMs % 10_000 === 0) {
        for (const rank of due) offer(String(rank), { weight: weights[rank] ?? 0, nowMs });
        due.clear();
      }
      const rank = rankOf.get(take(nowMs) ?? '');
      if (rank === undefined) continue;
      due.add(rank);
      age(rank, nowMs);
      calledAt[rank] = nowMs;
    }
    weights.forEach((_, rank) => age(rank, untilMs));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const got = weightedAge / total / (untilMs - fromMs);
    const { best, roundRobin } = bounds(weights, { ratePerSecond, cacheAgeMs });
    expect(got / best).toBeLessThan(1.05);
    expect(got / roundRobin).toBeLessThan(0.5);
    expect(queue.length).toBeGreaterThan(0);
  });

  it('The queue knows how long a room will wait from call to call', () => {
    const { queue, offer, take } = makeQueue();
    const weightOf = (room: number) => (room === 0 ? 900 : 1);
    const calledAtMs: number[] = [];
    for (let call = 0; call < 20_000; call += 1) {
      for (let room = 0; room < 30; room += 1)
        offer(`r${room}`, { weight: weightOf(room), nowMs: call * 100, maxAgeMs: 1e9 });
      if (take(call * 100) === 'r0') calledAtMs.push(call * 100);
    }
    const gap = ((calledAtMs.at(-1) ?? 0) - (calledAtMs.at(-101) ?? 0)) / 100;
    expect(queue.expectedIntervalMs(900, 10) / gap).toBeCloseTo(1, 1);
  });

  it('No room waits three times as long as expected, not even while the number of known rooms grows', () => {
    const [rooms, ratePerSecond, triggerMs, stepMs] = [20_000, 40, 60_000, 25];
    const maxAgeMs = 750_000;
    const { queue, offer, take } = makeQueue();
    const weights = Array.from({ length: rooms }, (_, rank) => Math.max(1, Math.round(20_000 / (rank + 1) ** 1.2)));
    const rankOf = new Map(weights.map((_, rank) => [`r${rank}`, rank]));
    const calledAt = new Map<number, number>();
    const late = new Set<number>();
    for (let nowMs = 0; nowMs < 1_400_000; nowMs += stepMs) {
      if (nowMs % triggerMs === 0) weights.forEach((weight, rank) => offer(`r${rank}`, { weight, nowMs, maxAgeMs }));
      const rank = rankOf.get(take(nowMs) ?? '');
      // Checking every tenth room is enough, and the test takes a second.
      if (rank !== undefined && rank % 10 === 0) calledAt.set(rank, nowMs);
      if (nowMs % 5000 !== 0) continue;
      for (const [called, atMs] of calledAt) {
        const expectedMs = Math.max(triggerMs, queue.expectedIntervalMs(weights[called] ?? 0, ratePerSecond));
        if (nowMs - atMs > 3 * Math.min(expectedMs, maxAgeMs)) late.add(called);
      }
    }
    expect([calledAt.size, late.size]).toEqual([rooms / 10, 0]);
  });
});
