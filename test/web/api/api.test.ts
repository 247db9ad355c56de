import { afterEach, describe, expect, it } from '@jest/globals';
import bcrypt from 'bcrypt';
import { roomsSchema } from '../../../src/web/api/rooms-json.ts';
import { statusSchema } from '../../../src/web/api/status-json.ts';
import { emptyStatus, sampleWebhooks, statusStates, statusWorld, worldIn } from '../../support/status-worlds.ts';
import { send, startTestServer, type TestServer } from '../../support/web-server.ts';

let server: TestServer | undefined;
afterEach(() => server?.stop());

async function get(path: string): Promise<readonly [number | undefined, unknown]> {
  if (server === undefined) throw new Error('no server');
  const { status, headers, body } = await send(server, path);
  expect(headers['content-type']).toBe('application/json; charset=utf-8');
  return [status, JSON.parse(body.toString())];
}

describe('The API', () => {
  it.each(statusStates)('In the state "%s" both responses are as their schemas document', async (state) => {
    server = await startTestServer({ status: (await worldIn(state)).data });

    const [[, status], [, rooms]] = [await get('/api/v1/status'), await get('/api/v1/rooms')];

    expect(statusSchema.strict().parse(status)).toEqual(status);
    expect(roomsSchema.strict().parse(rooms)).toEqual(rooms);
  });

  it('It says the same as the status page', async () => {
    server = await startTestServer({ status: (await worldIn('one app down')).data });

    const [, status] = await get('/api/v1/status');

    expect(status).toMatchObject({
      apps_up: 2,
      viewers: 178_098,
      apps_with_viewers: 2,
      last_known_viewers: { value: 85_296, at: '2023-08-29T01:22:34Z' },
      known_rooms: 120,
    });
    const { apps } = statusSchema.parse(status);
    expect(apps.map(({ sdk_app_id: id, state, problems }) => [id, state, problems])).toEqual([
      [
        1_400_000_002,
        'failing',
        [
          {
            found: 'The API refuses this app.',
            remedy: 'the secret key does not belong to this app: copy it again from the console',
            error: { reason: 'credentials', code: 70_009, command: 'get_room_list', request_id: 'Id-1' },
          },
        ],
      ],
      [
        1_400_000_003,
        'warning',
        [
          {
            found:
              'online_members does not fit its schedule: 1,500 rooms take 15 s within the quota, and it triggers every 10 s.',
            remedy: 'any one of these would fit: a schedule every 15 s or rooms.limit 1000 or quota.share 0.75',
            error: null,
          },
        ],
      ],
      [1_400_000_001, 'up', []],
    ]);
  });

  it('A replica of a cluster says which replica polls which app', async () => {
    const cluster = {
      replica: 'a',
      isRedisUp: true,
      isIsolated: false,
      leaseSeconds: 14,
      ownedApps: 1,
      replicas: [{ name: 'a', isThisOne: true, state: 'alive', apps: 1, rooms: undefined, lastBeatSeconds: 1.5 }],
      apps: [{ sdkAppId: 2, owner: undefined, share: 0.5, reservedForSeconds: 600 }],
    } as const;
    server = await startTestServer({ status: () => ({ ...emptyStatus, cluster }) });

    const [, body] = await get('/api/v1/status');

    expect(statusSchema.strict().parse(body).cluster).toEqual({
      replica: 'a',
      is_redis_up: true,
      is_isolated: false,
      lease_seconds: 14,
      replicas: [{ name: 'a', state: 'alive', apps: 1, rooms: null, last_beat_seconds: 1.5 }],
      apps: [{ sdk_app_id: 2, owner: null, share: 0.5, reserved_for_seconds: 600 }],
    });
  });

  it('A receiver of webhooks says what became of the requests', async () => {
    server = await startTestServer({ status: () => ({ ...emptyStatus, webhooks: sampleWebhooks }) });

    const [, body] = await get('/api/v1/status');

    expect(statusSchema.strict().parse(body).webhooks).toEqual({
      address: '127.0.0.1:19124',
      waiting: 3,
      requests: sampleWebhooks.requests,
      last_accepted_at: '2023-08-29T00:22:29Z',
    });
  });

  it('Rooms are searched, sorted and limited', async () => {
    server = await startTestServer({ status: statusWorld().data });

    const [, body] = await get('/api/v1/rooms?search=LIVE-1&sort=view_count&limit=2');

    const { matches, rooms } = roomsSchema.parse(body);
    expect([matches, rooms.map(({ room_id: id }) => id)]).toEqual([33, ['live-19', 'live-19']]);
  });

  it('Rooms that have ended are in the status', async () => {
    server = await startTestServer({ status: (await worldIn('drop')).data });

    const [, body] = await get('/api/v1/status');

    expect(statusSchema.parse(body).ended_rooms[0]).toEqual({
      sdk_app_id: 1_400_000_003,
      room_id: 'live-7',
      room_name: 'Evening show #3.7',
      ended_at: '2023-08-29T01:22:34Z',
      duration_seconds: 10_800,
      peak_online_members: 3250,
      viewer_seconds: 3_600_000,
      views: 5000,
    });
  });

  it.each([
    ['limit=0', 'limit: found "0", expected a whole number from 1 to 1000'],
    ['limit=1001', 'limit: found "1001", expected a whole number from 1 to 1000'],
    ['limit=ten', 'limit: found "ten", expected a whole number from 1 to 1000'],
    ['sort=name', 'sort: found "name", expected one of online_members, view_count, gain, loss'],
    [`search=${'x'.repeat(201)}`, `search: found "${'x'.repeat(201)}", expected at most 200 characters`],
  ])('A parameter that makes no sense is an error: %s', async (query, error) => {
    server = await startTestServer();

    expect(await get(`/api/v1/rooms?${query}`)).toEqual([400, { error }]);
  });

  it('All of it needs the password of the status page, and so do the page of a room and the script', async () => {
    const users = new Map([['anna', bcrypt.hashSync('secret', 4)]]);
    server = await startTestServer({ security: { users, headers: {} } });
    const paths = ['/', '/room', '/status.js', '/api/v1/status', '/api/v1/rooms'];
    const login = { headers: { authorization: `Basic ${Buffer.from('anna:secret').toString('base64')}` } };

    const statuses = async (options = {}) => {
      const sent = paths.map(async (path) =>
        server === undefined ? undefined : (await send(server, path, options)).status,
      );
      return Promise.all(sent);
    };

    expect(await statuses()).toEqual([401, 401, 401, 401, 401]);
    expect(await statuses(login)).toEqual([200, 400, 200, 200, 200]);
  });

  it('A room that is not known has status 404, and any method but GET and HEAD 405', async () => {
    server = await startTestServer();
    expect((await send(server, '/room?sdk_app_id=1&room_id=x')).status).toBe(404);
    expect((await send(server, '/api/v1/rooms', { method: 'POST' })).status).toBe(405);
    expect((await send(server, '/api/v1/rooms', { method: 'HEAD' })).body).toHaveLength(0);
  });
});
