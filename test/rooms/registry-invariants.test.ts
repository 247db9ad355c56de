import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { RoomChanges, RoomWork } from '../../src/rooms/registry-options.ts';
import { RoomRegistry } from '../../src/rooms/registry.ts';
import { exportStateOf, hasNoValue, isExported, type RoomView } from '../../src/rooms/room.ts';
import type { RoomSelection } from '../../src/rooms/selection.ts';
import type { RoomTaskName } from '../../src/tasks/tasks.ts';

const initial: RoomSelection = { discover: 'live', include: [], exclude: [], limit: 2 };
const selections = [initial, { ...initial, exclude: [/[bd]/] }, { ...initial, discover: 'chat' as const, limit: 1 }];

const roomId = fc.constantFrom('a', 'b', 'c', 'd', 'e');
const createTimeSeconds = fc.constantFrom(undefined, 100, 200);
const row = fc.record({ roomId, createTimeSeconds, viewCount: fc.constantFrom(undefined, 5, 50) });
const rows = fc.array(row, { maxLength: 5 });
const task = fc.constantFrom<RoomTaskName>('room_info', 'online_members', 'member_list');

/** What may happen at any moment, even in a pause of work on all rooms. */
const shortStep = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('respond' as const), roomId, task, createTimeSeconds }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('deny' as const),
      roomId,
      task,
      reason: fc.constantFrom('gone' as const, 'gone' as const, 'not a live room' as const),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constantFrom('discover' as const, 'report end' as const, 'count' as const),
      roomId,
    }),
  },
);

/** What happens in the pauses of work on all rooms. */
const between = fc.array(shortStep, { maxLength: 8 });

const step = fc.oneof(
  { weight: 11, arbitrary: shortStep },
  { weight: 4, arbitrary: fc.record({ type: fc.constant('list' as const), rows, between }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('fail listing' as const), rows, between }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('configure rooms' as const), ids: fc.uniqueArray(roomId), between }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('configure' as const),
      selection: fc.constantFrom(...selections),
      between,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('wait' as const),
      ms: fc.constantFrom(1000, 100_000, 2_000_000),
      between,
    }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;
type ShortStep = typeof shortStep extends fc.Arbitrary<infer S> ? S : never;

/** A registry whose reports are replayed by those who get them: polling and the listener. */
function replayedRegistry() {
  const polled = new Set<string>();
  const published = new Map<string, string>();
  const registry = new RoomRegistry({
    selection: initial,
    endedRetentionMs: 1_800_000,
    listener: {
      published: (room) => published.set(room.id, content(room)),
      withdrawn: (id) => {
        if (!published.delete(id)) throw new Error(`${id} was withdrawn, but it was not exported`);
      },
    },
  });
  let nowMs = 1_000_000;
  let { limit } = initial;

  function apply({ due, deselected, toVerify }: RoomChanges): void {
    for (const { id } of deselected) {
      if (!polled.delete(id)) throw new Error(`${id} was deselected, but it was not polled`);
    }
    for (const { id } of due) polled.add(id);
    for (const { id, lifecycle, isSelected } of toVerify) {
      if (!isSelected && lifecycle.phase !== 'ended')
        throw new Error(`${id} is to be verified, but it is not selected`);
    }
    for (const reported of [due, deselected]) {
      const ids = reported.map(({ id }) => id);
      if (new Set(ids).size !== ids.length) throw new Error(`a room was reported twice: ${ids.join(' ')}`);
    }
  }

  /** Applies the changes of work on all rooms, with other steps in its pauses. */
  function applyAll(work: RoomWork, steps: readonly ShortStep[], onPause: () => void): void {
    const others = steps.values();
    for (const changes of work) {
      apply(changes);
      onPause();
      const { value: other } = others.next();
      if (other !== undefined) run(other, onPause);
      onPause();
    }
  }

  function run(next: Step, onPause: () => void): void {
    switch (next.type) {
      case 'list':
      case 'fail listing': {
        registry.startListing();
        for (const listed of next.rows) apply(registry.listed({ ...listed }, nowMs).changes);
        const work =
          next.type === 'list'
            ? registry.endListing({ isWhole: true, unidentifiedRooms: 0, nowMs })
            : registry.abandonListing();
        applyAll(work, next.between, onPause);
        return;
      }
      case 'respond': {
        const value = next.task === 'room_info' ? { createTimeSeconds: next.createTimeSeconds } : { onlineMembers: 7 };
        const times = { carried: nowMs, atMs: nowMs, freshForMs: 90_000 };
        apply(registry.record({ task: next.task, roomId: next.roomId, value, ...times }));
        return;
      }
      case 'deny':
        apply(registry.deny({ ...next, code: next.task === 'room_info' ? 100004 : 10010, askedAtMs: nowMs, nowMs }));
        return;
      case 'discover':
        apply(registry.discover({ id: next.roomId, isNew: true }));
        return;
      case 'report end':
        registry.endReported(next.roomId, { atMs: nowMs, statistic: { viewers: 3 } });
        return;
      case 'count':
        registry.countMembers(next.roomId, { enter: 1 });
        return;
      case 'configure rooms':
        applyAll(registry.setConfiguredRooms(new Set(next.ids)), next.between, onPause);
        return;
      case 'configure': {
        limit = next.selection.limit;
        const work = registry.configure({ selection: next.selection, endedRetentionMs: 1_800_000 });
        applyAll(work, next.between, onPause);
        return;
      }
      case 'wait': {
        nowMs += next.ms;
        const expiry = { now: () => nowMs, freshForMs: () => 90_000, mayForget: () => true };
        applyAll(registry.removeStale(expiry), next.between, onPause);
      }
    }
  }

  return { registry, polled, published, limit: () => limit, run };
}

function content({ id, latest, endedAtMs, memberChanges }: RoomView): string {
  return JSON.stringify({ id, latest, endedAtMs, memberChanges });
}

/** Checks the registry after each of many steps, in any order, and in each pause of work on all rooms: then `last` is undefined. */
function afterAnySteps(check: (made: ReturnType<typeof replayedRegistry>, last: Step | undefined) => void) {
  return fc.property(fc.array(step, { maxLength: 40, size: 'max' }), (steps) => {
    const made = replayedRegistry();
    for (const next of steps) {
      made.run(next, () => check(made, undefined));
      check(made, next);
    }
  });
}

const options = { numRuns: 300 };

describe('Invariants of RoomRegistry', () => {
  it('The rooms reported as due, without those reported as deselected, are exactly the selected rooms', () => {
    fc.assert(
      afterAnySteps(({ registry, polled }) => {
        const selected = [...registry.rooms()].filter((room) => room.isSelected);
        expect(polled).toEqual(new Set(selected.map(({ id }) => id)));
        expect(registry.selectedCount).toBe(selected.length);
      }),
      options,
    );
  });

  it('The listener knows exactly the exported rooms, with their present values', () => {
    fc.assert(
      afterAnySteps(({ registry, published }) => {
        const exported = [...registry.rooms()].filter((room) => isExported(exportStateOf(room)));
        expect(published).toEqual(new Map(exported.map((room) => [room.id, content(room)])));
      }),
      options,
    );
  });

  it('The counts are those of the rooms', () => {
    fc.assert(
      afterAnySteps(({ registry }) => {
        const states = [...registry.rooms()].map(exportStateOf);
        const count = (state: string) => states.filter((other) => other === state).length;
        const [exported, filtered, overLimit] = [count('exported'), count('filtered'), count('over limit')];
        expect(registry.counts()).toEqual({ alive: exported + filtered + overLimit, exported, filtered, overLimit });
      }),
      options,
    );
  });

  it('After a listing, no more rooms are selected than the limit allows, unless more are configured', () => {
    fc.assert(
      afterAnySteps(({ registry, limit }, last) => {
        if (last?.type !== 'list') return;
        const configured = [...registry.rooms()].filter((room) => room.isConfigured).length;
        expect(registry.selectedCount).toBeLessThanOrEqual(Math.max(limit(), configured));
      }),
      options,
    );
  });

  it('No value is left of a room that has ended', () => {
    fc.assert(
      afterAnySteps(({ registry }) => {
        const ended = [...registry.rooms()].filter((room) => room.lifecycle.phase === 'ended');
        expect(ended.every(hasNoValue)).toBe(true);
      }),
      options,
    );
  });

  it('A room that is not selected carries nothing into its next life', () => {
    fc.assert(
      afterAnySteps(({ registry }) => {
        const notSelected = [...registry.rooms()].filter((room) => !room.isSelected);
        expect(notSelected.every(({ carried }) => carried === undefined)).toBe(true);
      }),
      options,
    );
  });
});
