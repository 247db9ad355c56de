import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseScenario } from '../../src/simulator/incidents/scenario.ts';
import { gentleScenario, type GroundTruthRoom, type Simulator, startSimulator } from '../../src/simulator/simulator.ts';
import { call } from './client.ts';

const epochMs = Date.UTC(2025, 5, 1, 12);
const appId = 1400000001;

describe('Incidents', () => {
  let nowMs: number;
  let texts: string[];
  let simulator: Simulator;

  const start = async (options: Partial<Parameters<typeof startSimulator>[0]> = {}): Promise<Simulator> =>
    startSimulator({
      rooms: 40,
      seed: 1,
      now: () => nowMs,
      onIncident: (text, atMs) => texts.push(`${(atMs - epochMs) / 1000} s: ${text}`),
      ...options,
    });
  beforeEach(async () => {
    nowMs = epochMs;
    texts = [];
    simulator = await start();
  });
  afterEach(() => simulator.stop());

  const truth = (roomId: string): GroundTruthRoom | undefined =>
    simulator.truth(appId).find((room) => room.roomId === roomId);
  const audience = (roomId: string): number => truth(roomId)?.audience ?? -1;
  const code = async (
    command: string,
    body: object = { RoomId: 'live-0', GroupId: 'live-0', Next: '' },
  ): Promise<unknown> => (await call(simulator, { command, body }))['ErrorCode'];

  it('A drop of an audience takes `over`, lasts for `for`, and then reverts', async () => {
    const undisturbed = await start();
    simulator.inject({ kind: 'audience', rooms: ['live-0'], factor: 0.5, over: '10s', for: '5m' });
    const ratios: number[] = [];
    for (const second of [0, 5, 10, 299, 310]) {
      nowMs = epochMs + second * 1000;
      const before = undisturbed.truth(appId).find((room) => room.roomId === 'live-0')?.audience ?? 0;
      ratios.push(Math.round((audience('live-0') / before) * 20) / 20);
    }
    await undisturbed.stop();
    expect(ratios).toEqual([1, 0.75, 0.5, 0.5, 1]);
  });

  it('A drop of all audiences of one app also affects rooms that begin later, but no other app', async () => {
    const apps = [1, 2].map((sdkAppId) => ({ sdkAppId, secretKey: 'k', identifier: 'a', rooms: 20 }));
    const two = await start({ apps });
    const alone = await start({ apps });
    two.inject({ kind: 'audience', app: 1, rooms: 'all', factor: 0.5 });
    nowMs += 6 * 3_600_000;
    const sum = (of: Simulator, id: number): number => of.truth(id).reduce((all, room) => all + room.audience, 0);
    expect(sum(two, 1) / sum(alone, 1)).toBeCloseTo(0.5, 1);
    expect(two.truth(2)).toEqual(alone.truth(2));
    await Promise.all([two.stop(), alone.stop()]);
  });

  it('A zero incident sets only the reported online count to 0', async () => {
    simulator.inject({ kind: 'zero', rooms: ['live-0'], for: '2m' });
    const online = async (): Promise<unknown> =>
      (await call(simulator, { command: 'get_online_member_num', body: { GroupId: 'live-0' } }))['OnlineMemberNum'];
    expect(await online()).toBe(0);
    expect(truth('live-0')?.onlineMembers).toBeGreaterThan(1000);
    nowMs += 120_000;
    expect(await online()).toBe(truth('live-0')?.onlineMembers);
  });

  it('Incidents end, recreate, edit and add rooms', async () => {
    simulator.inject({ kind: 'end', rooms: ['live-0', 'live-1'] });
    simulator.inject({ kind: 'recreate', rooms: ['live-1'] });
    simulator.inject({
      kind: 'edit',
      rooms: ['live-2'],
      audience: 7,
      view_count: 70,
      room_name: 'x',
      public: false,
      muted: true,
    });
    simulator.inject({ kind: 'add', room: 'lobby', group: true, audience: 12 });
    simulator.inject({ kind: 'add', room: 'stage', audience: 13 });
    expect(truth('live-0')).toMatchObject({ state: 'ended' });
    expect(truth('live-1')).toMatchObject({ state: 'live', audience: 0, createTimeSeconds: epochMs / 1000 });
    expect(truth('live-2')).toMatchObject({ audience: 7, viewCount: 70, roomName: 'x', public: false, muted: true });
    expect(truth('lobby')).toMatchObject({ kind: 'group', audience: 12 });
    expect(truth('stage')).toMatchObject({ kind: 'live', audience: 13, listed: true });
  });

  it('An error incident affects an even share of the calls of its command while it lasts', async () => {
    simulator.inject({ kind: 'error', command: 'get_room_info', code: 60008, rate: 0.25, for: '1m' });
    const codes: unknown[] = [];
    for (let index = 0; index < 8; index += 1) codes.push(await code('get_room_info'));
    expect(codes).toEqual([0, 0, 0, 60008, 0, 0, 0, 60008]);
    expect(await code('get_online_member_num')).toBe(0);
    nowMs += 60_000;
    codes.length = 0;
    for (let index = 0; index < 4; index += 1) codes.push(await code('get_room_info'));
    expect(codes).toEqual([0, 0, 0, 0]);
  });

  it('An injected error has the envelope of its command', async () => {
    simulator.inject({ kind: 'error', code: 10002 });
    const failure = { ActionStatus: 'FAIL', ErrorCode: 10002, ErrorInfo: 'system error' };
    expect(await call(simulator, { command: 'get_online_member_num', body: {} })).toEqual(failure);
    expect(await call(simulator, { command: 'get_room_list', body: {} })).toEqual({
      ...failure,
      RequestId: expect.any(String),
    });
  });

  it('An error incident with rooms affects only calls about these rooms', async () => {
    simulator.inject({ kind: 'error', rooms: ['live-1', 'live-2'], code: 60008 });
    const ofRoom = (command: string, id: string) => code(command, { RoomId: id, GroupId: id, Next: '' });
    expect([
      await ofRoom('get_room_info', 'live-0'),
      await ofRoom('get_room_info', 'live-1'),
      await ofRoom('get_online_member_num', 'live-2'),
      await code('get_room_list', { Next: '' }),
    ]).toEqual([0, 60008, 60008, 0]);
    expect(texts).toEqual(['0 s: all calls about "live-1", "live-2" fail with error 60008']);
  });

  it('An outage affects every call until it is over', async () => {
    simulator.inject({ kind: 'outage', how: 'html', for: '10m' });
    const statuses = async (): Promise<readonly number[]> => {
      const paths = ['/v4/live_engine_http_srv/get_room_list', '/nowhere'];
      const responses = await Promise.all(paths.map((path) => fetch(simulator.origin + path)));
      return responses.map((response) => response.status);
    };
    expect(await statuses()).toEqual([502, 502]);
    nowMs += 600_000;
    expect(await statuses()).toEqual([200, 200]);
    expect(texts).toEqual([
      '0 s: the API is down: HTML pages instead of responses (lasts 10 min)',
      '600 s: over: the API was down: HTML pages instead of responses',
    ]);
  });

  it('A slow incident delays responses', async () => {
    simulator.inject({ kind: 'slow', command: 'get_room_info', delay: '50ms' });
    const startMs = performance.now();
    expect(await code('get_room_info')).toBe(0);
    expect(performance.now() - startMs).toBeGreaterThanOrEqual(49);
  });

  it('A quota incident enforces the quota of a command or of the app while it lasts', async () => {
    const id = simulator.inject({ kind: 'quota', command: 'get_room_info', calls_per_second: 0 });
    expect([await code('get_room_info'), await code('get_room_stats')]).toEqual([60007, 0]);
    simulator.withdraw(id);
    expect(await code('get_room_info')).toBe(0);
    simulator.inject({ kind: 'quota', calls_per_second: 0 });
    expect(await code('get_room_info')).toBe(60011);
  });

  it('Incidents begin and end in order and are reported with their times, even if the world is rarely read', async () => {
    const yaml = `
incidents:
  - { at: 10m, kind: end, rooms: [live-3] }
  - { at: 1m, every: 4m, kind: audience, rooms: [live-3, live-4], factor: 0.5, for: 2m }
`;
    const scheduled = await start({ scenario: parseScenario(yaml, 'test') });
    nowMs += 600_000;
    scheduled.truth(appId);
    await scheduled.stop();
    const drop = 'audience of "live-4" drops to 50 % (within 5 s, lasts 2 min)';
    const over = 'over: audience of "live-4" dropped to 50 %';
    // Rank 3 has no room called live-3.
    expect(texts).toEqual([
      `60 s: ${drop}`,
      `180 s: ${over}`,
      `300 s: ${drop}`,
      `420 s: ${over}`,
      `540 s: ${drop}`,
      '600 s: no room ends',
    ]);
  });

  it('A scenario has the same effect whether the world is read once or often', async () => {
    const [leaping, stepping] = await Promise.all([
      start({ rooms: 20, scenario: gentleScenario() }),
      start({ rooms: 20, scenario: gentleScenario() }),
    ]);
    for (; nowMs < epochMs + 4_000_000; nowMs += 17_000) stepping.truth(appId);
    expect(leaping.truth(appId)).toEqual(stepping.truth(appId));
    await Promise.all([leaping.stop(), stepping.stop()]);
  });

  it('The gentle scenario visibly changes the largest audience within two minutes', async () => {
    const gentle = await start({ scenario: gentleScenario() });
    nowMs += 130_000;
    const largest = (of: Simulator): number => Math.max(...of.truth(appId).map((room) => room.audience));
    expect(largest(gentle) / largest(simulator)).toBeLessThan(0.6);
    expect(texts).toEqual([
      '75 s: audience of "live-0" drops to 35 %: connections are lost (within 10 s, lasts 8 min)',
    ]);
    await gentle.stop();
  });
});

describe('The scenario in the documentation', () => {
  it('The scenario in the documentation is valid', () => {
    const documentation = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8');
    const yaml = /```yaml\n(.*?)```/s.exec(documentation)?.[1] ?? '';
    expect(parseScenario(yaml, 'simulator.md').incidents).toEqual([
      { at: 90_000, kind: 'audience', top: 1, factor: 0.4, over: 5_000, for: 240_000 },
      { at: 300_000, every: 1_800_000, kind: 'error', command: 'get_room_info', code: 60008, rate: 0.25, for: 120_000 },
    ]);
  });
});

describe('An invalid scenario', () => {
  it.each([
    [
      'incidents: [{kind: nap}]',
      'x.yml: incidents[0].kind: found "nap", expected one of audience, zero, end, recreate, edit, add, error, slow, malformed, outage, quota',
    ],
    ['incidents: [{kind: end}]', 'x.yml: incidents[0]: expected one of rooms, top and share in kind "end"'],
    [
      'incidents: [{kind: end, top: 1, share: 0.5}]',
      'x.yml: incidents[0]: expected one of rooms, top and share in kind "end"',
    ],
    [
      'incidents: [{kind: zero, top: 1, for: soon}]',
      'x.yml: incidents[0].for: found "soon", expected a duration such as 30s or 10m',
    ],
    ['incidents: [{kind: error, code: 1, rat: 1}]', 'x.yml: incidents[0]: Unrecognized key: "rat"'],
    ['incidents: {', 'x.yml:1:13: Flow map'],
    ['', 'x.yml: Invalid input: expected object, received null'],
  ])('The scenario %j is rejected with one line', (yaml, message) => {
    expect(() => parseScenario(yaml, 'x.yml')).toThrow(message);
  });
});
