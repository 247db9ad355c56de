import { describe, expect, it } from '@jest/globals';
import { createPollingHistory } from '../../src/status/polling-history.ts';

const call = { sdkAppId: 1, command: 'get_room_info' } as const;

/** A wall clock that is never set. */
const clockAt = (steady: () => number) => ({ steady, toWallMs: (steadyMs: number) => steadyMs });

describe('PollingHistory', () => {
  it('The calls per second are those of the last ten whole seconds, by app and command', () => {
    let nowMs = 100_000;
    const history = createPollingHistory(clockAt(() => nowMs));
    for (let second = 0; second < 30; second += 1) {
      for (let count = 0; count < 4; count += 1) history.observer.callFinished({ ...call, durationSeconds: 0.1 });
      nowMs += 1000;
    }
    const other = history.callsPerSecond({ ...call, sdkAppId: 2 });
    const steady = history.callsPerSecond(call);
    nowMs += 5000;
    const fading = history.callsPerSecond(call);
    nowMs += 5000;
    expect([other, steady, fading, history.callsPerSecond(call)]).toEqual([0, 4, 2, 0]);
  });

  it('Failures are counted by reason with their last RequestId, and "gone" is not counted', () => {
    let nowMs = 1000;
    const history = createPollingHistory(clockAt(() => nowMs));
    const fail = (failure: 'transient' | 'timeout' | 'gone', more = {}) => {
      history.observer.callFinished({ ...call, durationSeconds: 1, failure, ...more });
      nowMs += 1000;
    };
    fail('transient', { code: 60_008, requestId: 'first' });
    fail('transient', { code: 70_500, requestId: 'second' });
    fail('timeout');
    fail('transient', { code: 60_008 });
    fail('gone', { code: 100_004 });
    expect(history.failures()).toEqual([
      { ...call, reason: 'transient', count: 3, atMs: 4000, code: 60_008, requestId: 'second' },
      { ...call, reason: 'timeout', count: 1, atMs: 3000, code: undefined, requestId: undefined },
    ]);
  });

  it('The time of the last successful collection is kept when a later one fails', () => {
    const history = createPollingHistory(clockAt(() => 0));
    const task = { sdkAppId: 1, task: 'online_members' } as const;
    const success = { ...task, succeeded: true, finishedAtMs: 1000, durationSeconds: 4 };
    const before = history.lastCollection(task);
    history.observer.collectionFinished(success);
    history.observer.collectionFinished({ ...success, succeeded: false, finishedAtMs: 9000, durationSeconds: 5.5 });
    expect([before, history.lastCollection(task), history.lastCollection({ ...task, sdkAppId: 2 })]).toEqual([
      undefined,
      { succeeded: false, finishedAtMs: 9000, durationSeconds: 5.5, lastSuccessAtMs: 1000 },
      undefined,
    ]);
  });
});
