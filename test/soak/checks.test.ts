import { describe, expect, it } from '@jest/globals';
import { GivenValues } from '../../bench/soak/given-values.ts';
import { QuotaWatch } from '../../bench/soak/quota-watch.ts';
import { trendOf } from '../../bench/soak/trend.ts';

const startMs = 1_000_000_000_000;

/** Numbers of online members that were given to the exporter at these seconds. */
function givenAt(...responses: readonly (readonly [second: number, members: number])[]): GivenValues {
  const given = new GivenValues();
  for (const [second, members] of responses) {
    const atMs = startMs + second * 1000;
    const body = JSON.stringify({ ErrorCode: 0, OnlineMemberNum: members });
    const command = 'get_online_member_num';
    given.record({ command, sdkAppId: '1', roomId: 'room', body, arrivedMs: atMs, atMs })();
  }
  return given;
}

function checkAt(given: GivenValues, second: number, members: number) {
  const text = `tencent_live_room_online_members{sdk_app_id="1",room_id="room"} ${members}\n`;
  const { values, untrue, outdated } = given.check({ text, startedMs: startMs + second * 1000 });
  return [values, untrue.length, outdated.length];
}

describe('The check of values in a soak', () => {
  it('A value that no response had is untrue', () => {
    expect(checkAt(givenAt([0, 5]), 30, 6)).toEqual([1, 1, 0]);
  });

  it('A value is untrue when it has been shown for too long', () => {
    const given = givenAt([0, 5]);
    expect([checkAt(given, 240, 5), checkAt(given, 241, 5)]).toEqual([
      [1, 0, 0],
      [1, 1, 0],
    ]);
  });

  it('A value is outdated if a newer response has been there for 20 s, unless that was lost', () => {
    const given = givenAt([0, 5], [60, 6]);
    expect([checkAt(given, 79, 5), checkAt(given, 80, 5)]).toEqual([
      [1, 0, 0],
      [1, 0, 1],
    ]);
    given.lose(1, startMs + 50_000);
    expect(checkAt(given, 80, 5)).toEqual([1, 0, 0]);
  });
});

describe('The count of calls in a soak', () => {
  it('Six calls within a second are too many if five are allowed', () => {
    const quota = new QuotaWatch(() => 5);
    const arrive = (arrivedMs: number) => quota.add({ sdkAppId: 1, command: 'get_room_list', arrivedMs });
    for (const arrivedMs of [0, 200, 400, 600, 800, 1000]) arrive(arrivedMs);
    expect(quota.exceeded).toEqual([]);
    arrive(1199);
    expect([quota.calls, quota.fullest, quota.exceeded.length]).toEqual([7, 1.2, 1]);
  });
});

describe('The trend of samples', () => {
  const noise = [3, -2, 1, -3, 2, 0, -1];
  const samples = (slope: number) =>
    Array.from({ length: 100 }, (_, index) => ({
      atMinutes: 5 + index / 4,
      value: 100 + (slope * index) / 4 + (noise[index % noise.length] ?? 0),
    }));

  it('Noise has no trend, and a slow growth below the noise has one', () => {
    const [flat, growing] = [trendOf(samples(0)), trendOf(samples(0.15))];
    expect(Math.abs(flat.z)).toBeLessThan(2);
    expect(growing.z).toBeGreaterThan(3.1);
    expect(growing.growth).toBeCloseTo(0.15 * 24, 0);
  });

  it('A single peak is no trend', () => {
    expect(trendOf([...samples(0), { atMinutes: 30, value: 1000 }]).z).toBeLessThan(2);
  });
});
