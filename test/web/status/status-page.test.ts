import { describe, expect, it } from '@jest/globals';
import { renderStatusPage, type StatusPageData } from '../../../src/web/status/status-page.ts';
import { statusStyle } from '../../../src/web/status/style.ts';
import { appWith, completeRoom, hostileRooms, startMs } from '../../support/sample-rooms.ts';

const emptyData: StatusPageData = {
  version: '1.2.3',
  nowMs: startMs,
  telemetryPath: '/metrics',
  readiness: undefined,
  apps: [],
  history: { lastCollection: () => undefined, callsPerSecond: () => 0, failures: () => [] },
  nextTriggerAtMs: () => undefined,
  largestRooms: [],
};

/** The text of each row of each table, cell by cell. */
function cells(page: string): readonly (readonly string[])[] {
  return [...page.matchAll(/<tr>(.*)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/g)].map(([, cell = '']) => cell.replaceAll(/<[^>]*>/g, '')),
  );
}

describe('The status page', () => {
  it('The status page of a replica shows its lease, the other replicas, and which of them polls which app', () => {
    const page = renderStatusPage({
      ...emptyData,
      cluster: {
        replica: 'a',
        isRedisUp: true,
        isIsolated: false,
        leaseSeconds: 14,
        ownedApps: 1,
        replicas: [
          { name: 'a', isThisOne: true, state: 'alive', apps: 1, rooms: 1234, lastBeatSeconds: 1 },
          { name: '<b>', isThisOne: false, state: 'gone', apps: 0, rooms: undefined, lastBeatSeconds: 40 },
        ],
        apps: [
          { sdkAppId: 1, owner: 'a', share: 0.5, reservedForSeconds: 600 },
          { sdkAppId: 2, owner: undefined, share: 1, reservedForSeconds: 0 },
        ],
      },
    });

    expect(page).toContain('This replica: a · apps: 1 · lease valid for 14 s');
    expect(page).toContain('connected to Redis');
    expect(cells(page).slice(0, 6)).toEqual([
      ['Replica', 'State', 'Last beat', 'Apps', 'Rooms'],
      ['a (this one)', 'alive', '1 s ago', '1', '1,234'],
      ['&lt;b&gt;', 'gone', '40 s ago', '0', '–'],
      ['App', 'Owner', 'Rate'],
      ['1', 'a', '50 % for 10 min'],
      ['2', 'none', 'whole'],
    ]);
  });

  it('An isolated replica says so on its status page', () => {
    const cluster = { replica: 'a', isRedisUp: false, isIsolated: true, leaseSeconds: 0, ownedApps: 3 };

    const page = renderStatusPage({ ...emptyData, cluster: { ...cluster, replicas: [], apps: [] } });

    expect(page).toContain('isolated: Redis cannot be reached');
    expect(page).toContain('apps: 3 · lease over');
  });

  it('The status page shows collections, request queues, errors and the largest rooms', () => {
    const page = renderStatusPage({
      ...emptyData,
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
      nextTriggerAtMs: () => startMs + 4000,
      history: {
        lastCollection: ({ task }) =>
          task === 'room_list'
            ? { succeeded: true, finishedAtMs: startMs, durationSeconds: 2.25, lastSuccessAtMs: startMs - 12_400 }
            : undefined,
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
      largestRooms: [{ sdkAppId: 1_400_000_000, room: completeRoom }],
    });
    expect(page).toContain('<p>Region china · 1,234 rooms · 5 over the limit · UserSig valid for 2 h</p>');
    expect(cells(page)).toEqual([
      ['Task', 'State', 'Last success', 'Duration', 'Interval', 'Next'],
      ['room_list', 'ok', '12 s ago', '2.3 s', '15 s', 'in 4 s'],
      ['online_members', 'waiting', 'never', '–', '10 s', 'in 4 s'],
      ['room_stats', 'unavailable', 'never', '–', '30 s', 'in 4 s'],
      ['Command', 'Calls/s', 'Limit', '', 'Tencent&#39;s', 'Waiting', 'Longest'],
      ['get_room_list', '2.5', '5', '2.5', '10', '3', '0.4 s'],
      ['Reason', 'Calls', 'Last', 'Code', 'Command', 'RequestId', 'App'],
      ['transient', '1,234', '90 s ago', '60008', 'get_room_info', 'Id-1', '1400000000'],
      ['Online', 'Room', 'Name', 'Members', 'Views', 'App'],
      ['873', 'room-1', 'Evening show', '903', '5,012', '1400000000'],
    ]);
  });

  it('The status page shows that the exporter has just started', () => {
    const page = renderStatusPage({
      ...emptyData,
      readiness: 'app 1: the first listing has not ended',
      apps: [appWith({})],
    });
    expect(page).toContain(
      '<span class="badge waiting">not ready</span> <span>app 1: the first listing has not ended</span>',
    );
    expect(page).toContain('<p>Region china · rooms not known yet · no UserSig yet</p>');
    expect(page).toContain('<p>No call has failed since the start.</p>');
    expect(page).toContain('<p>No rooms are known.</p>');
  });

  it('The status page says what to do about a refused app, and counts rejected room files', () => {
    const roomFiles = ['a', 'b', 'c'].map((name) => ({ path: `/rooms.d/${name}.yml`, failed: name !== 'c' }));
    const page = renderStatusPage({
      ...emptyData,
      apps: [appWith({ up: false, refusal: 'error 70009: copy the key again', roomFiles })],
    });
    expect(page).toContain('<p>Region china · rooms not known yet · 2 room files rejected · no UserSig yet</p>');
    expect(page).toContain('<p class="failed">The API refuses this app: error 70009: copy the key again</p>');
  });

  it('Displayed texts add no elements or attributes to the status page', () => {
    const hostile = `<script>alert('1')</script>"&`;
    const rooms = [
      ...hostileRooms,
      { id: hostile, latest: { room_list: { atMs: 0, value: { roomId: hostile, roomName: hostile } } } },
    ];
    const render = (text: string, displayed: readonly (typeof rooms)[number][]) =>
      renderStatusPage({
        ...emptyData,
        version: text,
        telemetryPath: `/${text}`,
        readiness: text,
        apps: [appWith({ name: text, region: text, refusal: text })],
        history: {
          ...emptyData.history,
          failures: () => [
            { sdkAppId: 1, reason: 'unknown', count: 1, command: 'get_members', atMs: 0, requestId: text },
          ],
        },
        largestRooms: displayed.map((room) => ({ sdkAppId: 1, room })),
      });
    const tags = (page: string) =>
      [...page.replace(statusStyle, '').matchAll(/<\/?[a-z]+|\s[a-z-]+=(?=")/gi)].map(([tag]) => tag).join('');
    const harmless = rooms.map((room) => ({ ...room, id: 'x', latest: {} }));
    expect(tags(render(hostile, rooms))).toBe(tags(render('x', harmless)));
  });
});
