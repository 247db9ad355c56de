import { describe, expect, it } from '@jest/globals';
import { CallWindow } from '../../src/simulator/api/call-window.ts';
import { type SimulatedApp, startSimulator } from '../../src/simulator/simulator.ts';
import { call } from './client.ts';

describe('A call window', () => {
  it('A call window holds a call for exactly one second', () => {
    const window = new CallWindow();
    window.add(0.25);
    window.add(500);
    expect([window.count(1000.2), window.count(1000.25), window.count(1500)]).toEqual([2, 1, 0]);
  });

  it('A call window remembers the most calls in any one second', () => {
    const window = new CallWindow();
    for (let index = 0; index < 5000; index += 1) window.add(index * 5);
    for (let index = 0; index < 250; index += 1) window.add(30_000 + index * 3.99);
    for (let index = 0; index < 5000; index += 1) window.add(40_000 + index * 5);
    expect([window.peak, window.total]).toEqual([250, 10_250]);
  });
});

describe('Quotas', () => {
  const app = { sdkAppId: 1400000001, secretKey: 'k', identifier: 'administrator' };

  /** Calls are given as arrival time in milliseconds, command and index of the app. */
  async function codes({
    apps = [app],
    enforceQuotas = true,
    calls,
  }: {
    readonly apps?: readonly SimulatedApp[];
    readonly enforceQuotas?: boolean;
    readonly calls: readonly (readonly [number, string, number])[];
  }) {
    let nowMs = 0;
    const simulator = await startSimulator({ rooms: 3, seed: 1, apps, enforceQuotas, monotonicNow: () => nowMs });
    const results: unknown[] = [];
    for (const [ms, command, index] of calls) {
      nowMs = ms;
      results.push(
        (await call(simulator, { command, body: { Next: '', RoomId: 'live-0', GroupId: 'live-0' }, app: apps[index] }))[
          'ErrorCode'
        ],
      );
    }
    const peak = simulator.peakCallsPerSecond(1400000001, 'get_room_list');
    const total = simulator.calls(1400000001, 'get_room_list');
    await simulator.stop();
    return { codes: results, peak, total };
  }

  const burst = Array.from({ length: 11 }, () => [100, 'get_room_list', 0] as const);

  it('A call beyond the documented quota fails with 60007 until a second has passed', async () => {
    const result = await codes({ calls: [...burst, [1099.9, 'get_room_list', 0], [1100, 'get_room_list', 0]] });
    expect(result).toEqual({ codes: [...Array.from({ length: 10 }, () => 0), 60007, 60007, 0], peak: 12, total: 13 });
  });

  it('Calls are counted even if quotas are not enforced', async () => {
    expect(await codes({ enforceQuotas: false, calls: burst })).toEqual({
      codes: burst.map(() => 0),
      peak: 11,
      total: 11,
    });
  });

  it('Each call is reported with the time of its arrival', async () => {
    const calls: unknown[] = [];
    const simulator = await startSimulator({
      rooms: 3,
      seed: 1,
      apps: [app],
      monotonicNow: () => 100,
      onCall: (arrived) => calls.push(arrived),
    });
    await call(simulator, { command: 'get_room_list', body: { Next: '' } });
    await simulator.stop();
    expect(calls).toEqual([{ sdkAppId: 1400000001, command: 'get_room_list', arrivedMs: 100 }]);
  });

  it('Each command of each app has its own quota', async () => {
    const apps = [app, { ...app, sdkAppId: 1400000002 }];
    const result = await codes({ apps, calls: [...burst, [100, 'get_room_list', 1], [100, 'get_room_info', 0]] });
    expect(result.codes.slice(-3)).toEqual([60007, 0, 0]);
  });

  it('A call beyond the quota of the app as a whole fails with 60011', async () => {
    const result = await codes({
      apps: [{ ...app, totalCallsPerSecond: 2 }],
      calls: [
        [0, 'get_room_list', 0],
        [0, 'get_room_info', 0],
        [0, 'get_online_member_num', 0],
        [1000, 'get_online_member_num', 0],
      ],
    });
    expect(result.codes).toEqual([0, 0, 60011, 0]);
  });

  it('get_appid_group_list has a quota of one call per second', async () => {
    const result = await codes({
      calls: [
        [0, 'get_appid_group_list', 0],
        [999, 'get_appid_group_list', 0],
      ],
    });
    expect(result.codes).toEqual([10004, 60007]);
  });
});
