import { describe, expect, it } from '@jest/globals';
import { type SweepOptions, startSweep, sweepOnce } from '../../src/polling/sweep.ts';
import type { RoomWork } from '../../src/rooms/registry-options.ts';
import { recordedRegistry } from '../rooms/recorded-registry.ts';
import { FakeClock } from '../support/fake-clock.ts';

/** A registry in which room `b` is suspected, and the values of both rooms are stale. */
function afterOutage() {
  const clock = new FakeClock(0);
  const made = recordedRegistry();
  made.list('a', 'b');
  made.list('a');
  made.list('a');
  made.changes();
  const { registry } = made;
  const applyAll = async (work: RoomWork) => made.runAll(work);
  const options: SweepOptions = { registry, clock, freshForMs: () => -Infinity, applyAll };
  return { ...made, clock, options };
}

describe('A room that is suspected after its values have become stale', () => {
  it('It is kept for a minute, in which its end can be proved', async () => {
    const { registry, clock, options, gone, sessions, wait } = afterOutage();
    startSweep(options);
    await clock.advance(59_000);
    expect(registry.get('b')).toBeDefined();
    wait(59_000);
    gone('room_info', 'b');
    expect(sessions()).toMatchObject([{ roomId: 'b' }]);
  });

  it('It is forgotten after that, and a room that is not suspected is kept', async () => {
    const { registry, clock, options } = afterOutage();
    startSweep(options);
    await clock.advance(62_000);
    expect([registry.get('b'), registry.get('a')?.id]).toEqual([undefined, 'a']);
  });

  it('A process that starts with it does not forget it at once', async () => {
    const { registry, options } = afterOutage();
    await sweepOnce(options);
    expect(registry.get('b')).toBeDefined();
  });
});
