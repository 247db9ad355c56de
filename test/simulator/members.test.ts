import { describe, expect, it } from '@jest/globals';
import { type SimulatedApp, type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { call, payload } from './client.ts';

const frozenMs = Date.UTC(2025, 5, 1, 12) + 123;
const app: SimulatedApp = { sdkAppId: 1400000001, secretKey: 'k', identifier: 'administrator' };

async function withSimulator(
  changed: Partial<SimulatedApp>,
  body: (simulator: Simulator) => Promise<void>,
): Promise<void> {
  const simulator = await startSimulator({ rooms: 50, seed: 1, apps: [{ ...app, ...changed }], now: () => frozenMs });
  try {
    await body(simulator);
  } finally {
    await simulator.stop();
  }
}

interface Row {
  readonly Member_Account: string;
  readonly JoinTime: number;
}

async function groupPages(simulator: Simulator, groupId: string, mark?: number): Promise<Row[][]> {
  const pages: Row[][] = [];
  let timestamp = 0;
  do {
    const body = { GroupId: groupId, Timestamp: timestamp, ...(mark === undefined ? {} : { Mark: mark }) };
    const { MemberList, NextTimestamp } = (await call(simulator, { command: 'get_members', body })) as unknown as {
      MemberList: Row[];
      NextTimestamp: number;
    };
    pages.push(MemberList);
    timestamp = NextTimestamp;
  } while (timestamp !== 0);
  return pages;
}

const plain = (rows: readonly Row[]): unknown =>
  rows.map((row) => ({ account: row.Member_Account, joinTimeSeconds: row.JoinTime }));

describe('get_members', () => {
  it('get_members returns all members of a room, newest first, without duplicates or future join times', async () => {
    await withSimulator({}, async (simulator) => {
      for (const room of simulator.truth(app.sdkAppId)) {
        const rows = (await groupPages(simulator, room.roomId)).flat();
        expect(plain(rows)).toEqual(simulator.world.members(room.roomId));
        expect(rows.length).toBe(Math.min(1000, room.memberCount));
        expect(new Set(rows.map((row) => row.Member_Account)).size).toBe(rows.length);
        expect(rows.map((row) => row.JoinTime)).toEqual(rows.map((row) => row.JoinTime).toSorted((a, b) => b - a));
        expect(rows.every((row) => row.JoinTime * 1000 <= frozenMs)).toBe(true);
      }
    });
  });

  it.each([
    [undefined, 30, [30]],
    [undefined, 501, [500, 1]],
    [undefined, 5000, [500, 500]],
    [250, 251, [250, 1]],
    [250, 5000, [250, 250, 250, 250]],
  ])(
    'get_members with a page size of %s returns %s members in pages of %j',
    async (groupMembersPageSize, audience, sizes) => {
      await withSimulator(groupMembersPageSize === undefined ? {} : { groupMembersPageSize }, async (simulator) => {
        simulator.world.addRoom('exact', { audience });
        expect((await groupPages(simulator, 'exact')).map((page) => page.length)).toEqual(sizes);
      });
    },
  );

  it('get_members and get_member_list return at most 30 members on a lower plan', async () => {
    await withSimulator({ memberListCap: 30 }, async (simulator) => {
      simulator.world.addRoom('exact', { audience: 400 });
      expect((await groupPages(simulator, 'exact')).map((page) => page.length)).toEqual([30]);
      const list = await payload<{ MemberCount: number; MemberList: unknown[]; Next: string }>(simulator, {
        command: 'get_member_list',
        body: {
          RoomId: 'exact',
          Next: '',
        },
      });
      expect([list.MemberCount, list.MemberList.length, list.Next]).toEqual([400, 30, '']);
    });
  });

  it('get_members with a mark returns only the members that have it, always the same ones', async () => {
    await withSimulator({}, async (simulator) => {
      const marked = (await groupPages(simulator, 'live-0', 1001)).flat();
      expect(marked.length).toBeGreaterThan(0);
      expect(marked.length).toBeLessThan(500);
      expect(plain(marked)).toEqual(simulator.world.members('live-0', 1001));
      expect(plain(marked)).not.toEqual(simulator.world.members('live-0', 1002));
    });
  });
});

describe('get_member_list', () => {
  it('get_member_list returns up to 1,000 accounts in pages, with the member count on the first page only', async () => {
    await withSimulator({}, async (simulator) => {
      simulator.world.addRoom('exact', { audience: 1234 });
      const accounts: string[] = [];
      const counts: unknown[] = [];
      let next = '';
      do {
        const page = await payload<{ MemberCount?: number; MemberList: Row[]; Next: string }>(simulator, {
          command: 'get_member_list',
          body: {
            RoomId: 'exact',
            Next: next,
          },
        });
        accounts.push(...page.MemberList.map((member) => member.Member_Account));
        counts.push(page.MemberCount);
        next = page.Next;
      } while (next !== '');
      expect(counts).toEqual([1234, ...Array.from({ length: 9 }, () => undefined)]);
      expect(accounts).toEqual(simulator.world.members('exact').map((member) => member.account));
    });
  });
});
