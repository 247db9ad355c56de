import { describe, expect, it } from '@jest/globals';
import { AppLease, momentOf, waitBeforeFirstCallMs } from '../../src/cluster/lease.ts';
import type { ReservedShare } from '../../src/cluster/lease-table.ts';
import { FakeClock } from '../support/fake-clock.ts';

const leaseMs = 15_000;
const isolationMs = 60_000;

/** Milliseconds by which the clock of Redis differs from that of this machine. */
const redisAheadMs = 300_000;

/** A lease that was renewed now, and whose first second is over. */
async function leaseAt(clock: FakeClock, reserved: readonly ReservedShare[] = []) {
  const lease = new AppLease({ leaseMs, isolationMs, clock });
  await clock.advance(waitBeforeFirstCallMs);
  const renew = () =>
    lease.renew(
      { owner: 'me', token: 1, run: 'r', reserved },
      { nowMs: clock.monotonic() + redisAheadMs, startedAt: momentOf(clock) },
    );
  renew();
  return { lease, renew };
}

/** A share that is reserved for this time from the moment at which `leaseAt` renews. */
const shareFor = (ms: number, share: number): ReservedShare => ({
  replica: 'other',
  share,
  until: redisAheadMs + waitBeforeFirstCallMs + ms,
});

describe('AppLease', () => {
  it('The whole rate is allowed while the lease is valid, half of it in isolation, and nothing afterwards', async () => {
    const clock = new FakeClock();
    const { lease } = await leaseAt(clock);
    expect([lease.phase, lease.allowedRate(10)]).toEqual(['valid', 10]);
    await clock.advance(leaseMs - 1);
    expect([lease.phase, lease.allowedRate(10)]).toEqual(['valid', 10]);
    await clock.advance(1);
    expect([lease.phase, lease.allowedRate(10)]).toEqual(['isolated', 5]);
    await clock.advance(isolationMs);
    expect([lease.phase, lease.allowedRate(10)]).toEqual(['over', 0]);
  });

  it('No call is made in the first second, in which the server may still count calls of earlier owners', async () => {
    const clock = new FakeClock();
    const lease = new AppLease({ leaseMs, isolationMs, clock });
    lease.renew({ owner: 'me', token: 1, run: 'r' }, { nowMs: 0, startedAt: momentOf(clock) });
    await clock.advance(waitBeforeFirstCallMs - 1);
    expect(lease.allowedRate(10)).toBe(0);
    await clock.advance(1);
    expect(lease.allowedRate(10)).toBe(10);
  });

  it('The lease counts from the start of the beat, however late the response arrives', async () => {
    const clock = new FakeClock();
    const lease = new AppLease({ leaseMs, isolationMs, clock });
    const startedAt = momentOf(clock);
    await clock.advance(2000);
    lease.renew({ owner: 'me', token: 1, run: 'r' }, { nowMs: 0, startedAt });
    await clock.advance(leaseMs - 2000);
    expect(lease.phase).toBe('isolated');
  });

  it('After the machine was suspended, the wall clock says that the lease is over, although the monotonic clock stood still', () => {
    let wallMs = 1000;
    const clock = { now: () => wallMs, monotonic: () => 0 };
    const lease = new AppLease({ leaseMs, isolationMs, clock });
    lease.renew({ owner: 'me', token: 1, run: 'r' }, { nowMs: 0, startedAt: momentOf(clock) });
    wallMs += 40_000;
    expect(lease.phase).toBe('isolated');
  });

  it('A wall clock that is set back does not prolong the lease', async () => {
    const fake = new FakeClock();
    const clock = { now: () => 1_700_000_000_000 - 3 * fake.monotonic(), monotonic: fake.monotonic };
    const lease = new AppLease({ leaseMs, isolationMs, clock });
    lease.renew({ owner: 'me', token: 1, run: 'r' }, { nowMs: 0, startedAt: momentOf(clock) });
    await fake.advance(leaseMs);
    expect(lease.phase).toBe('isolated');
  });

  it('A share that is reserved for an earlier owner is free when its time of Redis has come, whatever this clock says', async () => {
    const clock = new FakeClock();
    const { lease, renew } = await leaseAt(clock, [shareFor(20_000, 0.5)]);
    expect(lease.share).toBe(0.5);
    await clock.advance(14_000);
    renew();
    await clock.advance(5999);
    expect(lease.share).toBe(0.5);
    await clock.advance(1);
    expect(lease.share).toBe(1);
  });

  it('In isolation the share stays half of what it was at the end of the lease, since a later owner counts on it', async () => {
    const clock = new FakeClock();
    const { lease } = await leaseAt(clock, [shareFor(leaseMs + 5000, 0.5)]);
    await clock.advance(leaseMs + 10_000);
    expect(lease.share).toBe(0.25);
  });

  it('What is left of a reserved share is known, for a Redis with another clock', async () => {
    const clock = new FakeClock();
    const { lease } = await leaseAt(clock, [shareFor(20_000, 0.5)]);
    await clock.advance(5000);
    expect(lease.reserved).toEqual([{ replica: 'other', share: 0.5, until: 15_000 }]);
  });

  it.each([0.25, 0.5, 1, 1.5, 2, 3, 4, 5, 7, 7.9, 10, 100])(
    'At %d calls/s, isolated owners and those who took over after them never call more often together than one alone',
    async (rate) => {
      // Each replica takes over from the one before, and is isolated itself then.
      const places = (allowed: number) => (allowed === 0 ? 0 : Math.max(1, Math.floor(allowed)));
      const shares: ReservedShare[] = [];
      let isolated = 0;
      for (let takeover = 0; takeover < 5; takeover += 1) {
        const clock = new FakeClock();
        const { lease } = await leaseAt(clock, [...shares]);
        expect(isolated + places(lease.allowedRate(rate))).toBeLessThanOrEqual(places(rate));
        await clock.advance(leaseMs);
        isolated += places(lease.allowedRate(rate));
        shares.push(shareFor(isolationMs, lease.share));
      }
    },
  );
});
