import { createHash, randomUUID } from 'node:crypto';
import type { ClusterStatus } from '../status/cluster-status.ts';
import { clusterStatus } from './describe.ts';
import { Lease, type Moment, momentOf } from './lease.ts';
import { type AgedState, LeaseTable, type Table } from './lease-table.ts';
import { ObservedBeats } from './observed-beats.ts';
import { OwnedApps } from './owned-apps.ts';
import { beatsPerLease, type ReplicaOptions } from './replica-options.ts';
import { Spread, type SpreadInput } from './spread.ts';

/** After a change, the next beat: so that many changes at a time need only one. */
const changeDelayMs = 50;

/** A stop takes no longer than this, whatever Redis does: the process has to end within 5 s. */
const stopMs = 4000;

/** This long after a process has stopped to poll, the server counts none of its calls any more. */
const settledMs = 2000;

/**
 * This process as one of several replicas: it renews its lease, takes the apps that are assigned to it, and hands over those that
 * are assigned to others. What Redis says is the truth: everything here follows from the table that each beat returns.
 */
export class Replica {
  readonly #options: ReplicaOptions;
  /** No other process has ever had it. */
  readonly #id: string;
  readonly #table: LeaseTable;
  readonly #lease: Lease;
  readonly #observed: ObservedBeats;
  readonly #spread: Spread;
  readonly #owned: OwnedApps;
  /** Shares that are reserved for this replica, or for an earlier process with its name, and when each was first seen. */
  readonly #sharesSeen = new Map<string, number>();
  #last: Table | undefined;
  #beats = 0;
  #isRedisUp = false;
  #isIsolated = false;
  #isStopping = false;
  #isStopped = false;
  #isNameTaken = false;
  /** The next beat, in milliseconds of the monotonic clock. */
  #dueMs = Infinity;
  #cancel: () => void = () => {};
  #running: Promise<void> = Promise.resolve();

  constructor(options: ReplicaOptions) {
    const { name, leaseMs, clock } = options;
    this.#options = options;
    this.#id = `${name}/${randomUUID()}`;
    const onChange = () => this.#beatWithin(changeDelayMs);
    this.#table = new LeaseTable({ ...options, replica: this.#id, onChange });
    this.#lease = new Lease(options);
    const isPredecessor = (replica: string) => this.#isPredecessor(replica);
    this.#observed = new ObservedBeats({ clock, leaseMs, beatMs: leaseMs / beatsPerLease, isPredecessor });
    this.#owned = new OwnedApps({ ...options, id: this.#id, table: this.#table, onChange });
    const isPolled = (sdkAppId: number) => this.#owned.has(sdkAppId);
    this.#spread = new Spread({ id: this.#id, leaseMs, clock, observed: this.#observed, isPolled });
  }

  /** Joins the cluster. Resolves after the first try; others follow by themselves. Never rejects. */
  start(): Promise<void> {
    return this.#run();
  }

  /** Why this replica does not know its apps yet; undefined once it has reached Redis. */
  get notReadyBecause(): string | undefined {
    return this.#last === undefined ? 'Redis has not been reached yet' : undefined;
  }

  get status(): ClusterStatus {
    const { name, apps, clock } = this.#options;
    return clusterStatus({
      name,
      id: this.#id,
      isRedisUp: this.#isRedisUp,
      isIsolated: this.#isIsolated,
      leaseSeconds: Math.max(0, this.#lease.endMs - clock.monotonic()) / 1000,
      ownedApps: this.#owned.size,
      table: this.#last,
      configured: apps.configured(),
      isAlive: (replica) => replica === this.#id || this.#observed.isAlive(replica),
      beatAgeMs: (replica) => this.#observed.ageMs(replica),
    });
  }

  /** Saves the state of an app. Resolves with false if this replica does not own the app any more, or Redis cannot be reached. */
  async save(sdkAppId: number, state: Buffer): Promise<boolean> {
    const token = this.#owned.tokenOf(sdkAppId);
    // That Redis cannot be reached is reported already, once for all apps.
    if (token === undefined || !this.#isRedisUp || this.#isStopped) return false;
    return this.#table.save(sdkAppId, { token, weight: this.#options.apps.rooms(sdkAppId), state });
  }

  /** The state that an owner has saved last; undefined if no state was saved. */
  savedState(sdkAppId: number): Promise<AgedState | undefined> {
    return this.#table.state(sdkAppId);
  }

  /** Hands over all apps, or releases them if no other replica is alive, and leaves the cluster. Never rejects. Idempotent. */
  async stop(): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#cancel();
    let cancel = () => {};
    const deadline = new Promise<void>((resolve) => (cancel = this.#options.clock.after(stopMs, resolve)));
    await Promise.race([this.#leave(), deadline]);
    cancel();
    this.#isStopped = true;
    this.#table.close();
  }

  async #leave(): Promise<void> {
    await this.#running;
    if (!this.#isRedisUp) return;
    // The others have to know that nothing may be handed over to this replica any more.
    await this.#beat();
    const assignment = this.#last === undefined ? new Map() : this.#spread.assignment(this.#input(this.#last));
    await this.#owned.handOverAll(assignment);
    await this.#table.leave().catch(() => {});
  }

  #beatWithin(delayMs: number): void {
    const { clock } = this.#options;
    const dueMs = clock.monotonic() + delayMs;
    if (this.#isStopping || dueMs >= this.#dueMs) return;
    this.#cancel();
    this.#dueMs = dueMs;
    this.#cancel = clock.after(delayMs, () => void this.#run());
  }

  #run(): Promise<void> {
    this.#cancel();
    this.#dueMs = Infinity;
    this.#running = this.#beatAfter(this.#running);
    return this.#running;
  }

  async #beatAfter(running: Promise<void>): Promise<void> {
    await running;
    if (this.#isStopping) return;
    await this.#beat();
    this.#beatWithin(Math.min(this.#options.leaseMs / beatsPerLease, this.#observed.nextMs + 1));
  }

  async #beat(): Promise<void> {
    const { name, apps, clock } = this.#options;
    const startedAt = momentOf(clock);
    this.#beats += 1;
    const entry = { name, beat: this.#beats, apps: digestOf(apps.configured()), isStopping: this.#isStopping };
    try {
      await this.#apply(await this.#table.beat(entry), startedAt);
    } catch (err) {
      if (this.#isRedisUp || this.#beats === 1) this.#options.logger.warn({ err }, 'Redis cannot be reached');
      this.#isRedisUp = false;
    }
    this.#owned.dropExpired();
    this.#noteIsolation();
  }

  async #apply(table: Table, startedAt: Moment): Promise<void> {
    const { logger, name } = this.#options;
    if (this.#last === undefined) logger.info({ replica: name, replicas: table.replicas.size }, 'joined the cluster');
    else if (!this.#isRedisUp) logger.info('Redis can be reached again');
    this.#isRedisUp = true;
    this.#last = table;
    this.#lease.renew(startedAt);
    this.#observed.observe(table);
    this.#warnOfTakenName(table);
    await this.#owned.follow({ table, startedAt }, { isStopping: this.#isStopping });
    if (this.#isStopping) return;
    await this.#clearShares(table);
    const input = this.#input(table);
    const assignment = this.#spread.assignment(input);
    const taken = await Promise.all(this.#spread.toTake(input, assignment).map((app) => this.#take(app, table)));
    if (taken.includes(true)) this.#beatWithin(0);
    this.#owned.handOverMoved(assignment, (replica) => this.#observed.isResponsive(replica));
  }

  /** Resolves with whether this replica owns the app now. It starts to poll when the next beat confirms that. */
  #take(sdkAppId: number, { apps, replicas }: Table): Promise<boolean> {
    const record = apps.get(sdkAppId);
    const owner = record?.owner;
    return this.#table.acquire(sdkAppId, {
      record,
      ownerBeat: owner === undefined ? undefined : replicas.get(owner)?.beat,
      isStopped: owner !== undefined && this.#isPredecessor(owner),
    });
  }

  /** Lets owners use the shares that are reserved for this replica, or for an earlier process with its name. */
  async #clearShares({ apps }: Table): Promise<void> {
    const nowMs = this.#options.clock.monotonic();
    const cleared: Promise<void>[] = [];
    const present = new Set<string>();
    for (const [sdkAppId, { reserved = [] }] of apps) {
      for (const { replica } of reserved) {
        const isStopped = this.#isPredecessor(replica) && !this.#observed.isAlive(replica);
        if (!isStopped && (replica !== this.#id || this.#owned.has(sdkAppId))) continue;
        const key = `${sdkAppId} ${replica}`;
        present.add(key);
        const seenMs = this.#sharesSeen.get(key) ?? nowMs;
        this.#sharesSeen.set(key, seenMs);
        if (nowMs - seenMs >= settledMs) cleared.push(this.#table.clearShare(sdkAppId, replica));
        else this.#beatWithin(settledMs);
      }
    }
    for (const key of this.#sharesSeen.keys()) if (!present.has(key)) this.#sharesSeen.delete(key);
    await Promise.all(cleared);
  }

  #noteIsolation(): void {
    const { logger, isolationMs } = this.#options;
    const wasIsolated = this.#isIsolated;
    this.#isIsolated = this.#last !== undefined && this.#lease.phase !== 'valid';
    if (!this.#isIsolated || wasIsolated) return;
    const message = 'isolated: Redis has been unreachable for longer than the lease, polling at half the rate';
    logger.warn({ apps: this.#owned.size, isolation_seconds: isolationMs / 1000 }, message);
  }

  #warnOfTakenName({ replicas }: Table): void {
    const isNameTaken = [...replicas.keys()].some((id) => this.#isPredecessor(id) && this.#observed.hasBeaten(id));
    if (isNameTaken && !this.#isNameTaken) {
      const message = 'another replica has the same cluster.replica: give each replica a name of its own';
      this.#options.logger.error({ replica: this.#options.name }, message);
    }
    this.#isNameTaken = isNameTaken;
  }

  #input(table: Table): SpreadInput {
    return { table, configured: this.#options.apps.configured(), isStopping: this.#isStopping };
  }

  /** Whether it is an earlier process with the name of this replica. */
  #isPredecessor(replica: string): boolean {
    const { name, isNameUnique } = this.#options;
    return isNameUnique && replica !== this.#id && replica.startsWith(`${name}/`);
  }
}

/** The same for replicas that have the same apps. */
function digestOf(apps: readonly number[]): string {
  const ids = apps.toSorted((a, b) => a - b);
  return createHash('sha256').update(ids.join()).digest('base64').slice(0, 16);
}
