import { describe, expect, it } from '@jest/globals';
import { taskHealth } from '../../../src/web/status/app-section.ts';
import { formatSeconds } from '../../../src/web/status/format.ts';
import { largestRooms } from '../../../src/web/status/largest-rooms.ts';

describe('largestRooms', () => {
  it('At most the given number of rooms is returned, the largest first', () => {
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
    ['unavailable', { ...task, available: false }, ended, 1000],
  ] as const)('The health of a task is "%s"', (health, state, last, nowMs) => {
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
  ])('A duration of %d s is formatted as %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});
