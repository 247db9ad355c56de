import { describe, expect, it } from '@jest/globals';
import { Refresher } from '../../../src/metrics/rooms/refresher.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A refresher whose refreshes take as long as a test wants, and the times at which they began. */
function makeRefresher({ tookMs = 0, fails = false } = {}) {
  const clock = new FakeClock();
  const beganAtMs: number[] = [];
  const faults: unknown[] = [];
  const refresher = new Refresher({
    clock,
    refresh: async () => {
      beganAtMs.push(clock.monotonic());
      if (fails) throw new Error('the reason');
      if (tookMs > 0) await new Promise<void>((resolve) => clock.after(tookMs, resolve));
    },
    onFault: (fault) => faults.push(fault),
  });
  /** A change each 10 ms. */
  const keepChanging = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      refresher.changed();
      await clock.advance(10);
    }
  };
  return { clock, refresher, beganAtMs, faults, keepChanging };
}

describe('the refresher', () => {
  it('begins soon after the first change of a burst, and once a second while changes go on', async () => {
    const { beganAtMs, keepChanging } = makeRefresher();
    await keepChanging(3000);
    expect(beganAtMs).toEqual([50, 1050, 2050]);
  });

  it('does nothing without a change', async () => {
    const { clock, refresher, beganAtMs } = makeRefresher();
    await refresher.upToDate();
    await clock.advance(60_000);
    expect([beganAtMs, clock.timers]).toEqual([[], 0]);
  });

  it('rests ten times as long as it took', async () => {
    const { beganAtMs, keepChanging } = makeRefresher({ tookMs: 300 });
    await keepChanging(7000);
    expect(beganAtMs).toEqual([50, 3050, 6050]);
  });

  it('rests ten seconds at most', async () => {
    const { beganAtMs, keepChanging } = makeRefresher({ tookMs: 5000 });
    await keepChanging(21_000);
    expect(beganAtMs).toEqual([50, 10_050, 20_050]);
  });

  it('takes in a change that came while it ran', async () => {
    const { clock, refresher, beganAtMs } = makeRefresher({ tookMs: 20 });
    refresher.changed();
    await clock.advance(60);
    refresher.changed();
    await clock.advance(5000);
    expect(beganAtMs).toEqual([50, 1050]);
  });

  it('refreshes at once for who waits, after one that runs already', async () => {
    const { clock, refresher, beganAtMs } = makeRefresher({ tookMs: 20 });
    refresher.changed();
    await clock.advance(60);
    refresher.changed();
    const waiting = Promise.all([refresher.upToDate(), refresher.upToDate()]);
    await clock.advance(30);
    await waiting;
    expect([beganAtMs, clock.timers]).toEqual([[50, 70], 0]);
  });

  it('tells of a failure in the background, and tries again at the next change', async () => {
    const { faults, beganAtMs, keepChanging } = makeRefresher({ fails: true });
    await keepChanging(1500);
    expect([faults, beganAtMs]).toEqual([
      [new Error('the reason'), new Error('the reason')],
      [50, 1050],
    ]);
  });

  it('gives a failure to who waits', async () => {
    const { refresher } = makeRefresher({ fails: true });
    refresher.changed();
    await expect(refresher.upToDate()).rejects.toEqual(new Error('the reason'));
  });

  it('begins no more when stopped, save for who waits', async () => {
    const { clock, refresher, beganAtMs } = makeRefresher();
    refresher.changed();
    refresher.stop();
    refresher.stop();
    await clock.advance(5000);
    expect(beganAtMs).toEqual([]);
    await refresher.upToDate();
    expect([beganAtMs, clock.timers]).toEqual([[5000], 0]);
  });
});
