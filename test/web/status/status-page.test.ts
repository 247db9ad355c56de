import { describe, expect, it } from '@jest/globals';
import { renderStatusPage, type Status } from '../../../src/web/status/status-page.ts';
import { statusStyle } from '../../../src/web/status/style.ts';
import { appWith, hostileRooms, startMs, wholeRoom } from '../../support/room-samples.ts';

const quiet: Status = {
  version: '1.2.3',
  nowMs: startMs,
  telemetryPath: '/metrics',
  readiness: undefined,
  apps: [],
  lastCollection: () => undefined,
  nextTriggerAtMs: () => undefined,
  calls: { callsPerSecond: () => 0, failures: () => [] },
  largestRooms: [],
};

/** The text of each row of each table, cell by cell. */
function cells(page: string): readonly (readonly string[])[] {
  return [...page.matchAll(/<tr>(.*)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/g)].map(([, cell = '']) => cell.replaceAll(/<[^>]*>/g, '')),
  );
}

describe('the status page', () => {
  it('says in one screen whether collections are on time, what the quota is used for, what fails and who is watched', () => {
    const page = renderStatusPage({
      ...quiet,
      apps: [
        appWith({
          name: 'main',
          up: true,
          knownRooms: 1234,
          droppedRooms: { limit: 5, filter: 0 },
          userSigExpirySeconds: startMs / 1000 + 7200,
          tasks: [
            { task: 'room_list', intervalSeconds: 15, available: true },
            { task: 'online_members', intervalSeconds: 10, available: true },
            { task: 'room_stats', intervalSeconds: 30, available: false },
          ],
          queues: [{ command: 'get_room_list', inFlight: 1, queueLength: 3, queueOldestSeconds: 0.44, rateLimit: 5 }],
        }),
      ],
      lastCollection: ({ task }) =>
        task === 'room_list'
          ? { succeeded: true, finishedAtMs: startMs, durationSeconds: 2.25, lastSuccessAtMs: startMs - 12_400 }
          : undefined,
      nextTriggerAtMs: () => startMs + 4000,
      calls: {
        callsPerSecond: () => 2.51,
        failures: () => [
          {
            sdkAppId: 1_400_000_000,
            reason: 'transient',
            count: 1234,
            command: 'get_room_info',
            atMs: startMs - 90_000,
            code: 60_008,
            requestId: 'Id-1',
          },
        ],
      },
      largestRooms: [{ sdkAppId: 1_400_000_000, room: wholeRoom }],
    });
    expect(page).toContain('<p>Region singapore · 1,234 rooms · 5 over the limit · signature for 2 h more</p>');
    expect(cells(page)).toEqual([
      ['Task', 'State', 'Last success', 'Took', 'Every', 'Next'],
      ['room_list', 'ok', '12 s ago', '2.3 s', '15 s', 'in 4 s'],
      ['online_members', 'waiting', 'never', '–', '10 s', 'in 4 s'],
      ['room_stats', 'lacking', 'never', '–', '30 s', 'in 4 s'],
      ['Command', 'Calls/s', 'Limit', '', 'Tencent&#39;s', 'Waiting', 'Longest'],
      ['get_room_list', '2.5', '5', '2.5', '10', '3', '0.4 s'],
      ['Class', 'Calls', 'Last', 'Code', 'Command', 'RequestId', 'App'],
      ['transient', '1,234', '90 s ago', '60008', 'get_room_info', 'Id-1', '1400000000'],
      ['Online', 'Room', 'Name', 'Members', 'Views', 'App'],
      ['873', 'room-1', 'Evening show, part 2', '903', '5,012', '1400000000'],
    ]);
  });

  it('shows an exporter of which nothing is known yet', () => {
    const page = renderStatusPage({ ...quiet, readiness: 'app 1: the first walk has not ended', apps: [appWith({})] });
    expect(page).toContain(
      '<span class="badge waiting">not ready</span> <span>app 1: the first walk has not ended</span>',
    );
    expect(page).toContain('<p>Region singapore · rooms not known yet · no signature yet</p>');
    expect(page).toContain('<p>No call has failed since the start.</p>');
    expect(page).toContain('<p>No room is known.</p>');
  });

  it('is safe for any text: what it is given makes no element and no attribute', () => {
    const hostile = `<script>alert('1')</script>"&`;
    const rooms = [
      ...hostileRooms,
      { id: hostile, latest: { room_list: { atMs: 0, value: { roomId: hostile, roomName: hostile } } } },
    ];
    const render = (text: string, shown: readonly (typeof rooms)[number][]) =>
      renderStatusPage({
        ...quiet,
        version: text,
        telemetryPath: `/${text}`,
        readiness: text,
        apps: [appWith({ name: text, region: text })],
        calls: {
          callsPerSecond: () => 0,
          failures: () => [
            { sdkAppId: 1, reason: 'unknown', count: 1, command: 'get_members', atMs: 0, requestId: text },
          ],
        },
        largestRooms: shown.map((room) => ({ sdkAppId: 1, room })),
      });
    const tags = (page: string) =>
      [...page.replace(statusStyle, '').matchAll(/<\/?[a-z]+|\s[a-z-]+=(?=")/gi)].map(([tag]) => tag).join('');
    const harmless = rooms.map((room) => ({ ...room, id: 'x', latest: {} }));
    expect(tags(render(hostile, rooms))).toBe(tags(render('x', harmless)));
  });
});
