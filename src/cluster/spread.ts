import type { Clock } from '../platform/clock.ts';
import { assignApps } from './assignment.ts';
import type { Table } from './lease-table.ts';
import type { ObservedBeats } from './observed-beats.ts';

interface SpreadOptions {
  /** The id of this replica. */
  readonly id: string;
  readonly leaseMs: number;
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly observed: Pick<ObservedBeats, 'isAlive' | 'isEligible' | 'isRunNew'>;
  /** Whether this replica polls an app: the table may name it although it does not, after Redis was restarted with old data. */
  readonly isPolled: (sdkAppId: number) => boolean;
}

/** The table as this replica sees it, and what it is doing. */
export interface SpreadInput {
  readonly table: Table;
  /** The apps of its configuration. */
  readonly configured: readonly number[];
  readonly isStopping: boolean;
}

/** Decides which apps this replica takes, and to which replica each app should belong. */
export class Spread {
  readonly #options: SpreadOptions;
  /** When an app could first be taken, in milliseconds of the monotonic clock. */
  readonly #freeSince = new Map<number, number>();

  constructor(options: SpreadOptions) {
    this.#options = options;
  }

  /**
   * The replica to which each app should belong. Apps whose owner has another configuration are not included: it may be about
   * to be reloaded.
   */
  assignment({ table, configured, isStopping }: SpreadInput): ReadonlyMap<number, string> {
    const { id } = this.#options;
    const digest = table.replicas.get(id)?.apps;
    const isEligible = (replica: string) => {
      const entry = table.replicas.get(replica);
      if (replica === id) return !isStopping;
      return entry?.apps === digest && !entry?.isStopping && this.#options.observed.isEligible(replica);
    };
    const apps = configured.flatMap((sdkAppId) => {
      const { owner, weight } = table.apps.get(sdkAppId) ?? {};
      if (owner === undefined || !this.#isOwned(sdkAppId, owner)) return [{ sdkAppId, weight, owner: undefined }];
      if (table.replicas.get(owner)?.apps !== digest) return [];
      return [{ sdkAppId, weight, owner: isEligible(owner) ? owner : undefined }];
    });
    return assignApps([...table.replicas.keys()].filter(isEligible), apps);
  }

  /** The apps that this replica should take now. */
  toTake(input: SpreadInput, assignment: ReadonlyMap<number, string>): readonly number[] {
    const { id, leaseMs, clock, observed } = this.#options;
    const { table, configured } = input;
    return configured.filter((sdkAppId) => {
      const record = table.apps.get(sdkAppId);
      if (record?.owner !== undefined && this.#isOwned(sdkAppId, record.owner)) {
        this.#freeSince.delete(sdkAppId);
        return false;
      }
      // An owner that Redis has forgotten gets the time to say so.
      if ((record === undefined || record.run !== table.run) && observed.isRunNew) return false;
      const freeSinceMs = this.#freeSince.get(sdkAppId) ?? clock.monotonic();
      this.#freeSince.set(sdkAppId, freeSinceMs);
      // The replica that should take it may have another configuration.
      return assignment.get(sdkAppId) === id || clock.monotonic() - freeSinceMs > leaseMs;
    });
  }

  #isOwned(sdkAppId: number, owner: string): boolean {
    const { id, observed, isPolled } = this.#options;
    return owner === id ? isPolled(sdkAppId) : observed.isAlive(owner);
  }
}
