import { describe, expect, it } from '@jest/globals';
import { appProblems, taskHealth } from '../../src/status/app-problems.ts';
import type { AppStatus } from '../../src/status/app-status.ts';
import type { FailureClass, LastCollection } from '../../src/status/polling-history.ts';
import { reportOf } from '../../src/web/status/status-data.ts';
import { appWith, startMs } from '../support/sample-rooms.ts';
import { worldIn } from '../support/status-worlds.ts';

describe('The report about all apps', () => {
  it.each([
    ['calm', ['up', 'up', 'up'], 255_888, undefined, 120],
    ['drop', ['up', 'up', 'up'], 117_528, undefined, 120],
    ['outage', ['failing', 'failing', 'failing'], undefined, 255_888, 120],
    ['one app down', ['failing', 'warning', 'up'], 178_098, 85_296, 120],
    ['no rooms', ['up', 'up', 'up'], 0, undefined, 0],
    ['first listing', ['starting', 'starting', 'starting'], undefined, undefined, undefined],
  ] as const)(
    'In the state "%s", failing apps come first and unknown sums are absent',
    async (state, states, viewers, last, rooms) => {
      const report = reportOf((await worldIn(state)).data());

      expect(report.apps.map((app) => app.state)).toEqual(states);
      expect([report.viewers, report.lastKnownViewers?.value, report.knownRooms]).toEqual([viewers, last, rooms]);
    },
  );

  it('The last known audience has the time at which it was read, and not that of the outage', async () => {
    const calm = await worldIn('calm');

    const report = reportOf((await worldIn('outage')).data());

    expect(report.lastKnownViewers?.atMs).toBe(calm.clock.now());
  });
});

describe('The problems of an app', () => {
  const nowMs = startMs;
  const failedLast: LastCollection = { succeeded: false, finishedAtMs: nowMs, durationSeconds: 1 };
  const task = (name: 'online_members' | 'room_info' | 'seat_list', available = true) =>
    ({ task: name, intervalSeconds: 10, available }) as const;
  const problems = (
    status: Partial<AppStatus>,
    {
      last = failedLast,
      failures = [],
    }: { readonly last?: LastCollection; readonly failures?: readonly FailureClass[] } = {},
  ) => appProblems(appWith(status), { nowMs, history: { lastCollection: () => last, failures: () => failures } });
  const failure: FailureClass = {
    sdkAppId: 1_400_000_000,
    reason: 'timeout',
    count: 3,
    command: 'get_online_member_num',
    atMs: nowMs - 1000,
  };
  const error = { reason: 'timeout', code: undefined, command: 'get_online_member_num', requestId: undefined };
  const remedy = 'check the network to the API, and http.timeout';

  it('Tasks that fail for one reason are one problem, with its class and the advice of doctor', () => {
    expect(problems({ tasks: [task('online_members'), task('room_info')] }, { failures: [failure] })).toEqual([
      { found: 'The last collection failed: online_members, room_info.', remedy, error },
    ]);
  });

  it('An app that the API refuses has that problem, and not those that follow from it', () => {
    const refusal = {
      reason: 'credentials',
      code: 70_009,
      command: 'get_room_list',
      requestId: 'Id',
      text: 'refused',
    } as const;

    expect(problems({ refusal, tasks: [task('online_members')] }, { failures: [failure] })).toEqual([
      {
        found: 'The API refuses this app.',
        remedy: 'the secret key does not belong to this app: copy it again from the console',
        error: { reason: 'credentials', code: 70_009, command: 'get_room_list', requestId: 'Id' },
      },
    ]);
  });

  it('A failure of long ago, or of another app, is not the cause', () => {
    const failures = [
      { ...failure, sdkAppId: 2 },
      { ...failure, atMs: nowMs - 300_001 },
    ];

    expect(problems({ tasks: [task('online_members')] }, { failures })).toEqual([
      { found: 'The last collection failed: online_members.', remedy: 'see the log of the exporter, and run doctor' },
    ]);
  });

  it('A failure that concerns one command is not the cause of the failures of another', () => {
    const failures = [{ ...failure, reason: 'permission', command: 'get_seat_list' } as const];

    const [problem] = problems({ tasks: [task('online_members')] }, { failures });

    expect(problem?.error).toBeUndefined();
  });

  it('A schedule that does not fit comes with what would fit', () => {
    const wouldFit = 'a schedule every 15 s or rooms.limit 1000';
    const misfit = {
      task: 'online_members',
      rooms: 1500,
      intervalSeconds: 10,
      collectionSeconds: 15,
      wouldFit,
    } as const;

    expect(problems({ scheduleMisfits: [misfit] })).toEqual([
      {
        found:
          'online_members does not fit its schedule: 1,500 rooms take 15 s within the quota, and it triggers every 10 s.',
        remedy: 'any one of these would fit: a schedule every 15 s or rooms.limit 1000',
      },
    ]);
  });

  it('Unavailable commands, room files that cannot be used and a suspected mass end are problems', () => {
    const found = problems({
      massEndSuspected: true,
      tasks: [task('seat_list', false)],
      roomFiles: [
        { path: '/rooms.d/a.yml', failed: true },
        { path: '/rooms.d/b.yml', failed: false },
      ],
    }).map((problem) => problem.found);

    expect(found).toEqual([
      'Very many rooms seem to end at once, so each end needs more proof.',
      "Not available in the app's plan or region: seat_list.",
      'The room file /rooms.d/a.yml cannot be used: its rooms stay as they were.',
    ]);
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
