import type { ExpositionConfig } from '../../src/config/config.ts';
import type { LatestValues } from '../../src/rooms/latest-values.ts';
import type { RoomListener, RoomView } from '../../src/rooms/room.ts';

/** Ten series a room, about 100 bytes each, of which two change with each answer of online_members. */
export const tenFamilies: ExpositionConfig = {
  staleAfter: 3,
  endedRetentionMs: 1_800_000,
  infoLabels: ['room_name'],
  families: { include: [], exclude: [/_max_seats$/, /_activity_status$/] },
  maxSeries: 2_000_000,
};

export const seriesPerRoom = 10;

/** A room with an answer of each command that the defaults enable; sizes fall off as audiences do. */
export function benchRoom(rank: number): RoomView & { readonly latest: LatestValues } {
  const roomId = `live-room-${String(100_000_000 + rank * 7919)}`;
  const audience = Math.ceil(20_000 / (rank + 1) ** 0.7);
  const atMs = 1_700_000_000_000 + rank;
  const roomName = `Evening show ${String(rank)}`;
  const createTimeSeconds = 1_699_990_000 + rank;
  const viewCount = audience * 12;
  return {
    id: roomId,
    latest: {
      room_list: { atMs, value: { roomId, roomName, createTimeSeconds, viewCount } },
      room_info: {
        atMs,
        value: {
          roomName,
          createTimeSeconds,
          viewCount,
          maxMembers: 6000,
          seatsEnabled: true,
          muted: false,
          public: true,
        },
      },
      online_members: { atMs, value: { onlineMembers: audience } },
      member_list: { atMs, value: { memberCount: audience + 3 } },
    },
  };
}

export type BenchRoom = ReturnType<typeof benchRoom>;

const ticksPerSecond = 100;

/** New answers for a share of the rooms each second, as polling gives them: a few at a time. Returns what stops it. */
export function startChurn(rooms: readonly BenchRoom[], share: number, listener: RoomListener): () => void {
  let next = 0;
  let due = 0;
  const timer = setInterval(() => {
    due += (rooms.length * share) / ticksPerSecond;
    for (; due >= 1; due -= 1) {
      // A step that has no divisor in common with the number of rooms meets all of them, scattered.
      next = (next + 7919) % rooms.length;
      const room = rooms[next];
      if (room === undefined) continue;
      const onlineMembers = (room.latest.online_members?.value.onlineMembers ?? 0) + 1;
      room.latest.online_members = { atMs: Date.now(), value: { onlineMembers } };
      listener.published(room);
    }
  }, 1000 / ticksPerSecond);
  return () => clearInterval(timer);
}
