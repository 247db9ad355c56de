import { describe, expect, it } from '@jest/globals';
import type { TasksConfig } from '../../src/config/config.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import { CircuitBreaker } from '../../src/polling/queue/circuit-breaker.ts';
import { RateLimiter } from '../../src/polling/queue/rate-limiter.ts';
import { Schedules } from '../../src/polling/collections/schedules.ts';
import type { TaskName } from '../../src/rooms/room.ts';
import { CallFailure, type FailureReason } from '../../src/tencent/failures.ts';

/** Starts calls whenever the rateLimiter allows one, each answered after 10 ms, and gives the times of their starts. */
function drive(rateLimiter: RateLimiter, fromMs: number, toMs: number): readonly number[] {
  const starts: number[] = [];
  const pending: number[] = [];
  for (let nowMs = fromMs; nowMs < toMs; nowMs += 1) {
    while ((pending[0] ?? Infinity) + 10 <= nowMs)
      rateLimiter.finish({ startedMs: pending.shift() ?? 0, nowMs, answered: true });
    if (rateLimiter.waitMs(nowMs) > 0) continue;
    rateLimiter.start(nowMs);
    starts.push(nowMs);
    pending.push(nowMs);
  }
  for (const startedMs of pending) rateLimiter.finish({ startedMs, nowMs: toMs, answered: true });
  return starts;
}

function mostInOneSecond(starts: readonly number[]): number {
  return Math.max(...starts.map((start) => starts.filter((other) => other >= start && other < start + 1000).length));
}

describe('a rateLimiter with another rate', () => {
  it('goes at once to a higher one, and never beyond it in any second', () => {
    const rateLimiter = new RateLimiter({ ratePerSecond: 10, nowMs: 0 });
    const before = drive(rateLimiter, 0, 5000);
    rateLimiter.configure(40);
    const after = drive(rateLimiter, 5000, 10_000);
    expect(mostInOneSecond([...before, ...after])).toBeLessThanOrEqual(40);
    expect(after.length).toBeGreaterThan(150);
  });

  it('goes to a lower one without forgetting the calls of the last second', () => {
    const rateLimiter = new RateLimiter({ ratePerSecond: 40, nowMs: 0 });
    drive(rateLimiter, 0, 5000);
    rateLimiter.configure(10);
    const after = drive(rateLimiter, 5000, 10_000);
    // Of the 40 calls of the last second, 30 must be over before the next may start.
    expect(after[0]).toBeGreaterThan(5700);
    expect(mostInOneSecond(after)).toBeLessThanOrEqual(10);
  });

  it('stays as slow as the server made it', () => {
    const rateLimiter = new RateLimiter({ ratePerSecond: 40, nowMs: 0 });
    rateLimiter.slowDown(2000);
    rateLimiter.configure(100);
    expect(rateLimiter.ratePerSecond).toBe(20);
    rateLimiter.configure(10);
    expect(rateLimiter.ratePerSecond).toBe(10);
  });
});

describe('a gate with other credentials', () => {
  it.each<[FailureReason, string]>([
    ['credentials', 'probe'],
    ['expired', 'probe'],
    ['lockout', 'closed'],
  ])('after %s lets the next call be: %s', (reason, admission) => {
    const gate = new CircuitBreaker();
    gate.close(new CallFailure({ command: 'get_room_list', reason, found: 'refused' }), 1000);
    expect(gate.admission(2000)).toBe('closed');
    gate.expectProbe(2000);
    expect(gate.admission(2000)).toBe(admission);
  });
});

describe('schedules that change', () => {
  const logger = createLogger({ level: 'error', format: 'logfmt' });
  const tasks = (schedules: Partial<Record<TaskName, string>>): TasksConfig => {
    const task = (name: TaskName) => ({
      schedule: schedules[name] ?? '0 0 0 1 1 *',
      enabled: schedules[name] !== undefined,
      maxAgeMs: 600_000,
    });
    return {
      room_list: task('room_list'),
      room_info: task('room_info'),
      online_members: task('online_members'),
      member_list: task('member_list'),
      group_members: { ...task('group_members'), rooms: 1, marks: [] },
      room_stats: task('room_stats'),
    };
  };

  it('fire each second once, however often the config is loaded', async () => {
    const fired: number[] = [];
    let enough = (): void => undefined;
    const thrice = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const config = { tasks: tasks({ room_list: '* * * * * *' }), timezone: 'UTC' };
    const schedules = new Schedules({
      ...config,
      logger,
      onTrigger: () => {
        fired.push(Math.floor(Date.now() / 1000));
        if (fired.length === 3) enough();
      },
    });
    schedules.start();
    const reloading = setInterval(
      () => schedules.configure({ ...config, tasks: tasks({ room_list: '* * * * * *' }) }),
      20,
    );
    await thrice;
    clearInterval(reloading);
    schedules.stop();
    const [first = 0] = fired;
    expect(fired).toEqual([first, first + 1, first + 2]);
  });

  it('tell the new intervals, and none for a task that is switched off', () => {
    const schedules = new Schedules({
      tasks: tasks({ room_list: '*/15 * * * * *', room_info: '0 * * * * *' }),
      timezone: 'UTC',
      logger,
      onTrigger: () => undefined,
    });
    const intervals = () =>
      (['room_list', 'room_info', 'room_stats'] as const).map((task) => schedules.intervalSeconds(task));
    const before = intervals();
    schedules.configure({
      tasks: tasks({ room_list: '*/5 * * * * *', room_stats: '*/30 * * * * *' }),
      timezone: 'UTC',
    });
    expect([before, intervals()]).toEqual([
      [15, 60, 0],
      [5, 0, 30],
    ]);
    schedules.stop();
  });
});
