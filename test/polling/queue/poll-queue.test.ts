import { describe, expect, it } from '@jest/globals';
import { PollQueue, Turn } from '../../../src/polling/queue/poll-queue.ts';

const floorMs = 600_000;

function makeQueue(freshnessMs = 0) {
  const queue = new PollQueue<Turn>({ freshnessMs });
  const turns = new Map<string, Turn>();
  const turnOf = (key: string) => {
    const turn = turns.get(key) ?? new Turn(key, queue.virtualTime);
    turns.set(key, turn);
    return turn;
  };
  return {
    queue,
    offer: (key: string, { weight = 1, urgent = false, nowMs = 0, floor = floorMs } = {}) =>
      queue.offer(turnOf(key), { weight, urgent, floorMs: floor, nowMs }),
    take: (nowMs = 0) => queue.take(nowMs)?.key,
  };
}

/** The least audience-weighted mean age that any polling rates reach, in ms, and that of round robin. */
function bounds(
  weights: readonly number[],
  { ratePerSecond, ceilingMs }: { ratePerSecond: number; ceilingMs: number },
) {
  const rateOf = (share: number, weight: number) =>
    Math.min(1000 / ceilingMs, Math.max(1000 / floorMs, share * Math.sqrt(Math.max(1, weight))));
  let [low, high] = [1e-9, 1e6];
  for (let step = 0; step < 100; step += 1) {
    const middle = Math.sqrt(low * high);
    const calls = weights.reduce((sum, weight) => sum + rateOf(middle, weight), 0);
    if (calls > ratePerSecond) high = middle;
    else low = middle;
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const best = weights.reduce((sum, weight) => sum + (weight * 1000) / rateOf(low, weight) / 2, 0) / total;
  return { best, roundRobin: (weights.length / ratePerSecond / 2) * 1000 };
}

describe('PollQueue', () => {
  it('holds a room once, and tells how many wait and since when', () => {
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

  it('serves the urgent first, then the largest', () => {
    const { offer, take } = makeQueue();
    offer('small', { weight: 1 });
    offer('large', { weight: 100 });
    offer('urgent', { urgent: true });
    expect([take(), take(), take()]).toEqual(['urgent', 'large', 'small']);
  });

  it('moves a room up whose audience has grown while it waits', () => {
    const { offer, take } = makeQueue();
    offer('a', { weight: 10 });
    offer('b', { weight: 5 });
    offer('b', { weight: 1000 });
    expect(take()).toBe('b');
  });

  it('gives every second call to rooms that were never asked', () => {
    const { offer, take } = makeQueue();
    for (const key of ['a', 'b']) offer(key, { weight: 1e6 });
    take();
    take();
    const served: (string | undefined)[] = [];
    offer('n2');
    offer('n1', { weight: 9 });
    for (let call = 0; call < 4; call += 1) {
      for (const key of ['a', 'b']) offer(key, { weight: 1e6 });
      served.push(take());
    }
    expect(served.filter((key) => key?.startsWith('n'))).toEqual(['n1', 'n2']);
    expect(served.indexOf('n2') - served.indexOf('n1')).toBe(2);
  });

  it('holds a room back until its data can be newer, unless it is urgent', () => {
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

  it('asks the smallest room at its floor, however large the others are', () => {
    const { offer, take } = makeQueue();
    const served: number[] = [];
    for (let second = 0; second < 300; second += 1) {
      const nowMs = second * 1000;
      for (const key of ['x', 'y', 'z']) offer(key, { weight: 1e12, nowMs, floor: 60_000 });
      offer('small', { weight: 0, nowMs, floor: 60_000 });
      if (take(nowMs) === 'small') served.push(second);
    }
    expect(served.length).toBeGreaterThanOrEqual(5);
    expect(Math.max(...served.slice(1).map((second, index) => second - (served[index] ?? 0)))).toBeLessThanOrEqual(62);
  });

  it('drains what waits and what sleeps', () => {
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

  it.each([1.0, 1.2])('is within 5 %% of the best mean age that any rates reach, by Zipf exponent %d', (exponent) => {
    const ratePerSecond = 20;
    const ceilingMs = 10_000;
    const weights = Array.from({ length: 5000 }, (_, rank) => 1e5 / (rank + 1) ** exponent);
    const { queue, offer, take } = makeQueue(ceilingMs);
    const rankOf = new Map(weights.map((_, rank) => [String(rank), rank]));
    const askedAt = weights.map(() => 0);
    const [fromMs, untilMs] = [1_200_000, 3_600_000];
    let weightedAge = 0;
    const age = (rank: number, nowMs: number) => {
      const [from, to] = [Math.max(fromMs, askedAt[rank] ?? 0), Math.max(fromMs, nowMs)];
      const since = askedAt[rank] ?? 0;
      weightedAge += ((weights[rank] ?? 0) * ((to - since) ** 2 - (from - since) ** 2)) / 2;
    };
    for (let nowMs = 0; nowMs < untilMs; nowMs += 1000 / ratePerSecond) {
      if (nowMs % 10_000 === 0) weights.forEach((weight, rank) => offer(String(rank), { weight, nowMs }));
      const rank = rankOf.get(take(nowMs) ?? '');
      if (rank === undefined) continue;
      age(rank, nowMs);
      askedAt[rank] = nowMs;
    }
    weights.forEach((_, rank) => age(rank, untilMs));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const got = weightedAge / total / (untilMs - fromMs);
    const { best, roundRobin } = bounds(weights, { ratePerSecond, ceilingMs });
    expect(got / best).toBeLessThan(1.05);
    expect(got / roundRobin).toBeLessThan(0.5);
    expect(queue.length).toBeGreaterThan(0);
  });

  it('knows how long a room will wait from call to call', () => {
    const { queue, offer, take } = makeQueue();
    const weightOf = (room: number) => (room === 0 ? 900 : 1);
    const asked: number[] = [];
    for (let call = 0; call < 20_000; call += 1) {
      for (let room = 0; room < 30; room += 1)
        offer(`r${room}`, { weight: weightOf(room), nowMs: call * 100, floor: 1e9 });
      if (take(call * 100) === 'r0') asked.push(call * 100);
    }
    const gap = ((asked.at(-1) ?? 0) - (asked.at(-101) ?? 0)) / 100;
    expect(queue.expectedIntervalMs(900, 10) / gap).toBeCloseTo(1, 1);
  });

  it('never lets a room wait three times as long as expected, while ever more rooms are known and between firings', () => {
    const [rooms, ratePerSecond, firingMs, stepMs] = [20_000, 40, 60_000, 25];
    const floor = 750_000;
    const { queue, offer, take } = makeQueue();
    const weights = Array.from({ length: rooms }, (_, rank) => Math.max(1, Math.round(20_000 / (rank + 1) ** 1.2)));
    const rankOf = new Map(weights.map((_, rank) => [`r${rank}`, rank]));
    const askedAt = new Map<number, number>();
    const late = new Set<number>();
    for (let nowMs = 0; nowMs < 1_400_000; nowMs += stepMs) {
      if (nowMs % firingMs === 0) weights.forEach((weight, rank) => offer(`r${rank}`, { weight, nowMs, floor }));
      const rank = rankOf.get(take(nowMs) ?? '');
      // Every tenth room is looked at: enough to notice, and the test takes a second.
      if (rank !== undefined && rank % 10 === 0) askedAt.set(rank, nowMs);
      if (nowMs % 5000 !== 0) continue;
      for (const [asked, atMs] of askedAt) {
        const expectedMs = Math.max(firingMs, queue.expectedIntervalMs(weights[asked] ?? 0, ratePerSecond));
        if (nowMs - atMs > 3 * Math.min(expectedMs, floor)) late.add(asked);
      }
    }
    expect([askedAt.size, late.size]).toEqual([rooms / 10, 0]);
  });
});
