import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type GoneEvent,
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
  fc.record({ type: fc.constant('responded' as const), task: anyTask }),
  fc.record({
    type: fc.constant('gone' as const),
    task: anyTask,
    code: fc.constantFrom(100004, 10010, 10015),
    askedAtMs: fc.integer({ min: nowMs, max: nowMs + 100_000 }),
    isMassEnd: fc.boolean(),
  }),
);

describe('Invariants of nextLifecycle', () => {
  it('Rooms in the same state share one object, unless it has the time of a suspicion', () => {
    const known = new Map<string, Lifecycle>();
    fc.assert(
      fc.property(fc.array(anyEvent, { size: 'medium' }), (events) => {
        let current = newLifecycle;
        for (const event of events) {
          current = nextLifecycle(current, event, nowMs);
          if (current.clearedAtMs !== undefined || current.suspectedAtMs !== undefined) continue;
          const state = JSON.stringify(current, ['kind', 'phase', 'isListed', 'missedListings']);
          expect(known.get(state) ?? current).toBe(current);
          known.set(state, current);
        }
      }),
    );
  });

  it('A room ends only 5 s after it was suspected, only by the code of its verifying task, and never while the last listing has it', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { size: 'medium' }), (events) => {
        let current = newLifecycle;
        for (const event of events) {
          const before = current;
          current = nextLifecycle(before, event, nowMs);
          if (current.phase !== 'ended' || before.phase === 'ended') continue;
          const code = before.kind === 'group' ? 10010 : 100004;
          expect([before.phase, event]).toMatchObject([
            'suspected',
            { type: 'gone', task: verifyingTask(before.kind), code },
          ]);
          expect((event as GoneEvent).askedAtMs).toBeGreaterThanOrEqual(nowMs + 5000);
          expect(before.isListed && before.missedListings === 0).toBe(false);
        }
      }),
    );
  });
});
