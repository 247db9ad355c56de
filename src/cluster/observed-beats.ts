import type { Clock } from '../platform/clock.ts';
import type { Table } from './lease-table.ts';

/** Allows for calls that were on their way when a lease ended. */
const marginMs = 500;

interface Seen {
  /** The number of a beat, or the run of Redis. */
  readonly value: number | string | undefined;
  /** Milliseconds of the monotonic clock. */
  readonly sinceMs: number;
  readonly hasChanged: boolean;
}

interface ObservedBeatsOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly leaseMs: number;
  /** Whether it is an earlier process with the name of this replica: then it has stopped unless it is seen to beat. */
  readonly isPredecessor: (replica: string) => boolean;
  readonly beatMs: number;
}

/**
 * When this replica has last seen the others beat, by its own monotonic clock: so the clocks of machines are never compared. (The
 * leader election of Kubernetes' client-go does the same.) A replica counts as alive until it was watched for a whole lease.
 */
export class ObservedBeats {
  readonly #options: ObservedBeatsOptions;
  readonly #seen = new Map<string, Seen>();

  constructor(options: ObservedBeatsOptions) {
    this.#options = options;
  }

  /** Notes what is new in the table. */
  observe({ run, replicas, apps }: Table): void {
    const mentioned = [...apps.values()].flatMap(({ owner, reserved = [] }) => [
      ...(owner === undefined ? [] : [owner]),
      ...reserved.map(({ replica }) => replica),
    ]);
    const present = new Set([...replicas.keys(), ...mentioned]);
    this.#note(runKey, run);
    for (const replica of present) if (replica !== runKey) this.#note(replica, replicas.get(replica)?.beat);
    for (const key of this.#seen.keys()) if (key !== runKey && !present.has(key)) this.#seen.delete(key);
  }

  /** Whether a replica may still have a lease. */
  isAlive(replica: string): boolean {
    return this.#remainingMs(replica) > 0;
  }

  /** Milliseconds since a replica was first seen with its present beat. */
  ageMs(replica: string): number {
    const nowMs = this.#options.clock.monotonic();
    return nowMs - (this.#seen.get(replica)?.sinceMs ?? nowMs);
  }

  /** Whether apps may be given to a replica: an entry that was only found in the table may be that of a process that has crashed. */
  isEligible(replica: string): boolean {
    return this.isAlive(replica) && this.hasBeaten(replica) && !this.#options.isPredecessor(replica);
  }

  /** Whether a replica has beaten so recently that an app may be handed over to it. */
  isResponsive(replica: string): boolean {
    return this.#seen.has(replica) && this.ageMs(replica) < 2 * this.#options.beatMs;
  }

  /** Whether a replica was seen to beat, and not only found in the table. */
  hasBeaten(replica: string): boolean {
    return this.#seen.get(replica)?.hasChanged ?? false;
  }

  /** Whether Redis was restarted within a lease, so that owners may still have to confirm their apps. */
  get isRunNew(): boolean {
    return this.#remainingMs(runKey) > 0;
  }

  /** Milliseconds until one of these results may change. */
  get nextMs(): number {
    return Math.min(...[...this.#seen.keys()].map((key) => this.#remainingMs(key)).filter((ms) => ms > 0));
  }

  #note(key: string, value: number | string | undefined): void {
    const known = this.#seen.get(key);
    if (known !== undefined && known.value === value) return;
    this.#seen.set(key, { value, sinceMs: this.#options.clock.monotonic(), hasChanged: known !== undefined });
  }

  #remainingMs(key: string): number {
    const { leaseMs, beatMs, isPredecessor } = this.#options;
    const waitMs = isPredecessor(key) ? 2 * beatMs : leaseMs;
    return waitMs + marginMs - this.ageMs(key);
  }
}

/** The id of an unknown replica: no replica has it. */
const runKey = '';
