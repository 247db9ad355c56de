import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { RateLimiter } from '../../../src/polling/queue/rate-limiter.ts';

interface Trip {
  readonly outboundMs: number;
  readonly inboundMs: number;
}

interface Simulation {
  readonly ratePerSecond: number;
  readonly untilMs: number;
  /** The way of the n-th call. */
  readonly trip: (call: number) => Trip;
  /** When nothing may be sent: the queue is empty, or the event loop is blocked. Answers are noticed only after it. */
  readonly blocked?: (nowMs: number) => boolean;
  readonly concurrency?: number;
}

/** Calls as fast as the rateLimiter lets; returns the times at which they arrive at the server. */
function arrivals({ ratePerSecond, untilMs, trip, blocked = () => false, concurrency = 64 }: Simulation): number[] {
  const rateLimiter = new RateLimiter({ ratePerSecond, nowMs: 0 });
  let flying: { readonly startedMs: number; readonly answeredMs: number }[] = [];
  const arrived: number[] = [];
  // A timer rounds up to whole milliseconds, so the program sees time in steps of one.
  for (let nowMs = 0; nowMs < untilMs; nowMs += 1) {
    if (blocked(nowMs)) continue;
    for (const call of flying.filter(({ answeredMs }) => answeredMs <= nowMs)) {
      rateLimiter.finish({ startedMs: call.startedMs, nowMs, answered: true });
    }
    flying = flying.filter(({ answeredMs }) => answeredMs > nowMs);
    while (flying.length < concurrency && rateLimiter.waitMs(nowMs) === 0) {
      const { outboundMs, inboundMs } = trip(arrived.length);
      rateLimiter.start(nowMs);
      arrived.push(nowMs + outboundMs);
      flying.push({ startedMs: nowMs, answeredMs: nowMs + outboundMs + inboundMs });
    }
  }
  return arrived.toSorted((a, b) => a - b);
}

/** Most arrivals in any second, both of its ends included. */
function peak(times: readonly number[]): number {
  let first = 0;
  let most = 0;
  times.forEach((time, index) => {
    while ((times[first] ?? 0) < time - 1000) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}

const steady = (outboundMs: number, inboundMs: number) => () => ({ outboundMs, inboundMs });

describe('RateLimiter', () => {
  it.each([1, 5, 10, 100, 200])(
    'at %d calls/s lets the server count no more in any second, and wastes under 2 %%',
    (rate) => {
      const times = arrivals({ ratePerSecond: rate, untilMs: 20_000, trip: steady(10, 20) });
      expect(peak(times)).toBeLessThanOrEqual(rate);
      expect(times.length).toBeGreaterThanOrEqual(Math.floor(20 * rate * 0.98));
    },
  );

  it('loses nothing to a long but steady latency', () => {
    const times = arrivals({ ratePerSecond: 100, untilMs: 30_000, trip: steady(100, 200) });
    expect(peak(times)).toBeLessThanOrEqual(100);
    expect(times.length).toBeGreaterThanOrEqual(2900);
  });

  it('keeps the quota whatever delays calls on their way, as long as every third one takes the shortest', () => {
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

  it('keeps the quota where the first connections are slow to open', () => {
    const trip = (call: number) => (call < 64 ? { outboundMs: 300, inboundMs: 15 } : { outboundMs: 15, inboundMs: 15 });
    const times = arrivals({ ratePerSecond: 200, untilMs: 5000, trip });
    expect(peak(times)).toBeLessThanOrEqual(200);
  });

  it('keeps the quota with the event loop blocked 150 ms in every second', () => {
    const blocked = (nowMs: number) => nowMs % 1000 < 150;
    const times = arrivals({ ratePerSecond: 200, untilMs: 10_000, trip: steady(10, 20), blocked });
    expect(peak(times)).toBeLessThanOrEqual(200);
    expect(times.length).toBeGreaterThan(1600);
  });

  it('saves up no burst over idle time', () => {
    const blocked = (nowMs: number) => nowMs < 5000;
    const times = arrivals({ ratePerSecond: 100, untilMs: 5100, trip: steady(1, 1), blocked });
    expect(times.length).toBeLessThanOrEqual(17);
  });

  it('assumes that the second before its first was full', () => {
    const times = arrivals({ ratePerSecond: 10, untilMs: 1001, trip: steady(1, 1) });
    expect(times[0]).toBe(101);
    expect(times.length).toBe(10);
  });

  it('spaces rates below one call a second', () => {
    const times = arrivals({ ratePerSecond: 0.5, untilMs: 10_000, trip: steady(1, 1) });
    expect(times.length).toBeGreaterThanOrEqual(4);
    expect(times.every((time, index) => index === 0 || time - (times[index - 1] ?? 0) >= 2000)).toBe(true);
  });

  it('counts whole calls where the rate is none', () => {
    expect(peak(arrivals({ ratePerSecond: 3.7, untilMs: 10_000, trip: steady(5, 5) }))).toBe(3);
  });

  it('halves its rate once for complaints that come together, and recovers by 2 % of the full rate a second', () => {
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

  it('never slows to a standstill', () => {
    const rateLimiter = new RateLimiter({ ratePerSecond: 64, nowMs: 0 });
    for (let second = 1; second < 100; second += 1) rateLimiter.slowDown(second * 1000);
    expect(rateLimiter.ratePerSecond).toBeGreaterThanOrEqual(1);
  });
});
