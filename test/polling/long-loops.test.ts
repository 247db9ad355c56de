import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { configSchema } from '../../src/config/config.ts';
import { RoomMetrics } from '../../src/metrics/rooms/room-metrics.ts';
import type { Clock } from '../../src/platform/clock.ts';
import { LongWork } from '../../src/polling/long-work.ts';
import { startSweep } from '../../src/polling/sweep.ts';
import type { RoomWork } from '../../src/rooms/registry-options.ts';
import { RoomRegistry } from '../../src/rooms/registry.ts';

const rooms = 20_000;

/** A step of an iteration over a map or a set takes this long by the clock of the test, so a budget of 2 ms is 200 steps. */
const stepMs = 0.01;

/** What is left of a loop when its budget is used up, and loops that are short by their nature. */
const mostStepsInATurn = 2000;

let steps = 0;
let mostSteps = 0;

/** Counts the steps of each iteration over a map or a set, and finds out how many there are in one turn of the event loop. */
function countSteps(): () => void {
  const iterators = [new Map().values(), new Set().values()].map(
    (iterator) => Object.getPrototypeOf(iterator) as { next: unknown },
  );
  const before = iterators.map(({ next }) => next as () => unknown);
  for (const [index, prototype] of iterators.entries()) {
    prototype.next = function countedNext(this: unknown) {
      steps += 1;
      return before[index]?.call(this);
    };
  }
  const turn = () => {
    mostSteps = Math.max(mostSteps, steps - lastSteps);
    lastSteps = steps;
    timer = setImmediate(turn);
  };
  let lastSteps = 0;
  let timer = setImmediate(turn);
  return () => {
    clearImmediate(timer);
    for (const [index, prototype] of iterators.entries()) prototype.next = before[index];
  };
}

const clock: Clock = {
  now: () => steps * stepMs,
  monotonic: () => steps * stepMs,
  steady: () => steps * stepMs,
  toWallMs: (ms) => ms,
  after: () => () => {},
};
const config = configSchema('.').parse({ apps: [{ sdk_app_id: 1, identifier: 'a', secret_key: 'k'.repeat(64) }] });
const exposition = { ...config.exposition, maxSeries: 100 * rooms };
const metrics = new RoomMetrics({ config: () => exposition, clock, logger: { warn: () => {}, error: () => {} } });
const selection = { discover: 'live' as const, include: [], exclude: [], limit: 2 * rooms };
const registry = new RoomRegistry({ selection, endedRetentionMs: 1e9, listener: metrics.addApp(1) });
const longWork = new LongWork(clock);
const applyAll = (work: RoomWork) => longWork.run(work, () => {});
const ids = Array.from({ length: rooms }, (_, index) => `room-${index}`);
const longest = async (work: () => Promise<unknown>) => {
  await new Promise((resolve) => setImmediate(resolve));
  mostSteps = 0;
  await work();
  await new Promise((resolve) => setImmediate(resolve));
  return mostSteps;
};

describe(`Work on ${rooms} rooms gives way to other work`, () => {
  let stopCounting = () => {};
  beforeAll(() => {
    stopCounting = countSteps();
  });
  afterAll(() => {
    stopCounting();
    metrics.stop();
  });

  it('The test notices a loop that does not', async () => {
    const loop = async () => {
      let found = 0;
      for (const room of registry.rooms()) found += Number(room.isConfigured);
      expect(found).toBe(rooms);
    };
    await applyAll(registry.setConfiguredRooms(new Set(ids)));
    expect(await longest(loop)).toBeGreaterThan(rooms);
    await applyAll(registry.setConfiguredRooms(new Set()));
  });

  it.each([
    ['Taking in names of rooms', () => applyAll(registry.setConfiguredRooms(new Set(ids)))],
    ['The first rendering', () => metrics.currentSnapshot()],
    [
      'The end of a listing',
      () => {
        registry.startListing();
        return applyAll(registry.endListing({ isWhole: true, unidentifiedRooms: 0, nowMs: 0 }));
      },
    ],
    [
      'A listing that has failed',
      () => {
        registry.startListing();
        return applyAll(registry.abandonListing());
      },
    ],
    ['Other filters', () => applyAll(registry.configure({ selection, endedRetentionMs: 1e9 }))],
    [
      'A smaller limit',
      () => applyAll(registry.configure({ selection: { ...selection, limit: rooms / 2 }, endedRetentionMs: 1e9 })),
    ],
    [
      'A sweep',
      async () => {
        const swept: Promise<void>[] = [];
        const sweepAll = (work: RoomWork) => {
          const done = applyAll(work);
          swept.push(done);
          return done;
        };
        const stop = startSweep({ registry, clock, freshForMs: () => -1, applyAll: sweepAll });
        await Promise.all(swept);
        stop();
      },
    ],
    ['Counted members of restored rooms', () => applyAll(registry.releaseMemberChanges({ areComplete: true }))],
    ['Names that are not configured any more', () => applyAll(registry.setConfiguredRooms(new Set()))],
    ['Rendering what has changed', () => metrics.currentSnapshot()],
  ])('%s', async (_, work) => {
    expect(await longest(work)).toBeLessThan(mostStepsInATurn);
  });
});
