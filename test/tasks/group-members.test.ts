import { describe, expect, it } from '@jest/globals';
import { countJoins, groupMembers, type GroupMembersSettings } from '../../src/tasks/group-members.ts';
import type { RoomToRead } from '../../src/tasks/task.ts';
import type { GroupMembersPage, GroupMembersRequest } from '../../src/tencent/commands/get-members.ts';

type Respond = (request: GroupMembersRequest) => GroupMembersPage;

/** A page whose members joined at these times. */
const page = (accounts: Readonly<Record<string, number | undefined>>, nextTimestamp = 0): GroupMembersPage => ({
  members: Object.entries(accounts).map(([account, joinTimeSeconds]) => ({ account, joinTimeSeconds })),
  nextTimestamp,
});

/** Reads the members of a room `g` to the end. */
async function readAll(
  respond: Respond,
  options: {
    readonly marks?: readonly number[];
    readonly carried?: () => unknown;
    readonly online?: number;
    readonly appMemory?: Record<string, unknown>;
  } = {},
) {
  const { marks = [], carried = () => undefined, online, appMemory = {} } = options;
  const requests: GroupMembersRequest[] = [];
  const call = ((_command: unknown, request: GroupMembersRequest) => {
    requests.push(request);
    return Promise.resolve(respond(request));
  }) as RoomToRead['call'];
  const settings: GroupMembersSettings = { rooms: 200, marks };
  const next = groupMembers.read({ roomId: 'g', settings, call, carried, onlineMembers: () => online, appMemory });
  for (;;) {
    const result = await next();
    if (result !== 'more') return { ...result, requests };
  }
}

describe('group_members', () => {
  it('All pages of the list are read, and an account on two pages counts once', async () => {
    const { value, requests } = await readAll(({ timestamp }) =>
      timestamp === 0 ? page({ ann: 30, bob: 20 }, 20) : page({ bob: 20, cy: 10 }),
    );
    expect(requests).toEqual([
      { roomId: 'g', timestamp: 0, mark: undefined },
      { roomId: 'g', timestamp: 20, mark: undefined },
    ]);
    expect(value).toEqual({ listedMembers: 3, markedMembers: new Map(), joins: 0 });
  });

  it('The members with each configured mark are counted after all members', async () => {
    const { value, requests } = await readAll(
      ({ mark, timestamp }) => {
        if (mark === undefined) return page({ ann: 30, bob: 20, cy: 10 });
        if (mark === 1000) return timestamp === 0 ? page({ ann: 30 }, 30) : page({ bob: 20 });
        return page({});
      },
      { marks: [1000, 1001] },
    );
    expect(requests.map(({ mark, timestamp }) => [mark, timestamp])).toEqual([
      [undefined, 0],
      [1000, 0],
      [1000, 30],
      [1001, 0],
    ]);
    const markedMembers = new Map([
      [1000, 2],
      [1001, 0],
    ]);
    expect(value).toEqual({ listedMembers: 3, markedMembers, joins: 0 });
  });

  it('Joins are counted from one read to the next by what the read before carried', async () => {
    const first = await readAll(() => page({ ann: 10, bob: 12 }));
    const second = await readAll(() => page({ ann: 10, bob: 12, cy: 13, dan: 15 }), { carried: () => first.carried });
    const third = await readAll(() => page({ eve: 16 }), { carried: () => second.carried });
    expect([first, second, third].map(({ value }) => value?.joins)).toEqual([0, 2, 3]);
  });

  it('While a join time is not known, joins are unknown, and the next read counts them', async () => {
    const first = await readAll(() => page({ ann: 10 }));
    const second = await readAll(() => page({ ann: 10, bob: undefined }), { carried: () => first.carried });
    expect([second.value, second.carried]).toEqual([
      { listedMembers: 2, markedMembers: new Map(), joins: undefined },
      undefined,
    ]);
    const third = await readAll(() => page({ ann: 10, bob: 12 }), { carried: () => first.carried });
    expect(third.value?.joins).toBe(1);
  });

  it.each([
    ['an account that cannot be read', { members: [{ account: undefined, joinTimeSeconds: 5 }], nextTimestamp: 0 }],
    ['no list', { members: undefined, nextTimestamp: 0 }],
    ['a cursor that cannot be read', { ...page({ ann: 30 }), nextTimestamp: undefined }],
  ])('The number of members is unknown if a page has %s', async (_what, odd) => {
    const { value } = await readAll(({ mark }) => (mark === 1000 ? page({ ann: 30 }) : odd), { marks: [1000, 1001] });
    expect(value).toEqual({ listedMembers: undefined, markedMembers: new Map([[1000, 1]]), joins: undefined });
    expect((await readAll(() => odd)).value).toBeUndefined();
  });

  it('Each room whose list is cut off has a value of its own, since later values are written into it', async () => {
    const thirty = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a${index}`, 10]));
    const [first, second] = [await readAll(() => page(thirty)), await readAll(() => page(thirty))];
    expect(first.value).toEqual(second.value);
    expect(first.value).not.toBe(second.value);
  });

  it('A list of exactly 30 members is whole in an app that has had a longer one', async () => {
    const listOf = (length: number) => Object.fromEntries(Array.from({ length }, (_, index) => [`a${index}`, 10]));
    const appMemory = {};
    await readAll(() => page(listOf(31)), { appMemory });
    expect((await readAll(() => page(listOf(30)), { appMemory, online: 40 })).value?.listedMembers).toBe(30);
  });

  it.each([
    ['more members are online', 31],
    ['it is unknown how many are online', undefined],
  ])('A list of exactly 30 members says nothing if %s, because plans cut it off there', async (_what, online) => {
    const thirty = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a${index}`, 10]));
    const { value, carried } = await readAll(() => page(thirty), { marks: [1000], ...(online && { online }) });
    expect([value, carried]).toEqual([
      { listedMembers: undefined, markedMembers: new Map(), joins: undefined },
      undefined,
    ]);
    expect((await readAll(() => page(thirty), { online: 30 })).value?.listedMembers).toBe(30);
  });

  it('A room that is created again while it is read starts a new count of joins', async () => {
    let carried: unknown = { total: 5, newestJoinTimeSeconds: 10 };
    const { value } = await readAll(
      () => {
        carried = undefined;
        return page({ ann: 30 });
      },
      { carried: () => carried },
    );
    expect(value?.joins).toBe(0);
  });

  it('A list whose cursor stays where it is ends with the page that brings nobody new', async () => {
    const { value, requests } = await readAll(() => page({ ann: 30 }, 30));
    expect([value?.listedMembers, requests.length]).toEqual([1, 2]);
  });

  it('A list whose pages lead in a circle while members are still new is given up', async () => {
    let pages = 0;
    const circle: Respond = () => page({ [`member ${(pages += 1)}`]: 30 }, 30);
    await expect(readAll(circle)).rejects.toThrow('get_members: the cursor repeats, so the list would never end');
  });

  it('A list that does not end is given up after forty pages', async () => {
    let pages = 0;
    const endless: Respond = ({ timestamp }) => {
      pages += 1;
      return page({}, timestamp + 1);
    };
    await expect(readAll(endless)).rejects.toThrow('get_members: the list does not end within 40 pages');
    expect(pages).toBe(41);
  });

  it('No account is kept of a list that was read', async () => {
    const result = await readAll(() => page({ 'private-person': 30 }), { marks: [1000] });
    const { value, carried } = result;
    expect(JSON.stringify([{ ...value, markedMembers: [...(value?.markedMembers ?? [])] }, carried])).not.toContain(
      'private',
    );
  });

  it('Each list usually takes three calls, one list for all members and one for each mark', () => {
    expect(groupMembers.callsPerRoom({ rooms: 200, marks: [] })).toBe(3);
    expect(groupMembers.callsPerRoom({ rooms: 200, marks: [1000, 1001] })).toBe(9);
  });

  it('Only as many rooms are read as are configured', () => {
    expect(groupMembers.roomLimit({ rooms: 7, marks: [] })).toBe(7);
  });
});

describe('countJoins', () => {
  it('The first read in a life of a room counts no joins', () => {
    expect(countJoins(undefined, [10, 12])).toEqual({ total: 0, newestJoinTimeSeconds: 12 });
  });

  it('Accounts that joined after the newest join of the read before are counted', () => {
    let joins = countJoins(undefined, [10, 12]);
    const totals = [[10, 12, 13, 15], [], [15, 16]].map((joinTimes) => {
      joins = countJoins(joins, joinTimes);
      return joins?.total;
    });
    expect(totals).toEqual([2, 2, 3]);
  });

  it('The newest join time never moves back', () => {
    expect(countJoins({ total: 4, newestJoinTimeSeconds: 20 }, [3])).toEqual({ total: 4, newestJoinTimeSeconds: 20 });
  });
});
