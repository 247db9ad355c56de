import { AppLease, type Moment, waitBeforeFirstCallMs } from './lease.ts';
import type { AppRecord, LeaseTable, Table } from './lease-table.ts';
import type { ReplicaOptions } from './replica-options.ts';

interface OwnedAppsOptions extends ReplicaOptions {
  /** The id of this replica. */
  readonly id: string;
  readonly table: LeaseTable;
  /** Something has changed, so that a beat should follow soon. */
  readonly onChange: () => void;
}

interface OwnedApp {
  readonly lease: AppLease;
  state: 'starting' | 'polling' | 'leaving';
}

/** The response to a beat, and when that began. */
interface BeatResponse {
  readonly table: Table;
  readonly startedAt: Moment;
}

/** What the table says of an app that this replica owns. */
interface Confirmation {
  readonly record: AppRecord;
  readonly response: BeatResponse;
}

/** Apps that are handed over at the same time. */
const handoversAtOnce = 8;

/** The apps that this replica owns: it follows the table, and hands over. */
export class OwnedApps {
  readonly #options: OwnedAppsOptions;
  readonly #apps = new Map<number, OwnedApp>();

  constructor(options: OwnedAppsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#apps.size;
  }

  has(sdkAppId: number): boolean {
    return this.#apps.has(sdkAppId);
  }

  /** The fencing token of an app; undefined if this replica does not own it. */
  tokenOf(sdkAppId: number): number | undefined {
    return this.#apps.get(sdkAppId)?.lease.token;
  }

  /** Starts, renews, confirms and stops apps as the table says. With `isStopping`, none is started. */
  async follow(response: BeatResponse, { isStopping }: { readonly isStopping: boolean }): Promise<void> {
    const known = new Set([...this.#options.apps.configured(), ...this.#apps.keys()]);
    await Promise.all([...known].map((sdkAppId) => this.#followOne(sdkAppId, { response, isStopping })));
  }

  async #followOne(
    sdkAppId: number,
    { response, isStopping }: { readonly response: BeatResponse; readonly isStopping: boolean },
  ): Promise<void> {
    const { id, apps, onChange } = this.#options;
    const { table } = response;
    const record = table.apps.get(sdkAppId);
    const owned = this.#apps.get(sdkAppId);
    const isMine = record?.owner === id;
    const isConfirmed = isMine && record.run === table.run;
    // After Redis was restarted with old data, a record may name this replica although another owns the app since.
    if (owned === undefined) {
      if (isConfirmed && !isStopping) this.#begin(sdkAppId, { record, response });
      return;
    }
    if (owned.state === 'leaving') return;
    const { token } = owned.lease;
    if (isConfirmed && record.token === token) {
      this.#renew(owned.lease, { record, response });
      if (owned.state === 'polling') apps.allowedRateChanged(sdkAppId);
      return;
    }
    // Redis was restarted, perhaps without its data, or with old data.
    const isForgotten = record === undefined || (record.run !== table.run && record.token <= token);
    if (isForgotten && (await this.#claim(sdkAppId, owned.lease))) {
      apps.stateLost(sdkAppId);
      onChange();
    } else if (this.#apps.get(sdkAppId) === owned) this.#lose(sdkAppId);
  }

  #renew(lease: AppLease, { record, response: { table, startedAt } }: Confirmation): void {
    lease.renew(record, { nowMs: table.nowMs, startedAt });
  }

  #begin(sdkAppId: number, confirmation: Confirmation): void {
    const { events, logger } = this.#options;
    const owned: OwnedApp = { lease: new AppLease(this.#options), state: 'starting' };
    this.#renew(owned.lease, confirmation);
    this.#apps.set(sdkAppId, owned);
    events.acquired();
    logger.info({ sdk_app_id: sdkAppId, rate_share: owned.lease.share }, 'app acquired');
    void this.#start(sdkAppId, owned);
  }

  async #start(sdkAppId: number, owned: OwnedApp): Promise<void> {
    const { apps, clock } = this.#options;
    clock.after(waitBeforeFirstCallMs + 1, () => apps.allowedRateChanged(sdkAppId));
    await apps.start(sdkAppId, owned.lease.allowedRate);
    if (owned.state === 'starting') owned.state = 'polling';
  }

  /** Resolves with whether Redis confirms that this replica owns the app. */
  #claim(sdkAppId: number, { token, reserved, phase }: AppLease): Promise<boolean> {
    const { table, apps } = this.#options;
    return table.claim(sdkAppId, { token, weight: apps.rooms(sdkAppId), reserved, wasIsolated: phase !== 'valid' });
  }

  #lose(sdkAppId: number): void {
    const { events, logger } = this.#options;
    this.#drop(sdkAppId);
    events.lost();
    logger.warn({ sdk_app_id: sdkAppId }, 'app lost: another replica has taken it over');
  }

  /** Hands over the apps that should belong to other replicas, some at a time. `isResponsive`: whether a replica is certainly alive. */
  handOverMoved(assignment: ReadonlyMap<number, string>, isResponsive: (replica: string) => boolean): void {
    const { id, apps } = this.#options;
    const configured = new Set(apps.configured());
    const leaving = [...this.#apps.values()].filter(({ state }) => state === 'leaving').length;
    const moved = [...this.#apps].filter(([sdkAppId, { state }]) => {
      const nextOwner = assignment.get(sdkAppId);
      if (nextOwner === undefined) return state === 'polling' && !configured.has(sdkAppId);
      // Until its rooms are known, an app has neither a weight nor a state with which another replica could continue.
      return state === 'polling' && nextOwner !== id && isResponsive(nextOwner) && apps.rooms(sdkAppId) !== undefined;
    });
    // If Redis does not know of a handover, this replica still owns the app, and begins again.
    for (const [sdkAppId] of moved.slice(0, Math.max(0, handoversAtOnce - leaving)))
      void this.#handOver(sdkAppId, assignment.get(sdkAppId));
  }

  /** Hands over all apps. An app without a next owner is released. Never rejects. */
  async handOverAll(assignment: ReadonlyMap<number, string>): Promise<void> {
    const ids = [...this.#apps.keys()];
    const errors = await Promise.all(ids.map((sdkAppId) => this.#handOver(sdkAppId, assignment.get(sdkAppId))));
    const [err] = errors.filter((error) => error !== undefined);
    const message = 'apps could not be handed over: others take them over when the lease is over';
    if (err !== undefined) this.#options.logger.warn({ apps: errors.filter(Boolean).length, err }, message);
  }

  /** Resolves with the error if Redis could not be reached. */
  async #handOver(sdkAppId: number, nextOwner = ''): Promise<unknown> {
    const { apps, table, logger, onChange } = this.#options;
    const owned = this.#apps.get(sdkAppId);
    if (owned === undefined || owned.state === 'leaving') return undefined;
    owned.state = 'leaving';
    await apps.finish(sdkAppId);
    let error: unknown;
    try {
      const isReleased = await table.release(sdkAppId, { token: owned.lease.token, nextOwner });
      const to = nextOwner === '' ? {} : { to: nextOwner.replace(/\/.*/, '') };
      const message = nextOwner === '' ? 'app released' : 'app handed over';
      if (isReleased) logger.info({ sdk_app_id: sdkAppId, ...to }, message);
    } catch (thrown) {
      error = thrown;
    }
    this.#drop(sdkAppId);
    onChange();
    return error;
  }

  /** Stops the apps that this replica may not poll any longer. */
  dropExpired(): void {
    const expired = [...this.#apps].filter(([, { lease, state }]) => lease.phase === 'over' && state !== 'leaving');
    for (const [sdkAppId] of expired) this.#drop(sdkAppId);
    const message = 'apps stopped: Redis has been unreachable for longer than cluster.isolation';
    if (expired.length > 0) this.#options.logger.warn({ apps: expired.length }, message);
  }

  #drop(sdkAppId: number): void {
    this.#apps.delete(sdkAppId);
    this.#options.apps.stop(sdkAppId);
  }
}
