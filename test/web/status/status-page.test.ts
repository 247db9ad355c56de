import { describe, expect, it } from '@jest/globals';
import { pageQuery } from '../../../src/web/status/query.ts';
import { renderRoomPage } from '../../../src/web/status/room-page.ts';
import type { StatusData } from '../../../src/web/status/status-data.ts';
import { renderStatusPage } from '../../../src/web/status/status-page.ts';
import { statusStyle } from '../../../src/web/status/style.ts';
import { appWith, completeRoom, hostileRooms, startMs } from '../../support/sample-rooms.ts';
import { emptyStatus, sampleWebhooks, statusWorld, worldIn } from '../../support/status-worlds.ts';

const render = (data: Partial<StatusData>, parameters: Readonly<Record<string, string>> = {}) =>
  renderStatusPage({ ...emptyStatus, ...data }, pageQuery(parameters));

/** The text of each row of each table, cell by cell. */
function cells(page: string): readonly (readonly string[])[] {
  return [...page.matchAll(/<tr>(.*)<\/tr>/g)].map(([, row = '']) =>
    [...row.matchAll(/<t[dh][^>]*>(.*?)<\/t[dh]>/g)].map(([, cell = '']) => textOf(cell)),
  );
}

/** The text of the element with this id or class, without markup. */
function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

const verdictOf = (page: string) => textOf(/<section id="verdict".*?<\/section>/s.exec(page)?.[0] ?? '');
const appsOf = (page: string) =>
  [...page.matchAll(/<(section|details) id="app-\d+" class="app">(.*?)<details|<summary>(.*?)<\/summary>/gs)].map(
    ([, , section, summary]) => textOf(section ?? summary ?? ''),
  );

describe('The verdict', () => {
  it.each([
    ['calm', '3 of 3 apps up 255,888 viewers · 120 rooms'],
    ['drop', '3 of 3 apps up 117,528 viewers · 120 rooms'],
    ['outage', '0 of 3 apps up 255,888 viewers, last known 3 min ago · 120 rooms'],
    [
      'one app down',
      '2 of 3 apps up, 1 needs attention 178,098 viewers in 2 of 3 apps · 85,296 viewers in the others, last known 3 min ago · 120 rooms',
    ],
    ['no rooms', '3 of 3 apps up 0 viewers · 0 rooms'],
    ['first listing', 'All apps are starting viewers not known yet · rooms not known yet'],
  ] as const)('In the state "%s" it is: %s', async (state, verdict) => {
    expect(verdictOf(render((await worldIn(state)).data()))).toBe(verdict);
  });

  it.each([
    ['The app is up', { up: true }],
    ['The app is down', { up: false }],
    ['The app is starting', { up: undefined }],
    ['The app is up and needs attention', { up: true, massEndSuspected: true }],
  ])('A single app needs no numbers: "%s"', (headline, status) => {
    const page = render({ apps: [appWith(status)] });

    expect(page).toContain(`<p class="headline" role="status">${headline}</p>`);
    expect(page).toContain(`<title>${headline} – Tencent live exporter</title>`);
  });

  it('It says why the exporter is not ready', () => {
    expect(verdictOf(render({ readiness: 'app 1: the first listing has not ended' }))).toBe(
      'No app is configured viewers not known yet · no rooms Not ready: app 1: the first listing has not ended',
    );
  });
});

describe('The apps', () => {
  it('Failing apps come first with class, code and remedy; an app that is up is one line', async () => {
    expect(appsOf(render((await worldIn('one app down')).data()))).toEqual([
      'App 1400000002: site-2 down 85,296 viewers 3 min ago · 40 rooms ' +
        'The API refuses this app. class credentials · code 70009 · get_room_list · RequestId Id-1 ' +
        'To do: the secret key does not belong to this app: copy it again from the console. ' +
        'To check each command: tencent-live-exporter doctor',
      'Collections and request queues',
      'App 1400000003: site-3 needs attention 89,049 viewers · 40 rooms ' +
        'online_members does not fit its schedule: 1,500 rooms take 15 s within the quota, and it triggers every 10 s. ' +
        'To do: any one of these would fit: a schedule every 15 s or rooms.limit 1000 or quota.share 0.75.',
      'Collections and request queues',
      'App 1400000001: site-1 up 89,049 viewers · 40 rooms',
    ]);
  });

  it('An app that starts shows how far its first listing is', async () => {
    const [first] = appsOf(render((await worldIn('first listing')).data()));

    expect(first).toBe(
      'App 1400000001: site-1 starting viewers not known yet · rooms not known yet ' +
        'The first listing of the rooms has read 62 pages in 12 s: 1,240 rooms so far.',
    );
  });

  it('Collections, request queues and errors are shown in tables', () => {
    const page = render({
      apps: [
        appWith({
          name: 'main',
          up: true,
          knownRooms: 1234,
          droppedRooms: { limit: 5, filter: 0 },
          userSigExpirySeconds: startMs / 1000 + 7200,
          tasks: [
            { task: 'room_list', intervalSeconds: 15, available: true },
            {
              task: 'online_members',
              intervalSeconds: 10,
              available: true,
              firstRound: { progress: 0.375, remainingSeconds: 95 },
            },
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
    });

    expect(page).toContain(
      '<p>Region china · 5 rooms over the limit · first values of 37 % of the rooms, the others within 95 s · UserSig expires in 2 h</p>',
    );
    expect(cells(page)).toEqual([
      ['Task', 'State', 'Last success', 'Duration', 'Interval', 'Next'],
      ['room_list', 'ok', '12 s ago', '2.3 s', '15 s', 'in 4 s'],
      ['online_members', 'waiting', 'never', '–', '10 s', 'in 4 s'],
      ['room_stats', 'unavailable', 'never', '–', '30 s', 'in 4 s'],
      ['Command', 'Calls/s', 'Limit', 'Used', 'Documented', 'Waiting', 'Longest'],
      ['get_room_list', '2.5', '5', '2.51', '10', '3', '0.4 s'],
      ['Class', 'Calls', 'Last', 'Code', 'Command', 'RequestId', 'App'],
      ['transient', '1,234', '90 s ago', '60008', 'get_room_info', 'Id-1', '1400000000'],
    ]);
  });
});

describe('The rooms', () => {
  it('The largest rooms, the biggest movers and the rooms that have ended are listed', async () => {
    const world = await worldIn('drop');
    const rows = cells(render(world.data())).filter(([first]) => !/_/.test(first ?? ''));

    const titles = ['Viewers', '10 min', 'Ended', 'Task', 'Command', 'Class'];
    const starts = rows.flatMap(([first = ''], index) => (titles.includes(first) ? [index] : []));
    const [largest = 0, gaining = 0, losing = 0, ended = 0] = starts.filter((index) =>
      ['Viewers', '10 min', 'Ended'].includes(rows[index]?.[0] ?? ''),
    );
    expect([gaining - largest, losing - gaining, ended - losing, rows.length - ended]).toEqual([21, 6, 6, 4]);
    expect(rows[largest + 1]).toEqual([
      '2,831',
      '',
      '+1,124',
      'live-8',
      'Evening show #1.8',
      '2,889',
      '2,841',
      '5,008',
      '1400000001',
    ]);
    expect(rows[losing + 1]).toEqual(['−16,856', '40', '', 'live-0', 'Evening show #1.0', '1400000001']);
    expect(rows[ended + 1]).toEqual([
      '0 s ago',
      '3,250',
      '',
      'live-7',
      'Evening show #3.7',
      '3 h',
      '1,000',
      '5,000',
      '1400000003',
    ]);
  });

  it('In an outage the last known values are marked, with their age', async () => {
    const page = render((await worldIn('outage')).data());

    expect(page).toContain('<span class="old">16,781 <small>3 min ago</small></span>');
    expect(cells(page)).toContainEqual([
      '16,781 3 min ago',
      '',
      '–',
      'live-0',
      'Evening show #1.0',
      '26,000',
      '16,791',
      '5,000',
      '1400000001',
    ]);
  });

  it('A search lists only what it has found, and says how much that is', () => {
    const page = render(statusWorld().data(), { search: 'live-3', sort: 'view_count', limit: '50' });

    expect(page).toContain('<h3>33 rooms with “live-3”, sorted by views</h3>');
    expect(page).not.toContain('Gaining viewers');
    expect(page).toContain('value="live-3"');
    expect(page).toContain('<option value="view_count" selected>');
  });

  it('Parameters that make no sense are ignored', () => {
    const page = render(statusWorld().data(), { sort: 'x', limit: '-1' });

    expect(page).toContain('<h3>The largest rooms</h3>');
  });
});

describe('The page of a room', () => {
  it('It has the last hour, what is known of the room, and its metrics', async () => {
    const world = await worldIn('calm');
    const { isKnown, html } = renderRoomPage(world.data(), { sdkAppId: 1_400_000_001, roomId: 'live-1' });

    expect(isKnown).toBe(true);
    expect(textOf(/<section id="room".*?<\/section>/s.exec(html)?.[0] ?? '')).toBe(
      'Evening show #1.1 live-1 · App 1400000001: site-1 · on the air 12,984 an hour ago viewers, every 150 s now ' +
        'Viewers 11,261 Change in 10 minutes +4,261 Peak 13,000 Average 1,000 Viewer-hours 1,000 Members 11,271 Views 5,001 Created 3 h ago',
    );
    expect(cells(html)).toContainEqual([
      'tencent_live_room_view_count',
      '5001',
      'Visits to the room since its creation.',
    ]);
  });

  it('It names no account', () => {
    const world = statusWorld();
    const room = world.rooms.get(1_400_000_001)?.get('live-1');
    if (room !== undefined) room.latest = completeRoom.latest;

    const { html } = renderRoomPage(world.data(), { sdkAppId: 1_400_000_001, roomId: 'live-1' });

    expect(html).toContain('Evening show');
    expect(html).not.toContain(completeRoom.latest.room_list?.value.ownerAccount);
  });

  it('A room that is not known has a page that says so', () => {
    const { isKnown, html } = renderRoomPage(emptyStatus, { sdkAppId: 1, roomId: '<b>' });

    expect(isKnown).toBe(false);
    expect(html).toContain('No such room is known.');
    expect(html).toContain('<title>Room &lt;b&gt; – Tencent live exporter</title>');
  });
});

describe('The status page', () => {
  it('The status page of a replica shows its lease, the other replicas, and which of them polls which app', () => {
    const page = render({
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

    expect(verdictOf(page)).toBe('This replica polls no app viewers not known yet · no rooms');
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

    const page = render({ cluster: { ...cluster, replicas: [], apps: [] } });

    expect(page).toContain('isolated: Redis cannot be reached');
    expect(page).toContain('apps: 3 · lease over');
  });

  it('A receiver of webhooks shows what became of the requests', () => {
    const page = render({ webhooks: sampleWebhooks });

    expect(page).toContain('Received on 127.0.0.1:19124 · queue: 3 · last accepted: 5 s ago');
    expect(cells(page).slice(0, 3)).toEqual([
      ['Result', 'Requests'],
      ['accepted', '1,234'],
      ['ignored', '5'],
    ]);
  });

  it('With 20,000 rooms of ten apps the page weighs at most 100 KB, with any search', async () => {
    const world = statusWorld({ apps: 10, roomsPerApp: 2000 });
    await world.pass(10_000);

    const everything = render(world.data());
    const search = render(world.data(), { search: 'e', sort: 'view_count', limit: '50' });

    expect([everything, search].filter((page) => Buffer.byteLength(page) > 100_000)).toEqual([]);
  });

  it('Displayed texts add no elements or attributes to the pages', () => {
    const hostile = `<script>alert('1')</script>"&`;
    const rooms = [
      ...hostileRooms,
      { id: hostile, latest: { room_list: { atMs: 0, value: { roomId: hostile, roomName: hostile } } } },
    ];
    const renderWith = (text: string, displayed: readonly (typeof rooms)[number][]) =>
      render(
        {
          version: text,
          telemetryPath: `/${text}`,
          readiness: text,
          apps: [appWith({ name: text, up: false, roomFiles: [{ path: text, failed: true }] })],
          history: {
            ...emptyStatus.history,
            failures: () => [
              { sdkAppId: 1, reason: 'unknown', count: 1, command: 'get_members', atMs: 0, requestId: text },
            ],
          },
          rooms: { ...emptyStatus.rooms, rooms: () => displayed.map((room) => ({ sdkAppId: 1, room })) },
        },
        { search: '', sort: 'view_count' },
      );
    const tags = (page: string) =>
      [...page.replace(statusStyle, '').matchAll(/<\/?[a-z]+|\s[a-z-]+=(?=")/gi)].map(([tag]) => tag).join('');
    const room_list = { atMs: 0, value: { roomId: 'x', roomName: 'x' } };
    const harmless = rooms.map((room) => ({ ...room, id: 'x', latest: { ...room.latest, room_list } }));

    expect(tags(renderWith(hostile, rooms))).toBe(tags(renderWith('x', harmless)));
    expect(tags(render({}, { search: hostile }))).toBe(tags(render({}, { search: 'x' })));
  });
});
