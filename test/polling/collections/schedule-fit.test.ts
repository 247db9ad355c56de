import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../../src/platform/logging/logger.ts';
import { ScheduleFit, whatWouldFit } from '../../../src/polling/collections/schedule-fit.ts';

function makeFit() {
  const log: string[] = [];
  const write = (line: string) => log.push(line.replace(/^ts=\S+ /, '').trimEnd());
  const logger = createLogger({ level: 'info', format: 'logfmt', destination: { write } });
  return { fit: new ScheduleFit(logger.child({ sdk_app_id: 14 })), log };
}

const workload = {
  task: 'online_members',
  callsPerRoom: 1,
  rate: 100,
  documented: 200,
  hasOwnRate: false,
  intervalSeconds: 10,
} as const;

describe('The check whether a task fits its schedule', () => {
  it('Nothing is logged while the schedule is met', () => {
    const { fit, log } = makeFit();
    fit.check({ ...workload, rooms: 1000 });
    expect(log).toEqual([]);
  });

  it('A task that cannot meet its schedule is logged once with what would fit, and once when it fits again', () => {
    const { fit, log } = makeFit();
    fit.check({ ...workload, rooms: 1500 });
    fit.check({ ...workload, rooms: 1600 });
    const wouldFit = 'a schedule every 16 s or rooms.limit 1000 or quota.share 0.8';
    const misfit = { task: 'online_members', rooms: 1600, intervalSeconds: 10, collectionSeconds: 16, wouldFit };
    expect(fit.misfits).toEqual([misfit]);
    fit.check({ ...workload, rooms: 900 });
    expect(fit.misfits).toEqual([]);
    expect(log).toEqual([
      'level=warn msg="the task cannot meet its schedule within the quota: rooms are polled less often, those with small audiences least often" ' +
        'sdk_app_id=14 task=online_members rooms=1500 interval_seconds=10 collection_seconds=15 ' +
        'would_fit="a schedule every 15 s or rooms.limit 1000 or quota.share 0.75"',
      'level=info msg="the task meets its schedule again" sdk_app_id=14 task=online_members rooms=900 interval_seconds=10 collection_seconds=9',
    ]);
  });

  it('The log line proposes neither more than the whole quota nor a limit of no room', () => {
    const { fit, log } = makeFit();
    fit.check({ ...workload, rooms: 50_000, callsPerRoom: 2000 });
    expect(log[0]).toContain('would_fit="a schedule every 1000000 s"');
  });

  it.each([
    [150, 'requests_per_second 150'],
    [400, 'requests_per_second 400 (if Tencent has raised the documented 200)'],
  ])(
    'For a task with a rate of its own, whose quota.share does not matter, the rate for %i rooms a second is proposed',
    (roomsPerSecond, proposed) => {
      expect(whatWouldFit({ ...workload, hasOwnRate: true, rooms: 10 * roomsPerSecond })).toBe(
        `a schedule every ${roomsPerSecond / 10} s or rooms.limit 1000 or tasks.online_members.${proposed}`,
      );
    },
  );
});
