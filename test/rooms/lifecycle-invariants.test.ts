import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Lifecycle,
  type LifecycleEvent,
  newLifecycle,
  nextLifecycle,
  verifyingTask,
} from '../../src/rooms/lifecycle.ts';
import { roomTasks } from '../../src/tasks/tasks.ts';

const nowMs = 10_000_000;

const anyTask = fc.constantFrom(...roomTasks.map(({ name }) => name));
const anyEvent: fc.Arbitrary<LifecycleEvent> = fc.oneof(
  fc.constantFrom<LifecycleEvent>(
    { type: 'listed', asLive: true },
    { type: 'listed', asLive: false },
    { type: 'missed' },
    { type: 'recreated' },
    { type: 'not a live room' },
  ),
  fc.record({ type: fc.constantFrom('responded' as const, 'gone' as const), task: anyTask }),
);

describe('Invariants of nextLifecycle', () => {
  it('Rooms in the same state share one object, unless a suspicion was cleared', () => {
    const known = new Map<string, Lifecycle>();
    fc.assert(
      fc.property(fc.array(anyEvent, { size: 'medium' }), (events) => {
        let current = newLifecycle;
        for (const event of events) {
          current = nextLifecycle(current, event, nowMs);
          if (current.clearedAtMs !== undefined) continue;
          const state = JSON.stringify(current, ['kind', 'phase', 'isListed', 'missedListings']);
          expect(known.get(state) ?? current).toBe(current);
          known.set(state, current);
        }
      }),
    );
  });

  it('A room ends only after it was suspected, and only if its verifying task is gone', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { size: 'medium' }), (events) => {
        let current = newLifecycle;
        for (const event of events) {
          const before = current;
          current = nextLifecycle(before, event, nowMs);
          if (current.phase !== 'ended' || before.phase === 'ended') continue;
          expect([before.phase, event]).toEqual(['suspected', { type: 'gone', task: verifyingTask(before.kind) }]);
        }
      }),
    );
  });
});
