import type { Room } from '../../src/rooms/room.ts';
import { newLifecycle } from '../../src/rooms/lifecycle.ts';
import type { AppStatus } from '../../src/status/app-status.ts';
import type { FailureClass, LastCollection } from '../../src/status/polling-history.ts';
import { RoomMemory } from '../../src/status/room-memory.ts';
import type { WebhookStatus } from '../../src/status/webhook-status.ts';
import { roomTasks, taskNames } from '../../src/tasks/tasks.ts';
import type { StatusData } from '../../src/web/status/status-data.ts';
import { FakeClock } from './fake-clock.ts';
import { appWith, startMs } from './sample-rooms.ts';

type WorldRoom = { -readonly [Key in keyof Room]: Room[Key] };

/** Apps with rooms whose audiences are known at each moment. */
export interface StatusWorld {
  readonly clock: FakeClock;
  readonly memory: RoomMemory;
  readonly rooms: ReadonlyMap<number, ReadonlyMap<string, WorldRoom>>;
  /** The state of an app from now on, apart from its rooms. */
  readonly setApp: (sdkAppId: number, status: Partial<AppStatus>) => void;
  readonly setCollection: (sdkAppId: number, last: LastCollection | undefined) => void;
  readonly failures: FailureClass[];
  /** Time passes, while rooms are polled or, in an outage, are not. */
  readonly pass: (ms: number, options?: { readonly without?: readonly number[] }) => Promise<void>;
  readonly data: () => StatusData;
}

const firstApp = 1_400_000_001;

/** Every response is this old when it becomes stale. */
const freshForMs = 90_000;

export function statusWorld({
  apps = 3,
  roomsPerApp = 40,
}: { readonly apps?: number; readonly roomsPerApp?: number } = {}): StatusWorld {
  const clock = new FakeClock(startMs);
  const ids = Array.from({ length: apps }, (_, index) => firstApp + index);
  const rooms = new Map(
    ids.map((sdkAppId, app) => [
      sdkAppId,
      new Map(
        Array.from({ length: roomsPerApp }, (_, index) => {
          const room = worldRoom(`live-${index}`, `Evening show #${app + 1}.${index}`);
          return [room.id, room] as const;
        }),
      ),
    ]),
  );
  const statuses = new Map(ids.map((sdkAppId, index) => [sdkAppId, upApp({ sdkAppId, index, roomsPerApp })]));
  const collections = new Map<number, LastCollection | undefined>();
  const failures: FailureClass[] = [];
  const memory = new RoomMemory(clock);
  const allRooms = function* () {
    for (const [sdkAppId, ofApp] of rooms) for (const room of ofApp.values()) yield { sdkAppId, room };
  };
  const poll = (without: readonly number[] = []) => {
    for (const { sdkAppId, room } of allRooms()) {
      const { online_members: online } = room.latest;
      if (!without.includes(sdkAppId)) respond(room, clock.steady());
      else if (online !== undefined && clock.steady() - online.atMs > freshForMs) room.latest = {};
    }
  };
  const appStatuses = () => [...statuses.values()];
  poll();
  let isStarted = false;
  const start = () => {
    if (!isStarted) memory.start({ statuses: appStatuses, rooms: allRooms });
    isStarted = true;
  };
  return {
    clock,
    memory,
    rooms,
    setApp: (sdkAppId, status) => {
      const before = statuses.get(sdkAppId);
      if (before !== undefined) statuses.set(sdkAppId, { ...before, ...status });
    },
    setCollection: (sdkAppId, last) => collections.set(sdkAppId, last),
    failures,
    pass: async (ms, { without } = {}) => {
      start();
      for (let passed = 0; passed < ms; passed += pollEveryMs) {
        await clock.advance(pollEveryMs);
        poll(without);
      }
    },
    data: () => ({
      version: '1.2.3',
      nowMs: clock.now(),
      telemetryPath: '/metrics',
      readiness: undefined,
      apps: appStatuses(),
      history: {
        lastCollection: ({ sdkAppId }) =>
          collections.has(sdkAppId)
            ? collections.get(sdkAppId)
            : {
                succeeded: true,
                finishedAtMs: clock.now() - 2000,
                durationSeconds: 1.5,
                lastSuccessAtMs: clock.now() - 2000,
              },
        callsPerSecond: () => 4,
        failures: () => failures.map((failure) => ({ ...failure, atMs: clock.now() - 2000 })),
      },
      nextTriggerAtMs: () => clock.now() + 8000,
      rooms: {
        rooms: allRooms,
        room: ({ sdkAppId, roomId }) => rooms.get(sdkAppId)?.get(roomId),
        memory,
        clock,
      },
    }),
  };
}

const pollEveryMs = 10_000;

function upApp({
  sdkAppId,
  index,
  roomsPerApp,
}: {
  readonly sdkAppId: number;
  readonly index: number;
  readonly roomsPerApp: number;
}): AppStatus {
  return appWith({
    sdkAppId,
    name: `site-${index + 1}`,
    up: true,
    knownRooms: roomsPerApp,
    queues: ['get_room_list' as const, ...roomTasks.map(({ command }) => command.name)].map((command) => ({
      command,
      inFlight: 3,
      queueLength: 12,
      queueOldestSeconds: 0.4,
      rateLimit: 100,
    })),
    tasks: taskNames.map((task) => ({ task, intervalSeconds: 60, available: true })),
    userSigExpirySeconds: startMs / 1000 + 86_400,
  });
}

function worldRoom(id: string, roomName: string): WorldRoom {
  return {
    id,
    latest: { room_list: { atMs: startMs, value: { roomId: id, roomName, viewCount: 5000 } } },
    lifecycle: { ...newLifecycle, kind: 'live', isListed: true },
    isConfigured: false,
    isFiltered: false,
    isSelected: true,
    notLiveAtMs: undefined,
    carried: undefined,
    peakOnlineMembers: 0,
    twiceViewerSeconds: 7_200_000,
    observedSeconds: 3600,
    listedCreateTime: startMs / 1000 - 7200,
  };
}

/** Each room has a size of its own, and its audience comes and goes within half an hour. */
function respond(room: WorldRoom, atMs: number): void {
  const index = Number(room.id.replace('live-', ''));
  const wave = 1 + 0.3 * Math.sin((atMs - startMs) / 300_000 + index);
  const onlineMembers = Math.round((20_000 / (1 + index)) * wave);
  const { roomName } = room.latest.room_list?.value ?? { roomName: `Evening show #${index}` };
  room.latest = {
    room_list: { atMs, value: { roomId: room.id, roomName, viewCount: 5000 + index } },
    member_list: { atMs, value: { memberCount: onlineMembers + 10 } },
    online_members: { atMs, value: { onlineMembers } },
  };
  room.peakOnlineMembers = Math.max(room.peakOnlineMembers ?? 0, onlineMembers);
}

/** No app is polled, and no room is known. */
export const emptyStatus: StatusData = {
  version: '1.2.3',
  nowMs: startMs,
  telemetryPath: '/metrics',
  readiness: undefined,
  apps: [],
  history: { lastCollection: () => undefined, callsPerSecond: () => 0, failures: () => [] },
  nextTriggerAtMs: () => undefined,
  rooms: {
    rooms: () => [],
    room: () => undefined,
    memory: new RoomMemory(new FakeClock(startMs)),
    clock: new FakeClock(startMs),
  },
};

/** A receiver of webhooks. */
export const sampleWebhooks: WebhookStatus = {
  address: '127.0.0.1:19124',
  queueLength: 3,
  requests: {
    accepted: 1234,
    ignored: 5,
    no_sign: 0,
    bad_sign: 2,
    stale: 0,
    wrong_app: 0,
    malformed: 1,
    dropped: 0,
  },
  lastAcceptedAtMs: startMs - 5000,
};

/** The states in which an operator may find the page. */
export const statusStates = ['calm', 'drop', 'outage', 'one app down', 'no rooms', 'first listing'] as const;

/** What the page has to say in a state, after an hour of calm. */
export async function worldIn(state: (typeof statusStates)[number]): Promise<StatusWorld> {
  const hasRooms = state !== 'no rooms' && state !== 'first listing';
  const world = statusWorld({ roomsPerApp: hasRooms ? 40 : 0 });
  const ids = [...world.rooms.keys()];
  if (state !== 'first listing') await world.pass(3_600_000);
  const minutesAgo = (minutes: number): LastCollection => ({
    succeeded: false,
    finishedAtMs: world.clock.now() - 1000,
    durationSeconds: 5,
    lastSuccessAtMs: world.clock.now() - minutes * 60_000,
  });
  switch (state) {
    case 'calm':
    case 'no rooms':
      break;
    case 'drop':
      for (const [sdkAppId, rooms] of world.rooms) {
        for (const room of [...rooms.values()].slice(0, 5)) {
          const value = { onlineMembers: 40 };
          room.latest = { ...room.latest, online_members: { atMs: world.clock.steady(), value } };
        }
        const room = rooms.get('live-7');
        if (room === undefined) continue;
        world.memory.sessionEnded(sdkAppId, endedSession(room, world.clock.steady()));
      }
      break;
    case 'outage':
      await world.pass(180_000, { without: ids });
      world.failures.push(...ids.map((sdkAppId) => failureOf(sdkAppId, { reason: 'timeout' })));
      for (const sdkAppId of ids) {
        world.setApp(sdkAppId, { up: false });
        world.setCollection(sdkAppId, minutesAgo(3));
      }
      break;
    case 'one app down': {
      const [, down = 0, crowded = 0] = ids;
      await world.pass(180_000, { without: [down] });
      const refusal = { reason: 'credentials', code: 70_009, command: 'get_room_list', requestId: 'Id-1' } as const;
      world.failures.push(failureOf(down, refusal));
      world.setApp(down, { up: false, refusal: { ...refusal, text: 'error 70009' } });
      world.setCollection(down, minutesAgo(3));
      const wouldFit = 'a schedule every 15 s or rooms.limit 1000 or quota.share 0.75';
      const misfit = {
        task: 'online_members',
        rooms: 1500,
        intervalSeconds: 10,
        collectionSeconds: 15,
        wouldFit,
      } as const;
      world.setApp(crowded, { scheduleMisfits: [misfit] });
      break;
    }
    case 'first listing':
      for (const sdkAppId of ids) {
        world.setCollection(sdkAppId, undefined);
        const firstListing = { rooms: 1240, pages: 62, runningSeconds: 12.4 };
        world.setApp(sdkAppId, { up: undefined, knownRooms: undefined, firstListing });
      }
      break;
  }
  return world;
}

function failureOf(sdkAppId: number, failure: Partial<FailureClass>): FailureClass {
  return { sdkAppId, reason: 'unknown', count: 17, command: 'get_online_member_num', atMs: startMs, ...failure };
}

function endedSession(room: WorldRoom, endedAtMs: number): Parameters<RoomMemory['sessionEnded']>[1] {
  return {
    roomId: room.id,
    roomName: room.latest.room_list?.value.roomName,
    ownerAccount: 'host',
    createdAtSeconds: startMs / 1000 - 7200,
    endedAtMs,
    found: { task: 'room_info', reason: 'gone' },
    viewerSeconds: 3_600_000,
    observedSeconds: 3600,
    peakOnlineMembers: room.peakOnlineMembers,
    peakAtSeconds: startMs / 1000,
    views: 5000,
    stats: undefined,
    finalStatistic: undefined,
  };
}
