import { describe, expect, it } from '@jest/globals';
import { RefreshScheduler } from '../../../src/metrics/rooms/refresh-scheduler.ts';
import { FakeClock } from '../../support/fake-clock.ts';

/** A scheduler whose refreshes take the given time, and the times at which they start. */
function createScheduler({ durationMs = 0, fails = false } = {}) {
  const clock = new FakeClock();
  const startedAtMs: number[] = [];
  const errors: unknown[] = [];
  const scheduler = new RefreshScheduler({
    clock,
    refresh: async () => {
      startedAtMs.push(clock.monotonic());
      if (fails) throw new Error('the reason');
      if (durationMs > 0) await new Promise<void>((resolve) => clock.after(durationMs, resolve));
    },
    onError: (error) => errors.push(error),
  });
  /** Makes a change every 10 ms. */
  const keepChanging = async (ms: number) => {
    for (let passed = 0; passed < ms; passed += 10) {
      scheduler.changed();
      await clock.advance(10);
    }
  };
  return { clock, scheduler, startedAtMs, errors, keepChanging };
}

describe('RefreshScheduler', () => {
  it('A refresh starts soon after the first change of a burst, then once a second while changes continue', async () => {
    const { startedAtMs, keepChanging } = createScheduler();
    await keepChanging(3000);
    expect(startedAtMs).toEqual([50, 1050, 2050]);
  });

  it('No refresh starts without a change', async () => {
    const { clock, scheduler, startedAtMs } = createScheduler();
    await scheduler.upToDate();
    await clock.advance(60_000);
    expect([startedAtMs, clock.timers]).toEqual([[], 0]);
  });

  it('The next refresh waits ten times the duration of the one before', async () => {
    const { startedAtMs, keepChanging } = createScheduler({ durationMs: 300 });
    await keepChanging(7000);
    expect(startedAtMs).toEqual([50, 3050, 6050]);
  });

  it('The next refresh waits at most ten seconds', async () => {
    const { startedAtMs, keepChanging } = createScheduler({ durationMs: 5000 });
    await keepChanging(21_000);
    expect(startedAtMs).toEqual([50, 10_050, 20_050]);
  });

  it('A change during a refresh leads to another refresh', async () => {
    const { clock, scheduler, startedAtMs } = createScheduler({ durationMs: 20 });
    scheduler.changed();
    await clock.advance(60);
    scheduler.changed();
    await clock.advance(5000);
    expect(startedAtMs).toEqual([50, 1050]);
  });

  it('A refresh for a waiting caller starts immediately, or after a refresh that already runs', async () => {
    const { clock, scheduler, startedAtMs } = createScheduler({ durationMs: 20 });
    scheduler.changed();
    await clock.advance(60);
    scheduler.changed();
    const waiting = Promise.all([scheduler.upToDate(), scheduler.upToDate()]);
    await clock.advance(30);
    await waiting;
    expect([startedAtMs, clock.timers]).toEqual([[50, 70], 0]);
  });

  it('A failed refresh in the background is reported, and the next change leads to another refresh', async () => {
    const { errors, startedAtMs, keepChanging } = createScheduler({ fails: true });
    await keepChanging(1500);
    expect([errors, startedAtMs]).toEqual([
      [new Error('the reason'), new Error('the reason')],
      [50, 1050],
    ]);
  });

  it('The promise of a waiting caller is rejected if the refresh fails', async () => {
    const { scheduler } = createScheduler({ fails: true });
    scheduler.changed();
    await expect(scheduler.upToDate()).rejects.toEqual(new Error('the reason'));
  });

  it('A stopped scheduler refreshes only for waiting callers', async () => {
    const { clock, scheduler, startedAtMs } = createScheduler();
    scheduler.changed();
    scheduler.stop();
    scheduler.stop();
    await clock.advance(5000);
    expect(startedAtMs).toEqual([]);
    await scheduler.upToDate();
    expect([startedAtMs, clock.timers]).toEqual([[5000], 0]);
  });
});
