import type { ExpositionConfig } from '../../src/config/config.ts';
import type { LatestValues } from '../../src/rooms/latest-values.ts';
import type { RoomListener } from '../../src/rooms/room.ts';
import type { AppStatus } from '../../src/status/app-status.ts';
import { roomTasks, taskNames } from '../../src/tasks/tasks.ts';

/** An app with every task and command, so that the exporter has as many metrics of its own as possible. */
export const benchApp: AppStatus = {
  sdkAppId: 1_400_000_000,
  name: 'bench',
  region: 'china',
  up: true,
  refusal: undefined,
  knownRooms: 100_000,
  firstListing: undefined,
  droppedRooms: { limit: 0, filter: 0 },
  counters: { viewerSeconds: 1_000_000, roomsStarted: 1000, roomsEnded: 1000 },
  massEndSuspected: false,
  roomFiles: [],
  queues: ['get_room_list' as const, ...roomTasks.map((task) => task.command.name)].map((command) => ({
    command,
    inFlight: 3,
    queueLength: 1000,
    queueOldestSeconds: 5,
    rateLimit: 100,
  })),
  tasks: taskNames.map((task) => ({ task, intervalSeconds: 60, available: true })),
  scheduleMisfits: [],
  userSigExpirySeconds: 1_800_000_000,
};

/** Ten series for each room, about 100 bytes each. Two of them change with each response of online_members. */
export const tenFamilies: ExpositionConfig = {
  staleAfter: 3,
  endedRetentionMs: 1_800_000,
  infoLabels: ['room_name'],
  families: { include: [], exclude: [/_max_seats$/, /_activity_status$/] },
  maxSeries: 2_000_000,
};

export const seriesPerRoom = 10;

export interface BenchRoom {
  readonly id: string;
  readonly latest: { -readonly [Task in keyof LatestValues]: LatestValues[Task] };
}

/** A room with a response of each command that is enabled by default; the sizes decrease as those of real audiences. */
export function benchRoom(rank: number): BenchRoom {
  const roomId = `live-room-${String(100_000_000 + rank * 7919)}`;
  const audience = Math.ceil(20_000 / (rank + 1) ** 0.7);
  const atMs = 1_700_000_000_000 + rank;
  const roomName = `Evening show ${String(rank)}`;
  const createTimeSeconds = 1_699_990_000 + rank;
  const viewCount = audience * 12;
  const settings = { maxMembers: 6000, seatsEnabled: true, muted: false, public: true };
  return {
    id: roomId,
    latest: {
      room_list: { atMs, value: { roomId, roomName, createTimeSeconds, viewCount } },
      room_info: { atMs, value: { roomName, createTimeSeconds, viewCount, ...settings } },
      online_members: { atMs, value: { onlineMembers: audience } },
      member_list: { atMs, value: { memberCount: audience + 3 } },
    },
  };
}

const ticksPerSecond = 100;

/** Changes a share of the rooms each second, a few at a time, as polling does. */
export function startChanges(rooms: readonly BenchRoom[], share: number, listener: RoomListener): void {
  let next = 0;
  let due = 0;
  setInterval(() => {
    due += (rooms.length * share) / ticksPerSecond;
    for (; due >= 1; due -= 1) {
      // The step is prime, so it reaches all rooms in a scattered order.
      next = (next + 7919) % rooms.length;
      const room = rooms[next];
      if (room === undefined) continue;
      const onlineMembers = (room.latest.online_members?.value.onlineMembers ?? 0) + 1;
      room.latest.online_members = { atMs: Date.now(), value: { onlineMembers } };
      listener.published(room);
    }
  }, 1000 / ticksPerSecond);
}
