import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { infoLabels } from '../../../src/config/config.ts';
import { createFragment, gzipMember, joinFragments } from '../../../src/metrics/format/gzip.ts';
import { roomCatalogue } from '../../../src/metrics/rooms/catalogue.ts';
import { MetricsStore } from '../../../src/metrics/rooms/metrics-store.ts';
import type { RoomsSnapshot } from '../../../src/metrics/rooms/snapshot.ts';
import { roomShare, RoomTally } from '../../../src/metrics/rooms/totals.ts';
import { TimeBudget } from '../../../src/platform/time-budget.ts';
import type { AudienceTrend } from '../../../src/rooms/audience-history.ts';
import type { LatestValues } from '../../../src/rooms/latest-values.ts';
import type { RoomListener, RoomView } from '../../../src/rooms/room.ts';
import { renderRooms } from '../../support/render-rooms.ts';
import { allRequests, decode } from '../../support/room-metrics.ts';
import { namedRoom } from '../../support/sample-rooms.ts';

const families = roomCatalogue(infoLabels);

/** A budget that is always exceeded, so that a refresh yields as often as possible. */
function exceededBudget(): TimeBudget {
  let nowMs = 0;
  return new TimeBudget({ monotonic: () => (nowMs += 10) });
}

/** The text of a snapshot. */
function textOf(snapshot: RoomsSnapshot, { format, encoding }: (typeof allRequests)[number]): string {
  const joined = snapshot.joined(format);
  return decode(encoding === 'gzip' ? gzipMember(joined, createFragment('')) : joined.plain, { encoding });
}

function createStore(): MetricsStore {
  return new MetricsStore({ families, maxSeries: Number.POSITIVE_INFINITY, onChange: () => {} });
}

/** Trends of which as much is known as the slot says. */
const audiences = {
  trend: (slot: number): AudienceTrend => ({
    baseline: slot === 0 ? undefined : slot * 100.06,
    dropRatio: slot === 0 ? undefined : 1 / (slot + 2),
    deviation: slot === 0 ? undefined : slot,
    loss: slot < 2 ? undefined : { startedAtMs: slot, stepRatio: slot < 3 ? undefined : 1 / slot, regainedRatio: 0 },
  }),
};

/** A store, and the exported rooms of all apps as plain maps. Every change is made to both. */
class Model {
  readonly apps = new Map<number, Map<string, RoomView>>();
  readonly store = createStore();
  readonly #listeners = new Map<number, RoomListener>();

  publish(sdkAppId: number, room: RoomView): void {
    if (!this.apps.has(sdkAppId)) {
      this.apps.set(sdkAppId, new Map());
      this.#listeners.set(sdkAppId, this.store.addApp(sdkAppId, audiences));
    }
    this.apps.get(sdkAppId)?.set(room.id, room);
    this.#listeners.get(sdkAppId)?.published(room);
  }

  withdraw(sdkAppId: number, id: string): void {
    this.apps.get(sdkAppId)?.delete(id);
    this.#listeners.get(sdkAppId)?.withdrawn(id);
  }

  removeApp(sdkAppId: number): void {
    this.apps.delete(sdkAppId);
    this.store.removeApp(sdkAppId);
  }

  /** Refreshes the store and returns its snapshot, and the result of rendering the same rooms from scratch. */
  async compare(): Promise<{ readonly actual: unknown; readonly expected: unknown }> {
    const snapshot = await this.store.refresh({ budget: exceededBudget(), nowMs: 0 });
    const apps = [...this.apps].map(([sdkAppId, rooms]) => ({ sdkAppId, rooms: [...rooms.values()], audiences }));
    const fromScratch = allRequests.map(({ format }) => renderRooms({ apps, families, format }));
    const totals = apps.map(({ sdkAppId, rooms }) => {
      const tally = new RoomTally();
      for (const room of rooms) tally.count(roomShare(room), 1);
      return [sdkAppId, tally.totals()] as const;
    });
    return {
      actual: {
        texts: allRequests.map((request) => textOf(snapshot, request)),
        series: snapshot.series,
        totals: snapshot.totals,
      },
      expected: { texts: fromScratch.map(({ text }) => text), series: fromScratch[0]?.series, totals: new Map(totals) },
    };
  }
}

const anyText = fc.string({
  unit: fc.oneof(fc.constantFrom('\\', '"', '\n', '\0', '}', ','), fc.string({ unit: 'binary' })),
});
const anyNumber = fc.oneof(fc.nat(), fc.double(), fc.constantFrom(0, -0, -1, Number.NaN, 2 ** 53, 1e21));
const anyTime = fc.nat({ max: 2_000_000_000_000 });
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const facts = {
  roomName: some(anyText),
  ownerAccount: some(anyText),
  categories: some(anyText),
  createTimeSeconds: some(fc.nat()),
  activityStatus: some(anyNumber),
  viewCount: some(anyNumber),
};
const anyLatest = <T>(value: fc.Arbitrary<T>) => some(fc.record({ value, atMs: anyTime }));

/** Any responses of all commands, with valid and invalid values. */
const anyLatestValues = fc.record({
  room_list: anyLatest(
    fc.record({ roomId: fc.constant('its own'), ...facts, memberCount: some(anyNumber), onlineCount: some(fc.nat()) }),
  ),
  room_info: anyLatest(
    fc.record({
      ...facts,
      seatsEnabled: some(fc.boolean()),
      maxSeats: some(anyNumber),
      maxMembers: some(anyNumber),
      muted: some(fc.boolean()),
      takeSeatMode: some(fc.constantFrom('free', 'apply')),
    }),
  ),
  online_members: anyLatest(fc.record({ onlineMembers: fc.nat() })),
  member_list: anyLatest(fc.record({ memberCount: some(anyNumber) })),
  group_members: anyLatest(
    fc.record({
      listedMembers: anyNumber,
      joins: anyNumber,
      markedMembers: fc.array(fc.tuple(fc.nat({ max: 3 }), anyNumber)).map((marks) => new Map(marks)),
    }),
  ),
  room_stats: anyLatest(fc.record({ viewers: some(anyNumber), likes: some(fc.nat()) })),
}) as fc.Arbitrary<LatestValues>;

const anyApp = fc.constantFrom(1_400_000_000, 1_400_000_001);
const anyId = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd', '"', '\\', '\n'), anyText);
const anyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        app: anyApp,
        id: anyId,
        latest: anyLatestValues,
        endedAtMs: some(anyTime),
        audienceSlot: some(fc.nat({ max: 3 })),
      })
      .map((step) => (model: Model) => model.publish(step.app, step)),
  },
  {
    weight: 2,
    arbitrary: fc.record({ app: anyApp, id: anyId }).map(
      ({ app, id }) =>
        (model: Model) =>
          model.withdraw(app, id),
    ),
  },
  { weight: 1, arbitrary: anyApp.map((app) => (model: Model) => model.removeApp(app)) },
);

describe('MetricsStore', () => {
  it('After any changes in any order, the rendered bytes are those of a rendering from scratch, in both formats and encodings', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyStep, { maxLength: 12 }), { maxLength: 6 }), async (rounds) => {
        const model = new Model();
        for (const steps of rounds) {
          // A room that is withdrawn and published again between two refreshes keeps its place; in a map it would move.
          const withdrawn = new Set<string>();
          for (const step of steps) step(withoutReturns(model, withdrawn));
          const compared = await model.compare();
          expect(compared.actual).toEqual(compared.expected);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('While blocks fill, become sparse and are merged, the rendered bytes are those of a rendering from scratch', async () => {
    const model = new Model();
    const room = (index: number, name: string) => namedRoom(`room-${index}`, name);
    const steps: readonly (() => void)[] = [
      () => range(0, 2500).forEach((index) => model.publish(1, room(index, `first ${index}`))),
      () => range(0, 2500, 3).forEach((index) => model.publish(1, room(index, 'second'))),
      () => range(0, 2490).forEach((index) => index % 10 !== 0 && model.withdraw(1, `room-${index}`)),
      () => range(2500, 3700).forEach((index) => model.publish(1, room(index, 'late'))),
      () => range(0, 3700).forEach((index) => model.withdraw(1, `room-${index}`)),
    ];
    for (const step of steps) {
      step();
      const compared = await model.compare();
      expect(compared.actual).toEqual(compared.expected);
    }
  });

  it('All rendered values are from one instant, even if rooms change during a refresh', async () => {
    const store = createStore();
    const app = store.addApp(1);
    const latest: { -readonly [Task in keyof LatestValues]: LatestValues[Task] } = {
      ...namedRoom('a', 'before').latest,
    };
    app.published({ id: 'a', latest });
    // The second yield comes after the changes were applied and before the last family was rendered.
    const budget = { isExceeded: true, yield: () => Promise.resolve(change()) } as unknown as TimeBudget;
    let yields = 0;
    const change = () => {
      yields += 1;
      if (yields !== 2) return;
      latest.room_list = { atMs: 9, value: { roomId: 'a', roomName: 'after' } };
      latest.online_members = { atMs: 9, value: { onlineMembers: 9 } };
      app.published({ id: 'a', latest });
    };
    const before = await store.refresh({ budget, nowMs: 0 });
    expect(yields).toBeGreaterThan(2);
    expect(textOf(before, { format: 'text', encoding: 'identity' })).toBe(
      renderRooms({ apps: [{ sdkAppId: 1, rooms: [namedRoom('a', 'before')] }], families, format: 'text' }).text,
    );
    const after = await store.refresh({ budget, nowMs: 0 });
    expect(textOf(after, { format: 'text', encoding: 'identity' })).toBe(
      renderRooms({ apps: [{ sdkAppId: 1, rooms: [{ id: 'a', latest }] }], families, format: 'text' }).text,
    );
  });

  it('Changes that arrive while others are applied are applied too', async () => {
    const store = createStore();
    const app = store.addApp(1);
    for (const id of ['a', 'b']) app.published(namedRoom(id, 'before'));
    let yields = 0;
    const yieldOnce = () => {
      yields += 1;
      if (yields === 1) app.published(namedRoom('a', 'after'));
      return Promise.resolve();
    };
    const budget = { isExceeded: true, yield: yieldOnce } as unknown as TimeBudget;
    const snapshot = await store.refresh({ budget, nowMs: 0 });
    const rooms = [namedRoom('a', 'after'), namedRoom('b', 'before')];
    expect(textOf(snapshot, { format: 'text', encoding: 'identity' })).toBe(
      renderRooms({ apps: [{ sdkAppId: 1, rooms }], families, format: 'text' }).text,
    );
  });

  it('The bytes of blocks without a change are reused', async () => {
    const store = createStore();
    const app = store.addApp(1);
    for (const id of ['a', 'b']) app.published(namedRoom(id, 'name'));
    const before = (await store.refresh({ budget: exceededBudget(), nowMs: 0 })).joined('text').plain;
    app.published(namedRoom('b', 'another name'));
    const after = (await store.refresh({ budget: exceededBudget(), nowMs: 0 })).joined('text').plain;
    const changed = after.filter((chunk, index) => chunk !== before[index]).map(String);
    expect(changed).toEqual([expect.stringMatching(/^tencent_live_room_info\{.*\n.*another name.*\n$/)]);
  });

  it('A response that changes how an audience develops renders only that family in the block of its room', async () => {
    const store = createStore();
    let dropRatio = 1;
    const app = store.addApp(1, { trend: () => ({ ...audiences.trend(1), dropRatio }) });
    const rooms = range(0, 3000).map((index) => ({ ...namedRoom(`room-${index}`, 'name'), audienceSlot: index }));
    for (const room of rooms) app.published(room);
    const before = (await store.refresh({ budget: exceededBudget(), nowMs: 0 })).joined('text').plain;
    dropRatio = 0.4;
    app.published(rooms[1500] as RoomView);
    const after = (await store.refresh({ budget: exceededBudget(), nowMs: 0 })).joined('text').plain;
    const changed = after.filter((chunk, index) => chunk !== before[index]).map(String);
    expect(changed.map((chunk) => chunk.split('\n').filter((line) => line.endsWith(' 0.4')))).toEqual([
      ['tencent_live_room_audience_drop_ratio{sdk_app_id="1",room_id="room-1500"} 0.4'],
    ]);
    expect(changed[0]?.split('\n')).toHaveLength(1024 + 1);
  });

  it('Sparse blocks are merged', async () => {
    const store = createStore();
    const app = store.addApp(1);
    const chunks = async () =>
      (await store.refresh({ budget: exceededBudget(), nowMs: 0 })).joined('text').plain.length;
    for (const index of range(0, 3000)) app.published(namedRoom(`room-${index}`, 'name'));
    // Three families, each with a header and the fragments of three blocks.
    expect(await chunks()).toBe(3 * (1 + 3));
    for (const index of range(0, 3000)) if (index % 10 !== 0) app.withdrawn(`room-${index}`);
    expect(await chunks()).toBe(3 * (1 + 1));
  });

  it('A store without rooms renders nothing', async () => {
    const snapshot = await createStore().refresh({ budget: exceededBudget(), nowMs: 0 });
    expect([snapshot.series, snapshot.joined('text')]).toEqual([0, joinFragments([])]);
  });
});

/** Whole numbers from `first`, without `end`. */
function range(first: number, end: number, step = 1): readonly number[] {
  return Array.from({ length: Math.ceil((end - first) / step) }, (_, index) => first + index * step);
}

/** A model that does not publish a withdrawn room again. */
function withoutReturns(model: Model, withdrawn: Set<string>): Model {
  return Object.assign(Object.create(model) as Model, {
    publish: (sdkAppId: number, room: RoomView) => {
      if (!withdrawn.has(`${sdkAppId} ${room.id}`)) model.publish(sdkAppId, room);
    },
    withdraw: (sdkAppId: number, id: string) => {
      withdrawn.add(`${sdkAppId} ${id}`);
      model.withdraw(sdkAppId, id);
    },
  });
}
