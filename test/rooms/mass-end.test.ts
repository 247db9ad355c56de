import { describe, expect, it } from '@jest/globals';
import { recordedRegistry } from './recorded-registry.ts';

/** Rooms of a list, in which many things happen at once. */
function listedRooms(count: number, { configured = [] }: { readonly configured?: readonly string[] } = {}) {
  const made = recordedRegistry({ configured });
  const ids = Array.from({ length: count }, (_, index) => `room-${index}`);
  const goneFor = (rooms: readonly string[]) => rooms.forEach((id) => made.gone('room_info', id));
  const ended = () => made.exported().filter((room) => room.includes(' ended at ')).length;
  const isMassEnd = () => made.registry.isMassEndSuspected(made.now());
  return { ...made, ids, goneFor, ended, isMassEnd };
}

describe('Many rooms that seem to end at once', () => {
  it('No room ends while the list contains it, and when the API has recovered, no mass end is suspected any more', () => {
    const { list, ids, goneFor, recordInfo, wait, ended, isMassEnd } = listedRooms(40);
    list(...ids);
    for (let time = 0; time < 6; time += 1) {
      goneFor(ids);
      wait(5000);
      list(...ids);
    }
    expect([ended(), isMassEnd()]).toEqual([0, true]);
    for (const id of ids) recordInfo(id);
    wait(61_000);
    expect([ended(), isMassEnd()]).toEqual([0, false]);
  });

  it('Up to a fifth of the rooms, or four rooms, may end at once without a suspicion', () => {
    const { list, ids, goneFor, wait, ended, isMassEnd } = listedRooms(40);
    list(...ids);
    const [ending, others] = [ids.slice(0, 8), ids.slice(8)];
    goneFor(ending);
    list(...others);
    wait(5000);
    goneFor(ending);
    expect([ended(), isMassEnd()]).toEqual([8, false]);
  });

  it('If more than a fifth are gone, one listing without them does not end them, but two do', () => {
    const { list, ids, goneFor, wait, ended, isMassEnd } = listedRooms(40);
    list(...ids);
    const [ending, others] = [ids.slice(0, 9), ids.slice(9)];
    goneFor(ending);
    list(...others);
    wait(5000);
    goneFor(ending);
    expect([ended(), isMassEnd()]).toEqual([0, true]);
    list(...others);
    goneFor(ending);
    expect(ended()).toBe(9);
  });

  it.each([0, 20])('A list of 40 rooms that suddenly has %i counts only when the next one agrees', (remaining) => {
    const { list, ids, isMassEnd, changes } = listedRooms(40);
    list(...ids);
    changes();
    const present = ids.slice(0, remaining);
    list(...present);
    list(...ids);
    expect([changes(), isMassEnd()]).toEqual([[], false]);
    list(...present);
    expect([changes(), isMassEnd()]).toEqual([[], true]);
    list(...present);
    list(...present);
    expect(changes()).toHaveLength(40 - remaining);
  });

  it('Rooms that no list contains must be gone for a minute', () => {
    const configured = ['a', 'b', 'c', 'd', 'e'];
    const { goneFor, recordInfo, wait, ended } = listedRooms(0, { configured });
    for (const id of configured) recordInfo(id);
    const endedAfter = [0, 5, 30, 59, 60].map((seconds, index, all) => {
      wait((seconds - (all[index - 1] ?? 0)) * 1000);
      goneFor(configured);
      return ended();
    });
    expect(endedAfter).toEqual([0, 0, 0, 0, 5]);
  });
});
