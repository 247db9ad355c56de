import { silentObserver } from '../../test/support/silent-observer.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { dueRooms } from '../../src/polling/planner.ts';
import { CircuitBreaker } from '../../src/polling/queue/circuit-breaker.ts';
import { RequestQueue } from '../../src/polling/queue/request-queue.ts';
import type { RoomChanges } from '../../src/rooms/registry-options.ts';
import { RoomRegistry } from '../../src/rooms/registry.ts';
import { roomTaskOf } from '../../src/tasks/tasks.ts';

export interface EnduranceResult {
  readonly hours: number;
  /** Heap in use after a garbage collection. */
  readonly heapBytes: number;
}

const task = 'room_info';
const rooms = 500;
const hourMs = 3_600_000;

/** A clock that jumps from timer to timer. */
class JumpingClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Map<object, { readonly atMs: number; readonly callback: () => void }>();

  readonly now = () => this.#nowMs;
  readonly monotonic = () => this.#nowMs;
  readonly steady = () => this.#nowMs;
  readonly toWallMs = (steadyMs: number) => steadyMs;
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
 * The registry and the request queue of one task over a day, on a clock that jumps and without a network. Each room is called
 * every 10 s, and a tenth of the rooms is replaced each hour. The heap shows what polling keeps in memory.
 */
export async function measureEndurance(): Promise<readonly EnduranceResult[]> {
  const clock = new JumpingClock();
  const ended = new Set<string>();
  const circuitBreaker = new CircuitBreaker({ openForMs: 60_000 });
  circuitBreaker.close();
  const registry = new RoomRegistry({
    selection: { discover: 'live', include: [], exclude: [], limit: 20_000 },
    endedRetentionMs: 1_800_000,
    listener: { published: () => {}, withdrawn: () => {} },
  });
  const apply = ({ due, deselected, toVerify }: RoomChanges) => {
    for (const { id } of toVerify) queue.enqueue(id, { urgent: true });
    for (const { id } of deselected) queue.forget(id);
    for (const { id } of due) queue.enqueue(id);
  };
  const queue = new RequestQueue({
    allowedRate: (rate) => rate,
    sdkAppId: 1,
    command: 'get_room_info',
    ratePerSecond: 200,
    concurrency: 64,
    retries: 2,
    callsPerJob: 1,
    cacheAgeMs: 10_000,
    maxAgeMs: 600_000,
    weightOf: (key) => registry.get(key)?.latest.room_info?.value.viewCount ?? 0,
    startJob: (roomId) => ({
      next: () => {
        const response = { task, roomId } as const;
        const nowMs = clock.now();
        if (ended.has(roomId))
          apply(registry.deny({ ...response, reason: 'gone', code: 100004, askedAtMs: clock.steady(), nowMs }));
        else
          apply(registry.record({ ...response, value: { viewCount: roomId.length }, atMs: nowMs, freshForMs: 90_000 }));
        return Promise.resolve('done');
      },
      failed: () => {},
    }),
    circuitBreaker,
    clock,
    random: Math.random,
    observer: silentObserver,
    events: { callEnded: () => {}, appRefused: () => {}, appTooFast: () => {} },
  });
  const results: EnduranceResult[] = [];
  for (let hour = 0; hour <= 24; hour += 1) {
    if ([1, 2, 6, 12, 18, 24].includes(hour)) results.push({ hours: hour, heapBytes: heapUsed() });
    if (hour === 24) break;
    // A tenth of the rooms is new each hour.
    const alive = Array.from({ length: rooms }, (_, rank) => `room-${rank}-${Math.floor((hour + (rank % 10)) / 10)}`);
    for (let step = 0; step < hourMs / 10_000; step += 1) {
      if (step % 6 === 0) list({ registry, apply, alive, ended, nowMs: clock.now() });
      const options = { task: roomTaskOf(task), roomLimit: undefined, isAvailable: true, nowMs: clock.now() };
      for (const { id } of dueRooms(registry.rooms(), options)) queue.enqueue(id);
      await clock.advance(10_000);
      const expiry = { now: clock.now, freshForMs: () => 90_000, mayForget: () => true };
      for (const changes of registry.removeStale(expiry)) apply(changes);
    }
  }
  queue.stop();
  return results;
}

/** A complete listing that contains only the rooms that are alive. */
function list(listing: {
  readonly registry: RoomRegistry;
  readonly apply: (changes: RoomChanges) => void;
  readonly alive: readonly string[];
  /** Is set to the rooms that are known and not alive. */
  readonly ended: Set<string>;
  readonly nowMs: number;
}): void {
  const { registry, apply, alive, ended, nowMs } = listing;
  const aliveIds = new Set(alive);
  ended.clear();
  for (const { id } of registry.rooms()) if (!aliveIds.has(id)) ended.add(id);
  registry.startListing();
  for (const roomId of alive) apply(registry.listed({ roomId }, nowMs).changes);
  for (const changes of registry.endListing({ isWhole: true, unidentifiedRooms: 0, nowMs })) apply(changes);
}

function heapUsed(): number {
  if (globalThis.gc === undefined) throw new Error('run node with --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
