import type { Room, World } from './world.ts';

const sdkAppIds = ['1400000001', '1400000002', '1400000003'] as const;
const [firstApp, secondApp, thirdApp] = sdkAppIds;

/** Names in several scripts, long ones, and ids with all that PromQL and regular expressions treat specially. */
const named: readonly (readonly [id: string, name?: string])[] = [
  ['live-1', 'Study with me 📚'],
  ['live-2', '深夜食堂 · 陪你吃夜宵'],
  ['live-3', 'Late night talk with friends from all over the world, every day from 8 to midnight'],
  ['room "4" (a|b)', 'Quotes "and" brackets'],
  [String.raw`back\slash$5`, String.raw`C:\stream`],
  ['live-6', 'غرفة الموسيقى'],
  ['live-7'],
];

/** Rooms of a usual size distribution: a few large ones and many small ones. */
function rooms(count: number, largest = 24_000): readonly Room[] {
  return Array.from({ length: count }, (_, index) => {
    const [id, name] = named[index] ?? [`live-${String(index + 1)}`, `Room number ${String(index + 1)}`];
    return {
      id,
      ...(name === undefined ? {} : { name }),
      viewers: Math.round(largest / (index + 1) ** 1.1),
      // Some of them began lately.
      started: index % 4 === 3 ? 30 + ((index * 37) % 300) : 400,
    };
  });
}

const losing = (loss: Room['loss']) => (room: Room, index: number) =>
  index % 3 === 0 && loss !== undefined ? { ...room, loss } : room;

const finale = { id: 'finale', name: 'The show that ended', viewers: 15_000, started: 200 };
const mainApp = { sdkAppId: firstApp, name: 'main-site' };
const shownRoom = { sdkAppId: firstApp, roomId: 'live-1' };

export const worlds: readonly World[] = [
  {
    name: 'calm',
    isNew: false,
    apps: [{ ...mainApp, rooms: rooms(24) }],
    // Fires all the time, as alerts for information do, and must not hide anything.
    alerts: [{ name: 'TencentLiveRoomsDropped', severity: 'info', scope: 'app', sdkAppId: firstApp, since: 400 }],
    shownRoom,
  },
  {
    name: 'drop',
    isNew: false,
    apps: [
      {
        ...mainApp,
        rooms: rooms(30)
          .map(losing({ at: 25, share: 0.7 }))
          .concat({ ...finale, ended: 45 }),
      },
    ],
    alerts: [
      {
        name: 'TencentLivePlatformAudienceDrop',
        severity: 'critical',
        scope: 'platform',
        sdkAppId: firstApp,
        since: 23,
      },
      ...['live-1', 'room "4" (a|b)', 'live-7', 'live-10'].map((roomId) => ({
        name: 'TencentLiveRoomAudienceDrop',
        severity: 'warning' as const,
        scope: 'room' as const,
        sdkAppId: firstApp,
        roomId,
        since: 24,
      })),
    ],
    shownRoom,
  },
  {
    name: 'outage',
    isNew: false,
    apps: [{ ...mainApp, rooms: rooms(24), failure: { since: 22, reason: 'network' } }],
    alerts: [{ name: 'TencentLiveCollectionStale', severity: 'critical', scope: 'app', sdkAppId: firstApp, since: 17 }],
    shownRoom,
  },
  {
    name: 'one app down',
    isNew: false,
    apps: [
      { ...mainApp, rooms: rooms(20).concat({ ...finale, ended: 20 }) },
      { sdkAppId: secondApp, name: 'games', rooms: rooms(12, 9000) },
      {
        sdkAppId: thirdApp,
        name: 'shopping',
        rooms: rooms(8, 5000),
        failure: { since: 75, reason: 'credentials' },
      },
    ],
    alerts: [
      { name: 'TencentLiveCredentialsRefused', severity: 'critical', scope: 'app', sdkAppId: thirdApp, since: 72 },
    ],
    shownRoom: { sdkAppId: firstApp, roomId: finale.id },
  },
  {
    name: 'no rooms',
    isNew: true,
    apps: [{ ...mainApp, rooms: [] }],
    alerts: [],
    shownRoom: { sdkAppId: firstApp, roomId: '' },
  },
  {
    name: 'colliding ids',
    isNew: false,
    apps: sdkAppIds.map((sdkAppId, index) => ({
      sdkAppId,
      name: ['main-site', 'games', 'shopping'][index] ?? '',
      rooms: rooms(15, 20_000 / (index + 1)),
    })),
    alerts: [
      {
        name: 'TencentLiveRoomAudienceDrop',
        severity: 'warning',
        scope: 'room',
        sdkAppId: secondApp,
        roomId: 'live-1',
        since: 9,
      },
    ],
    shownRoom: { sdkAppId: secondApp, roomId: 'live-1' },
  },
];
