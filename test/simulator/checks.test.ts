import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SimulatedApp, type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { call, targetOf, userSigOf } from './client.ts';

const app: SimulatedApp = { sdkAppId: 1400000009, secretKey: 'a secret', identifier: 'administrator' };

describe('The checks of a request', () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = await startSimulator({ rooms: 3, seed: 1, apps: [app] });
  });
  afterAll(() => simulator.stop());

  const good = targetOf(app, 'get_room_info');
  const without = (name: string): string =>
    good.replace(new RegExp(`[?&]${name}=[^&]*`), '').replace('get_room_info&', 'get_room_info?');
  const other = (changed: Partial<SimulatedApp>, sig = userSigOf(app)): string =>
    targetOf({ ...app, ...changed }, 'get_room_info', sig);

  // Each request would also fail the checks of the rows below it, so the test notices a wrong order.
  const rows: readonly [string, { target: string; method?: string; body?: string }, number][] = [
    ['an unknown path', { target: without('sdkappid').replace('get_room_info', 'get_room'), method: 'GET' }, 60009],
    ['a command under another service', { target: good.replace('live_engine_http_srv', 'group_open_http_svc') }, 60009],
    ['another method than POST', { target: without('sdkappid'), method: 'PUT', body: '{' }, 60002],
    ['an empty body', { target: without('sdkappid'), body: '' }, 60002],
    ['a body that is not JSON', { target: without('sdkappid'), body: '{' }, 60003],
    ['a body that is not an object', { target: without('sdkappid'), body: '[]' }, 60003],
    ['no sdkappid', { target: without('sdkappid') }, 60012],
    ['an unknown sdkappid', { target: other({ sdkAppId: 5 }, 'x') }, 70020],
    ['no usersig', { target: without('usersig') }, 70002],
    ['an unreadable usersig', { target: other({}, 'x') }, 70003],
    ['the usersig of another app', { target: other({}, userSigOf({ ...app, sdkAppId: 5 })) }, 70014],
    ['the usersig of another account', { target: other({ identifier: 'somebody' }) }, 70013],
    ['an expired usersig', { target: other({}, userSigOf(app, { timeSeconds: 1, secretKey: 'z' })) }, 70001],
    ['a usersig signed with another key', { target: other({}, userSigOf(app, { secretKey: 'z' })) }, 70009],
    [
      'an account that is not an administrator',
      { target: other({ identifier: 'user1' }, userSigOf({ ...app, identifier: 'user1' })) },
      60010,
    ],
    ['a missing parameter', { target: good }, 100002],
    ['a room that does not exist', { target: good, body: '{"RoomId":"nobody"}' }, 100004],
  ];

  it.each(rows)(
    'A request with %s fails with its error code and HTTP status 200',
    async (_, { target, method = 'POST', body = '{}' }, code) => {
      const response = await fetch(simulator.origin + target, { method, ...(method === 'GET' ? {} : { body }) });
      const result = (await response.json()) as Record<string, unknown>;
      expect([response.status, result['ErrorCode'], result['ActionStatus']]).toEqual([200, code, 'FAIL']);
    },
  );

  it('A failed Chat call gets a flat response without RequestId', async () => {
    expect(await call(simulator, { command: 'get_online_member_num', body: { GroupId: 'nobody' } })).toEqual({
      ActionStatus: 'FAIL',
      ErrorCode: 10010,
      ErrorInfo: 'group not exist or has been dismissed',
    });
  });

  it('A failed Live call gets a response with a RequestId', async () => {
    expect(await call(simulator, { command: 'get_room_info', body: { RoomId: 'nobody' } })).toEqual({
      ActionStatus: 'FAIL',
      ErrorCode: 100004,
      ErrorInfo: 'room not exist',
      RequestId: expect.stringMatching(/^Id-simulator-O-Seq-\d+$/),
    });
  });

  it.each([
    ['get_online_member_num', {}, 10004],
    ['get_online_member_num', { GroupId: 'x'.repeat(49) }, 10015],
    ['get_online_member_num', { GroupId: 'ü' }, 10015],
    ['get_members', { GroupId: 'live-0' }, 10004],
    ['get_members', { GroupId: 'live-0', Timestamp: 'x' }, 10004],
    ['get_member_list', { RoomId: 'live-0', Next: 'x' }, 100002],
    ['get_room_list', { Next: '', Count: 'x' }, 100002],
    ['get_appid_group_list', { Limit: 10001 }, 10004],
  ])('%s with the body %j fails with %i', async (command, body, code) => {
    expect((await call(simulator, { command, body }))['ErrorCode']).toBe(code);
  });
});

describe('The lockout', () => {
  it('Twenty failed signatures lock one app out for a minute, even with a valid signature', async () => {
    let wallMs = 1_700_000_000_000;
    const apps = [app, { ...app, sdkAppId: 1400000010 }];
    const simulator = await startSimulator({ rooms: 1, seed: 1, apps, wallNow: () => wallMs });
    const code = async (of: SimulatedApp): Promise<unknown> =>
      (await call(simulator, { command: 'get_room_list', body: { Next: '' }, app: of }))['ErrorCode'];
    for (let failure = 0; failure < 20; failure += 1) expect(await code({ ...app, secretKey: 'z' })).toBe(70009);
    expect(await code(app)).toBe(70050);
    expect(await code(apps[1] as SimulatedApp)).toBe(0);
    wallMs += 59_999;
    expect(await code(app)).toBe(70050);
    wallMs += 1;
    expect(await code(app)).toBe(0);
    await simulator.stop();
  });
});
