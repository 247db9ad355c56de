import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

import { startSimulator, type SimulatedApp, type Simulator } from '../../src/simulator/simulator.ts';
import { call } from './client.ts';

const rich = { sdkAppId: 1400000001, secretKey: 'a', identifier: 'administrator' };
const poor: SimulatedApp = {
  sdkAppId: 1400000002,
  secretKey: 'b',
  identifier: 'admin',
  rooms: 7,
  lacks: { get_room_stats: 100007, get_members: 10007, get_member_list: 60020 },
};

describe('several apps', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ rooms: 12, seed: 1, apps: [rich, poor] });
    simulator.world.addGroup('lobby', 3);
  });
  afterAll(() => simulator.stop());

  it('have rooms of their own', () => {
    const [first, second] = [rich, poor].map((app) => simulator.truth(app.sdkAppId));
    expect([first?.length, second?.length]).toEqual([13, 7]);
    expect(first?.[0]?.audience).not.toBe(second?.[0]?.audience);
    expect(() => simulator.truth(5)).toThrow('the simulator has no app 5');
  });

  it('have plans of their own: what is missing answers its code, and only that', async () => {
    const body = { RoomId: 'live-0', GroupId: 'live-0', Next: '', Timestamp: 0 };
    const commands = ['get_room_info', 'get_room_stats', 'get_members', 'get_member_list'];
    const codes = (app: SimulatedApp): Promise<unknown[]> =>
      Promise.all(commands.map(async (command) => (await call(simulator, command, body, app))['ErrorCode']));
    expect(await codes(rich)).toEqual([0, 0, 0, 0]);
    expect(await codes(poor)).toEqual([0, 100007, 10007, 60020]);
  });

  it('are listed by get_appid_group_list in pages, private rooms and plain groups included', async () => {
    const ids: string[] = [];
    const totals = new Set<unknown>();
    let next = 0;
    do {
      const body = { Limit: 5, Next: next, GroupType: 'AVChatRoom' };
      const page = (await call(simulator, 'get_appid_group_list', body)) as {
        GroupIdList: { GroupId: string }[];
        TotalCount: number;
        Next: number;
      };
      ids.push(...page.GroupIdList.map((group) => group.GroupId));
      totals.add(page.TotalCount);
      next = page.Next;
    } while (next !== 0);
    expect(ids).toEqual(simulator.truth(rich.sdkAppId).map((room) => room.roomId));
    expect([...totals]).toEqual([13]);
    expect(await call(simulator, 'get_appid_group_list', { Next: 0, GroupType: 'Public' })).toMatchObject({
      GroupIdList: [],
    });
  });
});
