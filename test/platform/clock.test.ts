import { describe, expect, it } from '@jest/globals';
import { createSystemClock } from '../../src/platform/clock.ts';

function makeClock() {
  const time = { now: 1_700_000_000_000, running: 5000, uptimeSeconds: 100 };
  const clock = createSystemClock({
    now: () => time.now,
    running: () => time.running,
    uptimeSeconds: () => time.uptimeSeconds,
  });
  const pass = (seconds: number) => {
    time.now += seconds * 1000;
    time.running += seconds * 1000;
    time.uptimeSeconds += seconds;
  };
  return { time, clock, pass };
}

describe('The system clock', () => {
  it.each([
    ['back', -3_600_000],
    ['forward', 3_600_000],
  ])('A wall clock that is set %s changes no age, and exported times follow it', (_, stepMs) => {
    const { time, clock, pass } = makeClock();
    const startedMs = clock.steady();
    expect(clock.toWallMs(startedMs)).toBe(1_700_000_000_000);
    time.now += stepMs;
    pass(60);
    expect(clock.steady() - startedMs).toBe(60_000);
    expect(clock.now() - clock.toWallMs(startedMs)).toBe(60_000);
  });

  it('The time for which the machine was suspended counts, although the timers of the process stood still', () => {
    const { time, clock, pass } = makeClock();
    const startedMs = clock.steady();
    pass(10);
    const monotonicMs = clock.monotonic();
    time.now += 7_200_000;
    time.uptimeSeconds += 7200;
    pass(1);
    expect(clock.monotonic() - monotonicMs).toBe(7_201_000);
    expect(clock.toWallMs(startedMs)).toBe(startedMs);
  });

  it('A wall clock that is adjusted by less than a second does not change exported times again and again', () => {
    const { time, clock, pass } = makeClock();
    const startedMs = clock.steady();
    const exported = new Set<number>();
    for (const adjustedMs of [400, -300, 500, -700]) {
      time.now += adjustedMs;
      pass(1);
      exported.add(clock.toWallMs(startedMs));
    }
    expect(exported).toEqual(new Set([1_700_000_000_000]));
  });
});
