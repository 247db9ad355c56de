import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { infoLabels } from '../../../src/config/config.ts';
import { roomCatalogue } from '../../../src/metrics/rooms/catalogue.ts';
import { gzipMember } from '../../../src/metrics/format/gzip-member.ts';
import { createFragment, joinFragments } from '../../../src/metrics/format/fragment.ts';
import type { PublishedRooms } from '../../../src/metrics/rooms/published-rooms.ts';
import { RoomStore } from '../../../src/metrics/rooms/room-store.ts';
import { TimeBudget } from '../../../src/platform/time-budget.ts';
import { renderRooms } from '../../../src/metrics/rooms/room-text.ts';
import { roomShare, RoomTally } from '../../../src/metrics/rooms/room-totals.ts';
import type { LatestValues, RoomView } from '../../../src/rooms/room.ts';
import { everyForm, textOf } from '../../support/exposed.ts';
import { namedRoom } from '../../support/room-samples.ts';

const families = roomCatalogue(infoLabels);

/** A clock that lets every slice end at once, so that a refresh rests as often as it can. */
function hurried(): TimeBudget {
  let nowMs = 0;
  return new TimeBudget({ monotonic: () => (nowMs += 10) });
}

/** What a store shows in a form. */
function shown(published: PublishedRooms, { format, encoding }: (typeof everyForm)[number]): string {
  const joined = published.joined(format);
  return textOf(encoding === 'gzip' ? gzipMember(joined, createFragment('')) : joined.plain, { encoding });
}

/** Exported rooms of some apps as a plain map, beside a store that is told of each change of it. */
class Model {
  readonly apps = new Map<number, Map<string, RoomView>>();
  readonly store = new RoomStore({ families, maxSeries: Number.POSITIVE_INFINITY });

  publish(sdkAppId: number, room: RoomView): void {
    if (!this.apps.has(sdkAppId)) {
      this.apps.set(sdkAppId, new Map());
      this.store.addApp(sdkAppId);
    }
    this.apps.get(sdkAppId)?.set(room.id, room);
    this.store.note(sdkAppId, room.id, room);
  }

  withdraw(sdkAppId: number, id: string): void {
    this.apps.get(sdkAppId)?.delete(id);
    this.store.note(sdkAppId, id, undefined);
  }

  removeApp(sdkAppId: number): void {
    this.apps.delete(sdkAppId);
    this.store.removeApp(sdkAppId);
  }

  /** Refreshes the store; gives all that it shows, and beside it what a rendering from scratch shows. */
  async compare(): Promise<{ readonly shown: unknown; readonly expected: unknown }> {
    const published = await this.store.refresh({ budget: hurried(), nowMs: 0 });
    const apps = [...this.apps].map(([sdkAppId, rooms]) => ({ sdkAppId, rooms: [...rooms.values()] }));
    const scratch = everyForm.map(({ format }) => renderRooms({ apps, families, format }));
    const totals = apps.map(({ sdkAppId, rooms }) => {
      const tally = new RoomTally();
      for (const room of rooms) tally.count(roomShare(room), 1);
      return [sdkAppId, tally.totals()] as const;
    });
    return {
      shown: {
        texts: everyForm.map((form) => shown(published, form)),
        series: published.series,
        totals: published.totals,
      },
      expected: { texts: scratch.map(({ text }) => text), series: scratch[0]?.series, totals: new Map(totals) },
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
const reading = <T>(value: fc.Arbitrary<T>) => some(fc.record({ value, atMs: anyTime }));

/** Any answer of any command, sound or not. */
const anyReadings = fc.record({
  room_list: reading(
    fc.record({ roomId: fc.constant('its own'), ...facts, memberCount: some(anyNumber), onlineCount: some(fc.nat()) }),
  ),
  room_info: reading(
    fc.record({
      ...facts,
      seatsEnabled: some(fc.boolean()),
      maxSeats: some(anyNumber),
      maxMembers: some(anyNumber),
      muted: some(fc.boolean()),
      takeSeatMode: some(fc.constantFrom('free', 'apply')),
    }),
  ),
  online_members: reading(fc.record({ onlineMembers: fc.nat() })),
  member_list: reading(fc.record({ memberCount: some(anyNumber) })),
  group_members: reading(
    fc.record({
      listedMembers: anyNumber,
      joins: anyNumber,
      markedMembers: fc.array(fc.tuple(fc.nat({ max: 3 }), anyNumber)).map((marks) => new Map(marks)),
    }),
  ),
  room_stats: reading(fc.record({ viewers: some(anyNumber), likes: some(fc.nat()) })),
}) as fc.Arbitrary<LatestValues>;

const anyApp = fc.constantFrom(1_400_000_000, 1_400_000_001);
const anyId = fc.oneof(fc.constantFrom('a', 'b', 'c', 'd', '"', '\\', '\n'), anyText);
const anyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ app: anyApp, id: anyId, latest: anyReadings, endedAtMs: some(anyTime) })
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

describe('the incremental exposition', () => {
  it('equals a rendering from scratch byte for byte, in both formats and encodings, whatever changes in whatever order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyStep, { maxLength: 12 }), { maxLength: 6 }), async (rounds) => {
        const model = new Model();
        for (const steps of rounds) {
          // A room that leaves and comes again before it was seen to leave keeps its place; a map would move it.
          const left = new Set<string>();
          for (const step of steps) step(withoutReturns(model, left));
          const compared = await model.compare();
          expect(compared.shown).toEqual(compared.expected);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('equals it over many blocks that fill, wear thin and are merged', async () => {
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
      expect(compared.shown).toEqual(compared.expected);
    }
  });

  it('shows one instant, whatever changes while it is rendered', async () => {
    const store = new RoomStore({ families, maxSeries: Number.POSITIVE_INFINITY });
    store.addApp(1);
    const latest: LatestValues = { ...namedRoom('a', 'before').latest };
    store.note(1, 'a', { id: 'a', latest });
    // The first rest comes after the changes were taken in and before the last family was rendered.
    const budget = { isExceeded: true, rest: () => Promise.resolve(change()) } as unknown as TimeBudget;
    let rests = 0;
    const change = () => {
      rests += 1;
      if (rests !== 2) return;
      latest.room_list = { atMs: 9, value: { roomId: 'a', roomName: 'after' } };
      latest.online_members = { atMs: 9, value: { onlineMembers: 9 } };
      store.note(1, 'a', { id: 'a', latest });
    };
    const before = await store.refresh({ budget, nowMs: 0 });
    expect(rests).toBeGreaterThan(2);
    expect(shown(before, { format: 'text', encoding: 'identity' })).toBe(
      renderRooms({ apps: [{ sdkAppId: 1, rooms: [namedRoom('a', 'before')] }], families, format: 'text' }).text,
    );
    const after = await store.refresh({ budget, nowMs: 0 });
    expect(shown(after, { format: 'text', encoding: 'identity' })).toBe(
      renderRooms({ apps: [{ sdkAppId: 1, rooms: [{ id: 'a', latest }] }], families, format: 'text' }).text,
    );
  });

  it('takes in what changes while it takes in', async () => {
    const store = new RoomStore({ families, maxSeries: Number.POSITIVE_INFINITY });
    store.addApp(1);
    for (const id of ['a', 'b']) store.note(1, id, namedRoom(id, 'before'));
    let rests = 0;
    const rest = () => {
      rests += 1;
      if (rests === 1) store.note(1, 'a', namedRoom('a', 'after'));
      return Promise.resolve();
    };
    const published = await store.refresh({ budget: { isExceeded: true, rest } as unknown as TimeBudget, nowMs: 0 });
    const rooms = [namedRoom('a', 'after'), namedRoom('b', 'before')];
    expect(shown(published, { format: 'text', encoding: 'identity' })).toBe(
      renderRooms({ apps: [{ sdkAppId: 1, rooms }], families, format: 'text' }).text,
    );
  });

  it('keeps the bytes of what has not changed', async () => {
    const store = new RoomStore({ families, maxSeries: Number.POSITIVE_INFINITY });
    store.addApp(1);
    for (const id of ['a', 'b']) store.note(1, id, namedRoom(id, 'name'));
    const before = (await store.refresh({ budget: hurried(), nowMs: 0 })).joined('text').plain;
    store.note(1, 'b', namedRoom('b', 'another name'));
    const after = (await store.refresh({ budget: hurried(), nowMs: 0 })).joined('text').plain;
    const changed = after.filter((chunk, index) => chunk !== before[index]).map(String);
    expect(changed).toEqual([expect.stringMatching(/^tencent_live_room_info\{.*\n.*another name.*\n$/)]);
  });

  it('merges blocks that have worn thin', async () => {
    const store = new RoomStore({ families, maxSeries: Number.POSITIVE_INFINITY });
    store.addApp(1);
    const chunks = async () => (await store.refresh({ budget: hurried(), nowMs: 0 })).joined('text').plain.length;
    for (const index of range(0, 3000)) store.note(1, `room-${index}`, namedRoom(`room-${index}`, 'name'));
    // Three families, each with a header and the fragments of three blocks.
    expect(await chunks()).toBe(3 * (1 + 3));
    for (const index of range(0, 3000)) if (index % 10 !== 0) store.note(1, `room-${index}`, undefined);
    expect(await chunks()).toBe(3 * (1 + 1));
  });

  it('is empty without a room', async () => {
    const published = await new RoomStore({ families, maxSeries: 1 }).refresh({ budget: hurried(), nowMs: 0 });
    expect([published.series, published.joined('text')]).toEqual([0, joinFragments([])]);
  });
});

/** Whole numbers from the first up to the end. */
function range(first: number, end: number, step = 1): readonly number[] {
  return Array.from({ length: Math.ceil((end - first) / step) }, (_, index) => first + index * step);
}

/** The model for one round, in which a room that was withdrawn is not published again, nor an app that was removed. */
function withoutReturns(model: Model, left: Set<string>): Model {
  return Object.assign(Object.create(model) as Model, {
    publish: (sdkAppId: number, room: RoomView) => {
      if (!left.has(`${sdkAppId} ${room.id}`)) model.publish(sdkAppId, room);
    },
    withdraw: (sdkAppId: number, id: string) => {
      left.add(`${sdkAppId} ${id}`);
      model.withdraw(sdkAppId, id);
    },
  });
}
