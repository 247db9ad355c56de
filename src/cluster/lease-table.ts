import type { RedisAddress } from '../config/redis-address.ts';
import type { Clock } from '../platform/clock.ts';
import { RedisConnection, type Script } from './redis-connection.ts';
import * as scripts from './scripts.ts';

/** A share of an app's rate that an earlier owner may still use. */
export interface ReservedShare {
  /** The id of the earlier owner; empty if it is unknown. */
  readonly replica: string;
  /** From 0 to 1. */
  readonly share: number;
  /** Milliseconds of Redis' clock. */
  readonly until: number;
}

/** What Redis knows of an app. */
export interface AppRecord {
  /** The id of the replica that polls it; absent after it was released. */
  readonly owner?: string;
  /** Larger with each owner: a write with an older one is refused. */
  readonly token: number;
  /** The run of Redis in which the record was last confirmed. */
  readonly run: string;
  /** How much it counts when the apps are spread: its rooms. */
  readonly weight?: number;
  readonly reserved?: readonly ReservedShare[];
}

/** What Redis knows of a replica. */
export interface ReplicaEntry {
  readonly name: string;
  /** Grows with every beat. */
  readonly beat: number;
  /** Which apps it has in its configuration, as a digest. */
  readonly apps: string;
  /** Whether it hands over its apps and stops. */
  readonly isStopping: boolean;
}

/** What Redis knows of the whole cluster at one moment. */
export interface Table {
  /** Another one after Redis was restarted, has lost its data, or after a failover. */
  readonly run: string;
  /** Milliseconds of Redis' clock. */
  readonly nowMs: number;
  /** By id. */
  readonly replicas: ReadonlyMap<string, ReplicaEntry>;
  /** By SDKAppID. */
  readonly apps: ReadonlyMap<number, AppRecord>;
}

/** A saved state, and how long ago it was saved, by the clock of Redis. */
export interface AgedState {
  readonly state: Buffer;
  readonly ageMs: number;
}

interface LeaseTableOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly address: RedisAddress;
  readonly keyPrefix: string;
  /** The id of this replica, which no other process has ever had. */
  readonly replica: string;
  readonly leaseMs: number;
  readonly isolationMs: number;
  /** Is called when another replica has changed the table. */
  readonly onChange: () => void;
}

/** A state is worth nothing after this time. */
const stateExpiresSeconds = 7 * 86_400;

/** The table of replicas, apps and owners in Redis. All of its methods reject with the error of Redis or of the network. */
export class LeaseTable {
  readonly #options: LeaseTableOptions;
  readonly #connection: RedisConnection;
  /** Keys of one slot, as some proxies require. */
  readonly #prefix: string;
  #version = '';
  /** What is added to a time of this machine's monotonic clock to get one of Redis' clock, in milliseconds. */
  #offsetMs = 0;
  #apps: ReadonlyMap<number, AppRecord> = new Map();

  constructor(options: LeaseTableOptions) {
    const { address, keyPrefix, replica, onChange } = options;
    this.#options = options;
    this.#prefix = `{${keyPrefix}}`;
    this.#connection = new RedisConnection({
      address,
      channel: this.#channel,
      onMessage: (publisher) => {
        if (publisher !== replica) onChange();
      },
    });
  }

  /** Renews the lease of this replica, and reads the table. */
  async beat(entry: ReplicaEntry): Promise<Table> {
    const { leaseMs, isolationMs } = this.#options;
    const removeAfterMs = isolationMs + 4 * leaseMs;
    const reply = await this.#run(scripts.beat, [JSON.stringify(entry), this.#version, removeAfterMs]);
    const [run, version, nowMs, replicas, apps] = reply as [string, string, number, readonly string[], string[] | null];
    if (apps !== null) {
      this.#apps = new Map([...pairs(apps)].map(([id, record]) => [Number(id), JSON.parse(record) as AppRecord]));
      this.#version = version;
    }
    this.#offsetMs = nowMs - this.#options.clock.monotonic();
    const parsed = [...pairs(replicas)].map(([id, text]) => [id, JSON.parse(text) as ReplicaEntry] as const);
    return { run, nowMs, replicas: new Map(parsed), apps: this.#apps };
  }

  /** Takes an app whose record and owner have not changed meanwhile. `isStopped`: its owner is known to have stopped. */
  acquire(
    sdkAppId: number,
    {
      record,
      ownerBeat,
      isStopped,
    }: { record: AppRecord | undefined; ownerBeat: number | undefined; isStopped: boolean },
  ): Promise<boolean> {
    const { leaseMs, isolationMs } = this.#options;
    const known = [record?.token ?? '', ownerBeat ?? ''];
    return this.#change(scripts.acquire, [sdkAppId, ...known, isolationMs, leaseMs, Number(isStopped)]);
  }

  /** Confirms an app of this replica after Redis was restarted. Resolves with false if another replica owns it since. */
  claim(
    sdkAppId: number,
    {
      token,
      weight,
      reserved,
      wasIsolated,
    }: Owned & { readonly reserved: readonly ReservedShare[]; readonly wasIsolated: boolean },
  ): Promise<boolean> {
    const shares = JSON.stringify(reserved);
    return this.#change(scripts.claim, [
      sdkAppId,
      token,
      weight ?? '',
      shares,
      Number(wasIsolated),
      this.#options.leaseMs,
    ]);
  }

  /** Names the next owner of an app of this replica; an empty one releases it. */
  release(
    sdkAppId: number,
    { token, nextOwner }: Pick<Owned, 'token'> & { readonly nextOwner: string },
  ): Promise<boolean> {
    return this.#change(scripts.release, [sdkAppId, token, nextOwner]);
  }

  /** Saves the state of an app of this replica. Resolves with false if another replica owns the app since. */
  save(sdkAppId: number, { token, weight, state }: Owned & { readonly state: Buffer }): Promise<boolean> {
    return this.#change(scripts.save, [sdkAppId, token, weight ?? '', state, stateExpiresSeconds], sdkAppId);
  }

  /** The state that an owner has saved last; undefined if no state was saved. */
  async state(sdkAppId: number): Promise<AgedState | undefined> {
    const saved = await this.#connection.get(this.#stateKey(sdkAppId));
    if (saved === undefined) return undefined;
    const colon = saved.indexOf(':');
    const savedAtMs = Number(saved.subarray(0, colon));
    const nowMs = this.#options.clock.monotonic() + this.#offsetMs;
    return { state: saved.subarray(colon + 1), ageMs: Math.max(0, nowMs - savedAtMs) };
  }

  /** A replica polls an app no longer, so that its owner may use the share that was reserved. */
  async clearShare(sdkAppId: number, replica: string): Promise<void> {
    await this.#change(scripts.clearShare, [sdkAppId, replica]);
  }

  /** This replica has stopped. */
  async leave(): Promise<void> {
    await this.#change(scripts.leave, []);
  }

  close(): void {
    this.#connection.close();
  }

  async #change(script: Script, values: readonly (string | number | Buffer)[], sdkAppId?: number): Promise<boolean> {
    return (await this.#run(script, values, sdkAppId)) === 1;
  }

  #run(script: Script, values: readonly (string | number | Buffer)[], sdkAppId?: number): Promise<unknown> {
    const keys = ['cluster', 'replicas', 'apps'].map((key) => `${this.#prefix}:${key}`);
    if (sdkAppId !== undefined) keys.push(this.#stateKey(sdkAppId));
    const texts = values.map((value) => (typeof value === 'number' ? String(value) : value));
    return this.#connection.run(script, keys, [this.#options.replica, this.#channel, ...texts]);
  }

  get #channel(): string {
    return `${this.#prefix}:changes`;
  }

  #stateKey(sdkAppId: number): string {
    return `${this.#prefix}:state:${sdkAppId}`;
  }
}

interface Owned {
  readonly token: number;
  /** Undefined if it is not known. */
  readonly weight: number | undefined;
}

/** The fields and values of a hash, which Redis lists in turn. */
function* pairs(list: readonly string[]): Generator<readonly [field: string, value: string]> {
  for (let index = 0; index + 1 < list.length; index += 2) yield [list[index] ?? '', list[index + 1] ?? ''];
}
