import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  audienceOf,
  identifyingFact,
  memberCount,
  noValues,
  onlineMembers,
  storeValue,
  viewCount,
} from '../../src/rooms/latest-values.ts';
import { taskNames } from '../../src/tasks/tasks.ts';

const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

/** Room infos in which any field may be missing. */
const anyInfo = fc.record(
  { roomName: some(fc.string()), viewCount: some(fc.nat()), muted: some(fc.boolean()) },
  { requiredKeys: [] },
);
const anyResponses = fc.array(fc.record({ value: anyInfo, atMs: fc.nat() }), { minLength: 1 });

describe('storeValue', () => {
  it('Only what the last response says is stored, and nothing of the responses before', () => {
    fc.assert(
      fc.property(anyResponses, (responses) => {
        const latest = noValues();
        const last = structuredClone(responses.at(-1));
        for (const response of responses) storeValue(latest, { task: 'room_info', ...response });
        expect(latest).toEqual({ room_info: last });
      }),
    );
  });

  it('Later values are written into the objects of the first one', () => {
    const latest = noValues();
    storeValue(latest, { task: 'online_members', value: { onlineMembers: 1 }, atMs: 1 });
    const { online_members: first } = latest;
    const value = first?.value;
    storeValue(latest, { task: 'online_members', value: { onlineMembers: 2 }, atMs: 2 });
    expect([latest.online_members === first, first?.value === value]).toEqual([true, true]);
    expect(first).toEqual({ value: { onlineMembers: 2 }, atMs: 2 });
  });

  it('A new room has an empty slot for every task', () => {
    expect(Object.entries(noValues())).toEqual(taskNames.map((task) => [task, undefined]));
  });

  it('Each room has its own slots', () => {
    const latest = noValues();
    storeValue(latest, { task: 'online_members', value: { onlineMembers: 1 }, atMs: 1 });
    expect(noValues().online_members).toBeUndefined();
  });
});

const at = <T>(value: T, atMs = 1) => ({ value, atMs });
const listed = (views: number, atMs?: number) => at({ roomId: 'a', viewCount: views }, atMs);

describe('audienceOf', () => {
  it.each([
    ['the online members', 3],
    ['else the members', 4, 'online_members'],
    ['else the views in the list', 5, 'online_members', 'member_list'],
    ['else the views in the room info', 6, 'online_members', 'member_list', 'room_list'],
    ['else 0', 0, 'online_members', 'member_list', 'room_list', 'room_info'],
  ] as const)('The audience of a room is %s.', (_what, audience, ...missing) => {
    const latest = {
      online_members: at({ onlineMembers: 3 }),
      member_list: at({ memberCount: 4 }),
      room_list: listed(5),
      room_info: at({ viewCount: 6 }),
      ...Object.fromEntries(missing.map((task) => [task, undefined])),
    };
    expect(audienceOf({ latest })).toBe(audience);
  });
});

describe('viewCount', () => {
  it('The larger view count of list and room info counts, because views only grow', () => {
    expect(viewCount({ latest: { room_list: listed(5, 1), room_info: at({ viewCount: 6 }, 2) } })).toBe(6);
    expect(viewCount({ latest: { room_list: listed(5, 2), room_info: at({ viewCount: 6 }, 1) } })).toBe(6);
    expect(viewCount({ latest: { room_list: listed(5, 1), room_info: at({}, 2) } })).toBe(5);
  });

  it('It is never smaller than it was in this life of the room', () => {
    expect(viewCount({ latest: { room_info: at({ viewCount: 6 }) }, mostViews: 9 })).toBe(9);
  });

  it('It is unknown if neither of the two is known now', () => {
    expect(viewCount({ latest: {}, mostViews: 9 })).toBeUndefined();
  });
});

describe('identifyingFact', () => {
  const nameOf = (latest: Parameters<typeof identifyingFact>[0]) => identifyingFact(latest, ({ roomName }) => roomName);

  it('The list names the room, whichever response is newer', () => {
    const room_list = at({ roomId: 'a', roomName: 'bren' }, 1);
    expect(nameOf({ room_list, room_info: at({ roomName: '144115233775727695' }, 2) })).toBe('bren');
  });

  it('The room info names a room that the list does not contain', () => {
    expect(nameOf({ room_info: at({ roomName: 'private' }) })).toBe('private');
  });
});

describe('onlineMembers', () => {
  const online = at({ onlineMembers: 77 }, 1);

  it('The count of the list is used if it is newer', () => {
    expect(onlineMembers({ online_members: online, room_list: at({ roomId: 'a', onlineCount: 80 }, 2) })).toEqual(
      at(80, 2),
    );
  });

  it('The 0 of the list says nothing', () => {
    const room_list = at({ roomId: 'a', onlineCount: 0, memberCount: 0 }, 2);
    expect(onlineMembers({ online_members: online, room_list })).toEqual(at(77, 1));
    expect([onlineMembers({ room_list }), memberCount({ room_list })]).toEqual([undefined, undefined]);
  });
});
