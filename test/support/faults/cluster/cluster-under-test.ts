import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultApps, type Simulator, startSimulator } from '../../../../src/simulator/simulator.ts';
import { CallLog } from './call-log.ts';
import { type ClusterView, ExposureWatch, type ReplicaView, roomsOf } from './exposure-watch.ts';
import { type LinkState, RedisLink } from './redis-link.ts';
import { RedisServer } from './redis-server.ts';
import { Replica } from './replica.ts';

export interface ClusterOptions {
  /** Gets configs, logs and Redis' data. */
  readonly folder: string;
  readonly leaseSeconds: number;
  readonly isolationSeconds: number;
  /** By how much the wall clock of each replica, in turn, differs from the machine's. */
  readonly clockOffsetsSeconds: readonly number[];
  readonly workload: Workload;
}

/** What the replicas do. */
export interface Workload {
  /** Sections of the config file. */
  readonly sections: object;
  /** Calls per second and app that this allows, by command. */
  readonly ratesPerSecond: Readonly<Record<string, number>>;
}

/** Wall clocks of replicas that differ as much as is tested. */
export const fiveMinutesApart: readonly number[] = [150, -150, 0];

const appCount = 12;
/** Enough to keep every request queue filled, although some commands do not call a room again while its cached response is valid. */
const roomsPerApp = 55;

const everySecond = (requestsPerSecond: number) => ({
  schedule: '* * * * * *',
  enabled: true,
  requests_per_second: requestsPerSecond,
});

/** All rooms are due every second, so each request queue always uses its whole rate: even, odd, and too small to be halved. */
export const saturated: Workload = {
  sections: {
    tasks: {
      room_info: everySecond(10),
      room_stats: everySecond(3),
      online_members: everySecond(5),
      member_list: everySecond(1),
      room_list: everySecond(1),
    },
    // The watch reads nothing else of the rooms, and it scrapes often.
    exposition: { families: { include: ['online_members$'] } },
  },
  ratesPerSecond: {
    get_room_info: 10,
    get_room_stats: 3,
    get_online_member_num: 5,
    get_member_list: 1,
    get_room_list: 1,
    get_appid_group_list: 1,
  },
};

/** The default schedules and quota share. */
export const usual: Workload = {
  sections: {},
  ratesPerSecond: {
    get_room_info: 100,
    get_online_member_num: 100,
    get_member_list: 100,
    get_room_list: 5,
    get_appid_group_list: 0.5,
  },
};

/** How long a cluster may take to settle, beyond a lease and what depends on it. */
const patienceSeconds = 30;

/** A replica that does not beat is noticed after a lease and half a second, and all apps are moved soon after that. */
const settlingLeases = 1.5;

/** Three replicas that share twelve apps through Redis, a fourth that can join, the API that they call, and the network between. */
export class ClusterUnderTest {
  readonly options: ClusterOptions;
  readonly redis: RedisServer;
  readonly calls = new CallLog();
  readonly watch: ExposureWatch;
  readonly #stops: (() => unknown)[] = [];
  #simulator!: Simulator;
  #replicas: readonly Replica[] = [];
  #links: readonly RedisLink[] = [];
  #rooms: ReadonlySet<string> = new Set();

  private constructor(options: ClusterOptions) {
    this.options = options;
    const data = join(options.folder, 'redis');
    mkdirSync(data, { recursive: true });
    this.redis = new RedisServer(data);
    this.watch = new ExposureWatch(() => this.#replicas);
  }

  /** Resolves when all apps are polled at the full rate. */
  static async start(options: ClusterOptions): Promise<ClusterUnderTest> {
    const cluster = new ClusterUnderTest(options);
    try {
      await cluster.#start();
      return cluster;
    } catch (error) {
      await cluster.stop();
      throw error;
    }
  }

  /** The three replicas of the cluster. */
  get replicas(): readonly [Replica, Replica, Replica] {
    const [one, two, three] = this.#replicas as readonly [Replica, Replica, Replica];
    return [one, two, three];
  }

  /** A fourth replica, which does not run. */
  get newcomer(): Replica {
    return this.#replicas[3] as Replica;
  }

  get sdkAppIds(): readonly number[] {
    return this.#simulator.apps.map(({ sdkAppId }) => sdkAppId);
  }

  /** All rooms that must be exported. */
  get rooms(): ReadonlySet<string> {
    return this.#rooms;
  }

  /** The clock differs as the options say, unless another offset is given. */
  async startReplica(replica: Replica, offsetSeconds?: number): Promise<void> {
    const ownOffset = this.options.clockOffsetsSeconds[this.#replicas.indexOf(replica)] ?? 0;
    await replica.start({ clockOffsetSeconds: offsetSeconds ?? ownOffset });
  }

  /** Changes the network between these replicas and Redis. */
  connect(replicas: readonly Replica[], state: LinkState): void {
    for (const replica of replicas) (this.#links[this.#replicas.indexOf(replica)] as RedisLink).state = state;
  }

  /** Lets some leases pass. */
  leases(count: number): Promise<void> {
    return sleep(count * this.options.leaseSeconds * 1000);
  }

  /** Resolves when all rooms are exported by these replicas. */
  async exportedBy(replicas: readonly Replica[]): Promise<void> {
    const names = new Set(replicas.map(({ name }) => name));
    await this.#until(`${[...names].join(' and ')} export all rooms`, ({ atMs, replicas: views }) => {
      const ofThese = { atMs, replicas: new Map([...views].filter(([name]) => names.has(name))) };
      const exported = roomsOf(ofThese);
      return [...this.#rooms].every((room) => exported.has(room));
    });
  }

  /** Resolves when the leases of these replicas are over, because they cannot reach Redis. */
  async isolated(replicas: readonly Replica[]): Promise<void> {
    await this.#until(`${replicas.map(({ name }) => name).join(' and ')} are isolated`, (view) =>
      replicas.every(({ name }) => view.replicas.get(name)?.cluster.get('isolated') === 1),
    );
  }

  /** Resolves when a replica exports no room. */
  async exportsNothing(replica: Replica): Promise<void> {
    await this.#until(
      `${replica.name} exports nothing`,
      ({ replicas }) => replicas.get(replica.name)?.rooms.size === 0,
    );
  }

  /**
   * Resolves when each app has had one owner, which polls it at the full rate, for some leases: long enough for a change of which
   * the replicas do not know yet. Resolves with the seconds until it was so, apart from these leases.
   */
  async settled(): Promise<number> {
    const sinceMs = performance.now();
    let settledMs: number | undefined;
    await this.#until('each app has one owner at the full rate', (view) => {
      settledMs = this.#isSettled(view) ? (settledMs ?? view.atMs) : undefined;
      return settledMs !== undefined && view.atMs >= settledMs + settlingLeases * this.options.leaseSeconds * 1000;
    });
    return ((settledMs ?? sinceMs) - sinceMs) / 1000;
  }

  /** Resolves when each app has one owner, which polls it at the full rate, and no replica is without apps. */
  async balanced(): Promise<void> {
    await this.#until('each replica that lives owns an app, at the full rate', (view) => {
      return this.#isSettled(view) && [...view.replicas.values()].every(({ rooms }) => rooms.size > 1);
    });
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops.toReversed()) await stop();
  }

  async #start(): Promise<void> {
    const { folder, leaseSeconds, isolationSeconds } = this.options;
    const nowMs = Date.now();
    this.#simulator = await startSimulator({
      rooms: roomsPerApp,
      seed: 1,
      apps: defaultApps(1, appCount),
      // No room begins or ends by itself.
      now: () => nowMs,
      onCall: (call) => this.calls.add(call),
    });
    this.#stops.push(() => this.#simulator.stop());
    this.#stops.push(() => this.redis.kill());
    await this.redis.start('none');
    const names = ['one', 'two', 'three', 'four'];
    const slowMs = leaseSeconds * 200;
    this.#links = await Promise.all(names.map(() => RedisLink.open({ redisPort: () => this.redis.port, slowMs })));
    this.#stops.push(() => this.#links.forEach((link) => link.close()));
    this.#replicas = names.map((name, index) => {
      const { port } = this.#links[index] as RedisLink;
      const cluster = {
        redis_url: `redis://127.0.0.1:${port}`,
        lease: `${leaseSeconds}s`,
        isolation: `${isolationSeconds}s`,
        replica: name,
      };
      return new Replica({ name, folder, config: pollingConfig(this.#simulator, this.options.workload), cluster });
    });
    for (const replica of this.#replicas) this.#stops.push(() => replica.kill());
    await Promise.all(this.replicas.map((replica) => this.startReplica(replica)));
    this.watch.start();
    this.#stops.push(() => this.watch.stop());
    await this.balanced();
    const discovered = await this.#until('all rooms are discovered', (view) => {
      const before = this.#rooms;
      this.#rooms = roomsOf(view);
      return this.#rooms.size > 0.9 * appCount * roomsPerApp && this.#rooms.size === before.size;
    });
    await this.#until('the states of all apps are saved with these rooms', ({ replicas }) =>
      [...replicas].every(([name, { rooms, saved }]) => {
        const before = discovered.replicas.get(name)?.saved;
        // Clocks differ, so this time is only compared with earlier ones of the same replica.
        return [...rooms.keys()].every((sdkAppId) => (saved.get(sdkAppId) ?? 0) > (before?.get(sdkAppId) ?? 0));
      }),
    );
  }

  #isSettled({ replicas }: ClusterView): boolean {
    const alive = this.#replicas.filter(({ isAlive }) => isAlive);
    const views = [...replicas.values()];
    return (
      views.length === alive.length &&
      views.every(({ cluster }) => cluster.get('redis_up') === 1 && cluster.get('isolated') === 0) &&
      this.sdkAppIds.every((sdkAppId) => {
        const owners = views.filter((view) => view.rooms.has(sdkAppId) || view.rates.has(sdkAppId));
        return owners.length === 1 && this.#isAtFullRate(owners[0] as ReplicaView, sdkAppId);
      })
    );
  }

  #isAtFullRate({ rates, rooms }: ReplicaView, sdkAppId: number): boolean {
    const ofApp = [...(rates.get(sdkAppId) ?? [])];
    const { ratesPerSecond } = this.options.workload;
    return (
      rooms.has(sdkAppId) && ofApp.length > 0 && ofApp.every(([command, rate]) => rate === ratesPerSecond[command])
    );
  }

  #until(what: string, isEnough: (view: ClusterView) => boolean): Promise<ClusterView> {
    const { leaseSeconds, isolationSeconds } = this.options;
    return this.watch.until(what, (2 * leaseSeconds + isolationSeconds + patienceSeconds) * 1000, isEnough);
  }
}

/** The config that all replicas share. The last app lists groups, with a command of its own. */
export function pollingConfig({ apps, origin }: Simulator, { sections }: Workload): object {
  return {
    apps: apps.map(({ sdkAppId, identifier, secretKey }, index) => ({
      sdk_app_id: sdkAppId,
      identifier,
      secret_key: secretKey,
      base_url: origin,
      rooms: { discover: index === apps.length - 1 ? 'chat' : 'live' },
    })),
    ...sections,
  };
}
