import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StoredRoom } from '../../src/rooms/room.ts';
import { roomFromLine, roomToLine } from '../../src/rooms/saved-room.ts';
import { observedSecondsTotal, viewerSeconds, viewerSecondsTotal } from '../../src/rooms/watch-time.ts';
import { recordedRegistry } from './recorded-registry.ts';

/** A registry with the room `a`, whose audience is read after the given pauses. */
function watched(...responses: readonly (readonly [afterSeconds: number, onlineMembers: number])[]) {
  const made = recordedRegistry();
  made.list('a');
  const read = (afterSeconds: number, onlineMembers: number) => {
    made.wait(afterSeconds * 1000);
    made.recordOnline('a', onlineMembers);
  };
  for (const response of responses) read(...response);
  const room = () => made.registry.get('a') as StoredRoom;
  return { ...made, read, room, counted: () => [viewerSeconds(room()), room().observedSeconds] };
}

/** The same room in the registry of the next process. */
function restarted({ room, now, registry }: ReturnType<typeof watched>, { isLast }: { readonly isLast: boolean }) {
  const next = watched();
  next.wait(now() - next.now());
  next.registry.restore(roomFromLine(roomToLine(room(), registry.audiences), { isLast }));
  const totals = () => [viewerSecondsTotal(next.room()), observedSecondsTotal(next.room())];
  return { ...next, totals };
}

describe('The watch time of a room', () => {
  it('Nothing is known before the first response, and nothing is counted with it', () => {
    expect([watched().counted(), watched([0, 10]).counted()]).toEqual([
      [undefined, undefined],
      [0, 0],
    ]);
  });

  it('Between two responses, the mean of both audiences counts', () => {
    const { counted, registry } = watched([0, 10], [10, 21], [30, 5]);
    expect([counted(), registry.counters.viewerSeconds]).toEqual([[545, 40], 545]);
  });

  it('Nothing is counted across a gap, even if the stale value was not removed yet', () => {
    expect(watched([0, 10], [90, 10], [91, 10], [10, 10]).counted()).toEqual([1000, 100]);
    const { removeStale, wait, read, counted } = watched([0, 10], [10, 10]);
    wait(91_000);
    removeStale(() => 90_000);
    read(0, 10);
    expect(counted()).toEqual([100, 10]);
  });

  it('Nothing is counted while the clock of the machine is set back', () => {
    expect(watched([0, 10], [-60, 10], [10, 10]).counted()).toEqual([100, 10]);
  });

  it('Fractions of seconds are not lost, however many responses there are', () => {
    const responses = Array.from({ length: 1000 }, () => [10.037, 7] as const);
    const { counted } = watched([0, 7], ...responses);
    expect(counted()).toEqual([70_259, 10_037]);
  });

  it('The peak is the largest number, with the time at which it was first read', () => {
    const { room, now } = watched([0, 10], [10, 30], [10, 30], [10, 20]);
    expect([room().peakOnlineMembers, room().peakAtSeconds]).toEqual([30, now() / 1000 - 20]);
  });

  it('It is never longer than the time that has passed, and never has more viewers than the peak', () => {
    const response = fc.tuple(fc.nat(200), fc.nat(1000));
    fc.assert(
      fc.property(fc.array(response), (responses) => {
        const { counted, room } = watched([0, 0], ...responses);
        const [seconds, observed] = counted() as [number, number];
        const passed = responses.reduce((sum, [afterSeconds]) => sum + afterSeconds, 0);
        expect(observed).toBeLessThanOrEqual(passed);
        expect(seconds).toBeLessThanOrEqual(observed * (room().peakOnlineMembers ?? 0));
      }),
    );
  });

  it('A room that lost its place goes on with what it has, but does not count the time in between', () => {
    const { configure, read, counted } = watched([0, 10], [10, 10]);
    configure({ exclude: [/a/] });
    configure({});
    read(10, 10);
    read(10, 10);
    expect(counted()).toEqual([200, 20]);
  });

  it('After a restart it goes on, and the time in between counts while the audience is still fresh', () => {
    const { read, totals, counted } = restarted(watched([0, 10], [10, 10]), { isLast: true });
    expect(totals()).toEqual([100, 10]);
    read(80, 10);
    expect([totals(), counted()]).toEqual([
      [900, 90],
      [900, 90],
    ]);
  });

  it('After a kill, the exported counters start again at 0, because they must not fall, and the room keeps what was saved', () => {
    const killed = restarted(watched([0, 10], [10, 10]), { isLast: false });
    expect([killed.totals(), killed.room().peakOnlineMembers]).toEqual([[undefined, undefined], 10]);
    // The killed process may have exported a part of the time until the first response.
    killed.read(20, 10);
    expect([killed.totals(), killed.counted(), killed.registry.counters.viewerSeconds]).toEqual([[0, 0], [300, 30], 0]);
    killed.read(10, 10);
    const after = [
      [100, 10],
      [400, 40],
    ];
    expect([killed.totals(), killed.counted()]).toEqual(after);
    const { totals, counted } = restarted(killed, { isLast: true });
    expect([totals(), counted()]).toEqual(after);
  });
});
