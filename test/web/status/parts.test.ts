import { describe, expect, it } from '@jest/globals';
import { createCallLog } from '../../../src/status/call-log.ts';
import { formatSeconds } from '../../../src/web/status/format.ts';
import { largestRooms } from '../../../src/web/status/largest-rooms.ts';
import { taskHealth } from '../../../src/web/status/task-health.ts';

const call = { sdkAppId: 1, command: 'get_room_info' } as const;

describe('the call log', () => {
  it('tells the calls per second of the last ten whole seconds, by app and command', () => {
    let nowMs = 100_000;
    const log = createCallLog(() => nowMs);
    for (let second = 0; second < 30; second += 1) {
      for (let count = 0; count < 4; count += 1) log.callFinished({ ...call, durationSeconds: 0.1 });
      nowMs += 1000;
    }
    const other = log.callsPerSecond({ ...call, sdkAppId: 2 });
    const steady = log.callsPerSecond(call);
    nowMs += 5000;
    const fading = log.callsPerSecond(call);
    nowMs += 5000;
    expect([other, steady, fading, log.callsPerSecond(call)]).toEqual([0, 4, 2, 0]);
  });

  it('counts failures by class, keeps the last RequestId, and does not count a room that is gone', () => {
    let nowMs = 1000;
    const log = createCallLog(() => nowMs);
    const fail = (failure: 'transient' | 'timeout' | 'gone', more = {}) => {
      log.callFinished({ ...call, durationSeconds: 1, failure, ...more });
      nowMs += 1000;
    };
    fail('transient', { code: 60_008, requestId: 'first' });
    fail('transient', { code: 70_500, requestId: 'second' });
    fail('timeout');
    fail('transient', { code: 60_008 });
    fail('gone', { code: 100_004 });
    expect(log.failures()).toEqual([
      { ...call, reason: 'transient', count: 3, atMs: 4000, code: 60_008, requestId: 'second' },
      { ...call, reason: 'timeout', count: 1, atMs: 3000, code: undefined, requestId: undefined },
    ]);
  });
});

describe('largestRooms', () => {
  it('gives the largest first, and no more than asked for', () => {
    const rooms = [3, 9, 1, 9, 0, 5].map((onlineMembers, index) => ({
      sdkAppId: 1,
      room: { id: `${index}`, latest: { online_members: { atMs: 0, value: { onlineMembers } } } },
    }));
    const ids = (count: number) => largestRooms(rooms, count).map(({ room }) => room.id);
    expect([ids(3), ids(10), ids(0)]).toEqual([['1', '3', '5'], ['1', '3', '5', '0', '2', '4'], []]);
  });
});

describe('taskHealth', () => {
  const task = { task: 'room_info', intervalSeconds: 60, available: true } as const;
  const ended = { succeeded: true, finishedAtMs: 1000, durationSeconds: 1, lastSuccessAtMs: 1000 };
  it.each([
    ['waiting', task, undefined, 0],
    ['ok', task, ended, 136_000],
    ['late', task, ended, 136_001],
    ['failed', task, { ...ended, succeeded: false }, 1000],
    ['lacking', { ...task, available: false }, ended, 1000],
  ] as const)('says %s', (health, state, last, nowMs) => {
    expect(taskHealth(state, last, nowMs)).toBe(health);
  });
});

describe('formatSeconds', () => {
  it.each([
    [-5, '0 s'],
    [0.04, '0 s'],
    [2.25, '2.3 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [119.4, '119 s'],
    [120, '2 min'],
    [7169, '119 min'],
    [7200, '2 h'],
    [172_800, '2 d'],
  ])('says %d s as %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});
