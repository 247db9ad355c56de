import type { Clock } from '../../src/platform/clock.ts';
import { CircuitBreaker } from '../../src/polling/queue/circuit-breaker.ts';
import { RequestQueue } from '../../src/polling/queue/request-queue.ts';
import { RoomRegistry } from '../../src/rooms/registry.ts';

export interface EnduranceResult {
  readonly hours: number;
  /** Heap in use after a collection of garbage. */
  readonly heapBytes: number;
}

const rooms = 500;
const hourMs = 3_600_000;

/** A clock that jumps from timer to timer. */
class JumpingClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Map<object, { readonly atMs: number; readonly callback: () => void }>();

  readonly now = () => this.#nowMs;
  readonly monotonic = () => this.#nowMs;
  readonly after = (delayMs: number, callback: () => void) => {
    const key = {};
    this.#timers.set(key, { atMs: this.#nowMs + delayMs, callback });
    return () => void this.#timers.delete(key);
  };

  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      let next: [object, { readonly atMs: number; readonly callback: () => void }] | undefined;
      for (const timer of this.#timers) if (next === undefined || timer[1].atMs < next[1].atMs) next = timer;
      if (next === undefined || next[1].atMs > untilMs) break;
      this.#timers.delete(next[0]);
      this.#nowMs = Math.max(this.#nowMs, next[1].atMs);
      next[1].callback();
    }
    this.#nowMs = untilMs;
  }
}

/**
 * A registry and the queue of one task over a day, on a clock that jumps and without a network: each room is asked every
 * 10 s, a tenth of the rooms ends each hour and others begin. What stays in memory is what polling keeps.
 */
export async function measureEndurance(): Promise<readonly EnduranceResult[]> {
  const clock = new JumpingClock();
  const ended = new Set<string>();
  const gate = new CircuitBreaker();
  gate.open();
  const registry = new RoomRegistry({
    config: { discover: 'live', static: [], files: [], include: [], exclude: [], limit: 20_000 },
    endedRetentionMs: 1_800_000,
    events: {
      joined: (room) => queue.demand(room.id),
      doubted: (room) => queue.demand(room.id, { urgent: true }),
      left: (room) => queue.forget(room.id),
      published: () => {},
      withdrawn: () => {},
    },
  });
  const queue = new RequestQueue({
    sdkAppId: 1,
    command: 'get_room_info',
    ratePerSecond: 200,
    concurrency: 64,
    retries: 2,
    callsPerVisit: 1,
    freshnessMs: 10_000,
    maxAgeMs: 600_000,
    weigh: (key) => registry.get(key)?.latest.room_info?.value.viewCount ?? 0,
    begin: (roomId) => ({
      step: () => {
        if (ended.has(roomId)) registry.gone('room_info', roomId, clock.now());
        else registry.answered('room_info', roomId, { value: { viewCount: roomId.length }, atMs: clock.now() });
        return Promise.resolve('done');
      },
      failed: () => {},
    }),
    gate,
    clock,
    random: Math.random,
    observer: {
      collectionFinished: () => {},
      collectionSkipped: () => {},
      callFinished: () => {},
      callRetried: () => {},
      roomsDeferred: () => {},
      rateLimitWaited: () => {},
    },
    events: { callEnded: () => {}, appRefused: () => {}, appTooFast: () => {} },
  });
  const results: EnduranceResult[] = [];
  for (let hour = 0; hour <= 24; hour += 1) {
    if ([1, 2, 6, 12, 18, 24].includes(hour)) results.push({ hours: hour, heapBytes: heapUsed() });
    if (hour === 24) break;
    // A tenth of the rooms is new each hour.
    const alive = Array.from({ length: rooms }, (_, rank) => `room-${rank}-${Math.floor((hour + (rank % 10)) / 10)}`);
    for (let step = 0; step < hourMs / 10_000; step += 1) {
      if (step % 6 === 0) walk(registry, { alive, ended, nowMs: clock.now() });
      for (const room of registry.due('room_info', clock.now())) queue.demand(room.id);
      await clock.advance(10_000);
      const slices = registry.expire({ now: clock.now, roomsPerSlice: 1000, freshForMs: () => 90_000 });
      while (slices.next().done !== true);
    }
  }
  queue.stop();
  return results;
}

function walk(
  registry: RoomRegistry,
  { alive, ended, nowMs }: { readonly alive: readonly string[]; readonly ended: Set<string>; readonly nowMs: number },
): void {
  const living = new Set(alive);
  ended.clear();
  for (const room of registry.exported()) if (!living.has(room.id)) ended.add(room.id);
  registry.beginWalk();
  for (const roomId of alive) registry.listed({ roomId }, nowMs);
  registry.completeWalk(nowMs);
}

function heapUsed(): number {
  if (globalThis.gc === undefined) throw new Error('run node with --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
