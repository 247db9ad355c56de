import type { Clock } from '../platform/clock.ts';
import type { AppRecord, ReservedShare, Table } from './lease-table.ts';

export interface LeaseOptions {
  readonly leaseMs: number;
  readonly isolationMs: number;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
}

/** A moment on both clocks of this machine. */
export interface Moment {
  readonly monotonicMs: number;
  readonly wallMs: number;
}

export function momentOf({ monotonic, now }: Pick<Clock, 'now' | 'monotonic'>): Moment {
  return { monotonicMs: monotonic(), wallMs: now() };
}

/**
 * - valid: the replica may poll.
 * - isolated: it has not reached Redis for longer than the lease, so that another replica may have taken over.
 * - over: it may not poll.
 */
export type LeasePhase = 'valid' | 'isolated' | 'over';

/**
 * A lease of this replica, by its own clocks only: it is valid from the start of the last beat that succeeded. Others count from the
 * moment at which they see that beat, which is later. The wall clock counts too, because the monotonic clock of Linux stands still
 * while the machine is suspended: if one of the two says that the lease is over, it is.
 */
export class Lease {
  readonly #options: LeaseOptions;
  #renewedAt: Moment | undefined;

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** A beat that began at this moment has succeeded. */
  renew(startedAt: Moment): void {
    this.#renewedAt = startedAt;
  }

  get phase(): LeasePhase {
    if (this.#renewedAt === undefined) return 'over';
    const { leaseMs, isolationMs, clock } = this.#options;
    const { monotonicMs, wallMs } = momentOf(clock);
    const ageMs = Math.max(monotonicMs - this.#renewedAt.monotonicMs, wallMs - this.#renewedAt.wallMs);
    if (ageMs < leaseMs) return 'valid';
    return ageMs < leaseMs + isolationMs ? 'isolated' : 'over';
  }

  /** When the lease ends or ended, in milliseconds of the monotonic clock. */
  get endMs(): number {
    return (this.#renewedAt?.monotonicMs ?? -Infinity) + this.#options.leaseMs;
  }
}

/**
 * A rate limiter assumes that the second before it was full, but evenly: if two replicas shared the rate in that second, their
 * calls may have come together. So the first call of an owner comes after a second.
 */
export const waitBeforeFirstCallMs = 1000;

/** The lease of one app: with its fencing token, and with the share of the app's rate that this replica may use. */
export class AppLease {
  readonly #lease: Lease;
  readonly #clock: LeaseOptions['clock'];
  #record: Pick<AppRecord, 'token' | 'reserved'> = { token: 0 };
  /** When the first call may be made, in milliseconds of the monotonic clock. */
  readonly #firstCallMs: number;
  /** What is added to a time of Redis' clock to get one of this machine's monotonic clock, in milliseconds. */
  #offsetMs = 0;

  constructor(options: LeaseOptions) {
    this.#lease = new Lease(options);
    this.#clock = options.clock;
    this.#firstCallMs = options.clock.monotonic() + waitBeforeFirstCallMs;
  }

  get token(): number {
    return this.#record.token;
  }

  get phase(): LeasePhase {
    return this.#lease.phase;
  }

  /** The shares of others, each for the milliseconds that are left of it: Redis may have another clock after a failover. */
  get reserved(): readonly ReservedShare[] {
    const nowMs = this.#clock.monotonic();
    return this.#untilLocally.map((entry) => ({ ...entry, until: entry.until - nowMs }));
  }

  /** The shares of others, with times of this machine's monotonic clock. */
  get #untilLocally(): readonly ReservedShare[] {
    const { reserved = [] } = this.#record;
    return reserved.map((entry) => ({ ...entry, until: entry.until + this.#offsetMs }));
  }

  /** Redis has confirmed, in the response to a beat that began at `startedAt`, that this replica owns the app. */
  renew(record: AppRecord, { nowMs, startedAt }: Pick<Table, 'nowMs'> & { readonly startedAt: Moment }): void {
    this.#record = record;
    // The response has arrived later than Redis' clock was read: so no share of another replica ends too early.
    this.#offsetMs = this.#clock.monotonic() - nowMs;
    this.#lease.renew(startedAt);
  }

  /** The share of the rate that this replica may use now, from 0 to 1. */
  get share(): number {
    const { phase, endMs } = this.#lease;
    if (phase === 'over') return 0;
    // Half of what it had when the lease ended: the other half is for the replica that takes the app over.
    return phase === 'isolated' ? this.#shareAt(endMs) / 2 : this.#shareAt(this.#clock.monotonic());
  }

  /**
   * The rate that this replica may use now, in calls per second. A rate below one call a second cannot be shared, because the
   * server counts by the second: then only a replica with a valid lease calls.
   */
  readonly allowedRate = (ratePerSecond: number): number => {
    if (this.#clock.monotonic() < this.#firstCallMs) return 0;
    const rate = ratePerSecond * this.share;
    if (rate >= 1) return rate;
    return this.phase === 'valid' ? Math.min(ratePerSecond, 1) : 0;
  };

  #shareAt(monotonicMs: number): number {
    return this.#untilLocally.reduce((left, { share, until }) => (until > monotonicMs ? left - share : left), 1);
  }
}
