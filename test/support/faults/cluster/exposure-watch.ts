import { setTimeout as sleep } from 'node:timers/promises';
import type { Replica } from './replica.ts';

/** What one replica exports. */
export interface ReplicaView {
  /** Series of the audience, one for each room, by app. */
  readonly rooms: ReadonlyMap<number, ReadonlySet<string>>;
  /** Calls per second of each command, by app. */
  readonly rates: ReadonlyMap<number, ReadonlyMap<string, number>>;
  /** `tencent_live_exporter_cluster_…`, by the rest of the name. */
  readonly cluster: ReadonlyMap<string, number>;
  /** When the state of each app was saved last, in Unix seconds. */
  readonly saved: ReadonlyMap<number, number>;
}

/** One scrape of all replicas. Replicas that do not respond are missing. */
export interface ClusterView {
  /** Of `performance.now()`. */
  readonly atMs: number;
  readonly replicas: ReadonlyMap<string, ReplicaView>;
}

/** How many rooms were in a state at the same time, at most, and for how long a room was, at most. */
export interface Extent {
  readonly rooms: number;
  readonly seconds: number;
  /** The series of that room. */
  readonly room: string;
}

/** Short compared with the shortest lease, and long enough to leave the processor to the replicas. */
const intervalMs = 250;

/** Scrapes all replicas again and again, and keeps account of the rooms that none exports, or more than one. */
export class ExposureWatch {
  readonly #replicas: () => readonly Replica[];
  #isStopped = false;
  #running: Promise<void> | undefined;
  #onView = new Set<(view: ClusterView) => void>();
  #expected: ReadonlySet<string> = new Set();
  #absent = new StateTimes();
  #twice = new StateTimes();

  constructor(replicas: () => readonly Replica[]) {
    this.#replicas = replicas;
  }

  start(): void {
    this.#running = this.#watch();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.#running;
  }

  /** Starts a new account. These rooms must be exported at any time. */
  expect(rooms: ReadonlySet<string>): void {
    this.#expected = rooms;
    this.#absent = new StateTimes();
    this.#twice = new StateTimes();
  }

  /** Since the last call of `expect`. */
  extents(): { readonly absent: Extent; readonly twice: Extent } {
    return { absent: this.#absent.extent(), twice: this.#twice.extent() };
  }

  /** Resolves with the first view, of a scrape that begins now or later, that is enough. */
  async until(what: string, timeoutMs: number, isEnough: (view: ClusterView) => boolean): Promise<ClusterView> {
    const since = performance.now();
    return new Promise((resolve, reject) => {
      const onView = (view: ClusterView) => {
        const isDone = view.atMs >= since && isEnough(view);
        if (!isDone && performance.now() < since + timeoutMs) return;
        this.#onView.delete(onView);
        if (isDone) resolve(view);
        else reject(new Error(`waited ${timeoutMs / 1000} s until ${what}:\n${describeView(view)}`));
      };
      this.#onView.add(onView);
    });
  }

  async #watch(): Promise<void> {
    while (!this.#isStopped) {
      const atMs = performance.now();
      const scraped = await Promise.all(
        this.#replicas().map(async (replica) => [replica.name, await replica.scrape()] as const),
      );
      const replicas = new Map(scraped.flatMap(([name, samples]) => (samples ? [[name, viewOf(samples)]] : [])));
      this.#account({ atMs, replicas });
      for (const onView of this.#onView) onView({ atMs, replicas });
      await sleep(Math.max(0, atMs + intervalMs - performance.now()));
    }
  }

  #account(view: ClusterView): void {
    const counts = exporters(view);
    this.#absent.add(
      view.atMs,
      [...this.#expected].filter((room) => !counts.has(room)),
    );
    this.#twice.add(
      view.atMs,
      [...counts].filter(([, count]) => count > 1).map(([room]) => room),
    );
  }
}

/** How many replicas export each room. */
function exporters({ replicas }: ClusterView): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { rooms } of replicas.values()) {
    for (const room of [...rooms.values()].flatMap((ofApp) => [...ofApp]))
      counts.set(room, (counts.get(room) ?? 0) + 1);
  }
  return counts;
}

export function roomsOf(view: ClusterView): ReadonlySet<string> {
  return new Set(exporters(view).keys());
}

/** The rooms that are in one state, scrape after scrape. A state lasts from the scrape before it to the scrape after it. */
class StateTimes {
  #since = new Map<string, number>();
  #lastMs: number | undefined;
  #rooms = 0;
  #longestMs = 0;
  #longest = '';

  add(atMs: number, rooms: readonly string[]): void {
    for (const [room, fromMs] of this.#since) {
      if (atMs - fromMs <= this.#longestMs) continue;
      this.#longestMs = atMs - fromMs;
      this.#longest = room;
    }
    this.#since = new Map(rooms.map((room) => [room, this.#since.get(room) ?? this.#lastMs ?? atMs]));
    this.#rooms = Math.max(this.#rooms, rooms.length);
    this.#lastMs = atMs;
  }

  extent(): Extent {
    return { rooms: this.#rooms, seconds: this.#longestMs / 1000, room: this.#longest };
  }
}

function viewOf(samples: ReadonlyMap<string, number>): ReplicaView {
  const rooms = new Map<number, Set<string>>();
  const rates = new Map<number, Map<string, number>>();
  const cluster = new Map<string, number>();
  const saved = new Map<number, number>();
  for (const [series, value] of samples) {
    const sdkAppId = () => Number(/sdk_app_id="(\d+)"/.exec(series)?.[1]);
    if (series.startsWith('tencent_live_room_online_members{')) {
      entryOf(rooms, sdkAppId(), () => new Set<string>()).add(series);
    } else if (series.startsWith('tencent_live_exporter_api_rate_limit_requests_per_second{')) {
      const command = /command="(\w+)"/.exec(series)?.[1] ?? '';
      entryOf(rates, sdkAppId(), () => new Map<string, number>()).set(command, value);
    } else if (series.startsWith('tencent_live_exporter_state_last_write_success_timestamp_seconds{')) {
      saved.set(sdkAppId(), value);
    } else if (series.startsWith('tencent_live_exporter_cluster_')) {
      cluster.set(series.slice('tencent_live_exporter_cluster_'.length), value);
    }
  }
  return { rooms, rates, cluster, saved };
}

function entryOf<Value>(map: Map<number, Value>, key: number, create: () => Value): Value {
  const value = map.get(key) ?? create();
  map.set(key, value);
  return value;
}

/** One line for each replica: its cluster metrics, and for each app its rooms and rates. */
function describeView({ replicas }: ClusterView): string {
  return [...replicas]
    .map(([name, { rooms, rates, cluster }]) => {
      const metrics = [...cluster].map(([metric, value]) => `${metric}=${value}`).join(' ');
      const sdkAppIds = [...new Set([...rates.keys(), ...rooms.keys()])].toSorted((one, other) => one - other);
      const apps = sdkAppIds.map((id) => {
        const ofApp = [...(rates.get(id) ?? [])].map(([command, rate]) => `${command} ${rate}`).join(', ');
        return `    ${id}: ${rooms.get(id)?.size ?? 0} rooms; ${ofApp}`;
      });
      return [`  ${name}: ${metrics}`, ...apps].join('\n');
    })
    .join('\n');
}
