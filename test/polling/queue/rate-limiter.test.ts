import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RateLimiter } from '../../../src/polling/queue/rate-limiter.ts';

interface Trip {
  readonly outboundMs: number;
  readonly inboundMs: number;
  /** Default: true. */
  readonly responded?: boolean;
}

interface Simulation {
  readonly ratePerSecond: number;
  readonly untilMs: number;
  /** How long the n-th call takes. */
  readonly trip: (call: number) => Trip;
  /** When nothing is sent: the queue is empty, or the event loop is blocked. Responses are only seen afterwards. */
  readonly blocked?: (nowMs: number) => boolean;
  readonly concurrency?: number;
}

/** Calls as fast as the rate limiter allows, and returns the times at which the calls arrive at the server. */
function arrivals({ ratePerSecond, untilMs, trip, blocked = () => false, concurrency = 64 }: Simulation): number[] {
  const rateLimiter = new RateLimiter({ ratePerSecond, nowMs: 0 });
  let inFlight: { readonly startedMs: number; readonly respondedMs: number; readonly responded: boolean }[] = [];
  const arrived: number[] = [];
  // A timer rounds up to whole milliseconds, so the program sees time in steps of one.
  for (let nowMs = 0; nowMs < untilMs; nowMs += 1) {
    if (blocked(nowMs)) continue;
    for (const call of inFlight.filter(({ respondedMs }) => respondedMs <= nowMs)) {
      rateLimiter.finish({ startedMs: call.startedMs, nowMs, responded: call.responded });
    }
    inFlight = inFlight.filter(({ respondedMs }) => respondedMs > nowMs);
    while (inFlight.length < concurrency && rateLimiter.waitMs(nowMs) === 0) {
      const { outboundMs, inboundMs, responded = true } = trip(arrived.length);
      rateLimiter.start(nowMs);
      arrived.push(nowMs + outboundMs);
      inFlight.push({ startedMs: nowMs, respondedMs: nowMs + outboundMs + inboundMs, responded });
    }
  }
  return arrived.toSorted((a, b) => a - b);
}

/** The most arrivals in any second, both of its ends included. */
function peak(times: readonly number[]): number {
  let first = 0;
  let most = 0;
  times.forEach((time, index) => {
    while ((times[first] ?? 0) < time - 1000) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

/** Starts calls whenever the rate limiter allows one, each with a response after 10 ms. Returns when the calls started. */
function drive(rateLimiter: RateLimiter, fromMs: number, toMs: number): readonly number[] {
  const starts: number[] = [];
  const pending: number[] = [];
  for (let nowMs = fromMs; nowMs < toMs; nowMs += 1) {
    while ((pending[0] ?? Infinity) + 10 <= nowMs)
      rateLimiter.finish({ startedMs: pending.shift() ?? 0, nowMs, responded: true });
    if (rateLimiter.waitMs(nowMs) > 0) continue;
    rateLimiter.start(nowMs);
    starts.push(nowMs);
    pending.push(nowMs);
  }
  for (const startedMs of pending) rateLimiter.finish({ startedMs, nowMs: toMs, responded: true });
  return starts;
}

function mostInOneSecond(starts: readonly number[]): number {
  return Math.max(...starts.map((start) => starts.filter((other) => other >= start && other < start + 1000).length));
}

const steady = (outboundMs: number, inboundMs: number) => () => ({ outboundMs, inboundMs });

describe('The rate limiter', () => {
  it.each([1, 5, 10, 100, 200])(
    'At %d calls/s the server counts no more in any second, and under 2 %% of the quota is unused',
    (rate) => {
      const times = arrivals({ ratePerSecond: rate, untilMs: 20_000, trip: steady(10, 20) });
      expect(peak(times)).toBeLessThanOrEqual(rate);
      expect(times.length).toBeGreaterThanOrEqual(Math.floor(20 * rate * 0.98));
    },
  );

  it('A long but steady latency costs nothing', () => {
    const times = arrivals({ ratePerSecond: 100, untilMs: 30_000, trip: steady(100, 200) });
    expect(peak(times)).toBeLessThanOrEqual(100);
    expect(times.length).toBeGreaterThanOrEqual(2900);
  });

  it('The quota holds whatever delays the calls, as long as every third call takes the shortest time', () => {
    const ms = fc.integer({ min: 1, max: 400 });
    fc.assert(
      fc.property(
        fc.record({ ratePerSecond: fc.integer({ min: 1, max: 60 }), outbound: ms, inbound: ms }),
        fc.array(fc.record({ outbound: ms, inbound: ms }), { minLength: 1, maxLength: 40 }),
        ({ ratePerSecond, outbound, inbound }, delays) => {
          const trip = (call: number): Trip => {
            const delay = call % 3 === 0 ? undefined : delays[call % delays.length];
            return { outboundMs: outbound + (delay?.outbound ?? 0), inboundMs: inbound + (delay?.inbound ?? 0) };
          };
          return peak(arrivals({ ratePerSecond, untilMs: 6000, trip })) <= ratePerSecond;
        },
      ),
      { numRuns: 100 },
    );
  });

  it('The quota holds if calls are fast in one direction only, and in turn in the other', () => {
    const trip = (call: number) =>
      call % 2 === 0 ? { outboundMs: 10, inboundMs: 1 } : { outboundMs: 1, inboundMs: 10 };
    for (const rate of [5, 100]) {
      expect(peak(arrivals({ ratePerSecond: rate, untilMs: 60_000, trip }))).toBeLessThanOrEqual(rate);
    }
  });

  it('The quota holds if the first connections open slowly', () => {
    const trip = (call: number) => (call < 64 ? { outboundMs: 300, inboundMs: 15 } : { outboundMs: 15, inboundMs: 15 });
    const times = arrivals({ ratePerSecond: 200, untilMs: 5000, trip });
    expect(peak(times)).toBeLessThanOrEqual(200);
  });

  it('If the way to the server becomes shorter, as after a busy start, the quota holds from the first short round trip on', () => {
    const ms = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(
        fc.record({ rate: fc.integer({ min: 1, max: 100 }), before: ms, after: ms, inbound: ms, seconds: fc.nat(10) }),
        ({ rate, before, after, inbound, seconds }) => {
          const trip = (call: number): Trip => ({
            outboundMs: call < seconds * rate ? before + after : after,
            inboundMs: inbound,
          });
          // Calls that start before that has come may arrive too soon.
          const tooSoon = 1 + Math.ceil((rate * (after + inbound)) / 1000);
          return peak(arrivals({ ratePerSecond: rate, untilMs: 15_000, trip })) <= rate + tooSoon;
        },
      ),
      { numRuns: 30 },
    );
  });

  it('The quota holds if the server closes connections faster than it responds', () => {
    const trip = (call: number) =>
      call < 50 || call % 4 === 0
        ? { outboundMs: 10, inboundMs: 40 }
        : { outboundMs: 10, inboundMs: 1, responded: false };
    for (const rate of [5, 60]) {
      expect(peak(arrivals({ ratePerSecond: rate, untilMs: 60_000, trip }))).toBeLessThanOrEqual(rate);
    }
  });

  it('The quota holds if the event loop is blocked for 150 ms in every second', () => {
    const blocked = (nowMs: number) => nowMs % 1000 < 150;
    const times = arrivals({ ratePerSecond: 200, untilMs: 10_000, trip: steady(10, 20), blocked });
    expect(peak(times)).toBeLessThanOrEqual(200);
    expect(times.length).toBeGreaterThan(1600);
  });

  it('Idle time is not saved for a burst', () => {
    const blocked = (nowMs: number) => nowMs < 5000;
    const times = arrivals({ ratePerSecond: 100, untilMs: 5100, trip: steady(1, 1), blocked });
    expect(times.length).toBeLessThanOrEqual(17);
  });

  it('A new rate limiter assumes that the second before it was full', () => {
    const times = arrivals({ ratePerSecond: 10, untilMs: 1001, trip: steady(1, 1) });
    expect(times[0]).toBe(101);
    expect(times.length).toBe(10);
  });

  it('Rates below one call a second are spaced too', () => {
    const times = arrivals({ ratePerSecond: 0.5, untilMs: 10_000, trip: steady(1, 1) });
    expect(times.length).toBeGreaterThanOrEqual(4);
    expect(times.every((time, index) => index === 0 || time - (times[index - 1] ?? 0) >= 2000)).toBe(true);
  });

  it('A rate that is not a whole number allows only whole calls in a second', () => {
    expect(peak(arrivals({ ratePerSecond: 3.7, untilMs: 10_000, trip: steady(5, 5) }))).toBe(3);
  });

  it('The rate is halved once for complaints that come together, and recovers by 2 % of the full rate a second', () => {
    const rateLimiter = new RateLimiter({ ratePerSecond: 200, nowMs: 0 });
    rateLimiter.slowDown(5000);
    rateLimiter.slowDown(5100);
    rateLimiter.slowDown(5900);
    expect(rateLimiter.ratePerSecond).toBe(100);
    rateLimiter.waitMs(10_000);
    expect(rateLimiter.ratePerSecond).toBeCloseTo(120, 5);
    rateLimiter.waitMs(60_000);
    expect(rateLimiter.ratePerSecond).toBe(200);
  });

  it('The rate never drops to zero', () => {
    const rateLimiter = new RateLimiter({ ratePerSecond: 64, nowMs: 0 });
    for (let second = 1; second < 100; second += 1) rateLimiter.slowDown(second * 1000);
    expect(rateLimiter.ratePerSecond).toBeGreaterThanOrEqual(1);
  });

  it('A higher rate holds at once, and is not exceeded in any second', () => {
    const rateLimiter = new RateLimiter({ ratePerSecond: 10, nowMs: 0 });
    const before = drive(rateLimiter, 0, 5000);
    rateLimiter.configure(40);
    const after = drive(rateLimiter, 5000, 10_000);
    expect(mostInOneSecond([...before, ...after])).toBeLessThanOrEqual(40);
    expect(after.length).toBeGreaterThan(150);
  });

  it('A lower rate still counts the calls of the last second', () => {
    const rateLimiter = new RateLimiter({ ratePerSecond: 40, nowMs: 0 });
    drive(rateLimiter, 0, 5000);
    rateLimiter.configure(10);
    const after = drive(rateLimiter, 5000, 10_000);
    // Of the 40 calls of the last second, 30 must be over before the next may start.
    expect(after[0]).toBeGreaterThan(5700);
    expect(mostInOneSecond(after)).toBeLessThanOrEqual(10);
  });

  it('Another rate does not undo a slow-down that the server asked for', () => {
    const rateLimiter = new RateLimiter({ ratePerSecond: 40, nowMs: 0 });
    rateLimiter.slowDown(2000);
    rateLimiter.configure(100);
    expect(rateLimiter.ratePerSecond).toBe(20);
    rateLimiter.configure(10);
    expect(rateLimiter.ratePerSecond).toBe(10);
  });
});
