import { describe, expect, it } from '@jest/globals';

import { CallWindow } from '../../src/simulator/api/call-window.ts';
import { startSimulator, type SimulatedApp } from '../../src/simulator/simulator.ts';
import { call } from './client.ts';

describe('a window of calls', () => {
  it('holds a call for one second, to the fraction of a millisecond', () => {
    const window = new CallWindow();
    window.add(0.25);
    window.add(500);
    expect([window.count(1000.2), window.count(1000.25), window.count(1500)]).toEqual([2, 1, 0]);
  });

  it('remembers the fullest second, wherever it lay', () => {
    const window = new CallWindow();
    for (let index = 0; index < 5000; index += 1) window.add(index * 5);
    for (let index = 0; index < 250; index += 1) window.add(30_000 + index * 3.99);
    for (let index = 0; index < 5000; index += 1) window.add(40_000 + index * 5);
    expect([window.peak, window.total]).toEqual([250, 10_250]);
  });
});

describe('quotas', () => {
  const app = { sdkAppId: 1400000001, secretKey: 'k', identifier: 'administrator' };

  async function codes(
    apps: readonly SimulatedApp[],
    enforceQuotas: boolean,
    calls: readonly (readonly [number, string, number])[],
  ) {
    let nowMs = 0;
    const simulator = await startSimulator({ rooms: 3, seed: 1, apps, enforceQuotas, monotonicNow: () => nowMs });
    const answers: unknown[] = [];
    for (const [ms, command, of] of calls) {
      nowMs = ms;
      answers.push(
        (await call(simulator, command, { Next: '', RoomId: 'live-0', GroupId: 'live-0' }, apps[of]))['ErrorCode'],
      );
    }
    const peak = simulator.peakCallsPerSecond(1400000001, 'get_room_list');
    const total = simulator.calls(1400000001, 'get_room_list');
    await simulator.stop();
    return { answers, peak, total };
  }

  const burst = Array.from({ length: 11 }, () => [100, 'get_room_list', 0] as const);

  it('refuse a call beyond the documented rate with 60007 until a second has passed', async () => {
    const result = await codes([app], true, [...burst, [1099.9, 'get_room_list', 0], [1100, 'get_room_list', 0]]);
    expect(result).toEqual({ answers: [...Array.from({ length: 10 }, () => 0), 60007, 60007, 0], peak: 12, total: 13 });
  });

  it('are counted but not enforced unless asked for', async () => {
    expect(await codes([app], false, burst)).toEqual({ answers: burst.map(() => 0), peak: 11, total: 11 });
  });

  it('are each app’s and each command’s own', async () => {
    const apps = [app, { ...app, sdkAppId: 1400000002 }];
    const { answers } = await codes(apps, true, [...burst, [100, 'get_room_list', 1], [100, 'get_room_info', 0]]);
    expect(answers.slice(-3)).toEqual([60007, 0, 0]);
  });

  it('of an app as a whole are refused with 60011', async () => {
    const { answers } = await codes([{ ...app, totalCallsPerSecond: 2 }], true, [
      [0, 'get_room_list', 0],
      [0, 'get_room_info', 0],
      [0, 'get_online_member_num', 0],
      [1000, 'get_online_member_num', 0],
    ]);
    expect(answers).toEqual([0, 0, 60011, 0]);
  });

  it('of the group list are one call a second', async () => {
    const { answers } = await codes([app], true, [
      [0, 'get_appid_group_list', 0],
      [999, 'get_appid_group_list', 0],
    ]);
    expect(answers).toEqual([10004, 60007]);
  });
});
