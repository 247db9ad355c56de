import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SimulatedApp, type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { call } from './client.ts';

const full = { sdkAppId: 1400000001, secretKey: 'a', identifier: 'administrator' };
const limited: SimulatedApp = {
  sdkAppId: 1400000002,
  secretKey: 'b',
  identifier: 'admin',
  rooms: 7,
  unavailableCommands: { get_room_stats: 100007, get_members: 10007, get_member_list: 60020 },
};

describe('A simulator with several apps', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ rooms: 12, seed: 1, apps: [full, limited] });
    simulator.world.addGroup('lobby', 3);
  });
  afterAll(() => simulator.stop());

  it('Each app of a simulator has its own rooms', () => {
    const [first, second] = [full, limited].map((app) => simulator.truth(app.sdkAppId));
    expect([first?.length, second?.length]).toEqual([13, 7]);
    expect(first?.[0]?.audience).not.toBe(second?.[0]?.audience);
    expect(() => simulator.truth(5)).toThrow('the simulator has no app 5');
  });

  it('Calls of unavailable commands fail with the error code of the app’s options, other calls succeed', async () => {
    const body = { RoomId: 'live-0', GroupId: 'live-0', Next: '', Timestamp: 0 };
    const commands = ['get_room_info', 'get_room_stats', 'get_members', 'get_member_list'];
    const codes = (app: SimulatedApp): Promise<unknown[]> =>
      Promise.all(commands.map(async (command) => (await call(simulator, { command, body, app }))['ErrorCode']));
    expect(await codes(full)).toEqual([0, 0, 0, 0]);
    expect(await codes(limited)).toEqual([0, 100007, 10007, 60020]);
  });

  it('get_appid_group_list returns all groups of an app in pages, private rooms and plain groups included', async () => {
    const ids: string[] = [];
    const totals = new Set<unknown>();
    let next = 0;
    do {
      const body = { Limit: 5, Next: next, GroupType: 'AVChatRoom' };
      const page = (await call(simulator, { command: 'get_appid_group_list', body })) as {
        GroupIdList: { GroupId: string }[];
        TotalCount: number;
        Next: number;
      };
      ids.push(...page.GroupIdList.map((group) => group.GroupId));
      totals.add(page.TotalCount);
      next = page.Next;
    } while (next !== 0);
    expect(ids).toEqual(simulator.truth(full.sdkAppId).map((room) => room.roomId));
    expect([...totals]).toEqual([13]);
    expect(
      await call(simulator, { command: 'get_appid_group_list', body: { Next: 0, GroupType: 'Public' } }),
    ).toMatchObject({
      GroupIdList: [],
    });
  });
});
