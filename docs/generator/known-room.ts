import type { LatestValues } from '../../src/rooms/latest-values.ts';

const atMs = Date.UTC(2026, 0, 1);
const facts = {
  roomName: 'Evening show',
  ownerAccount: 'host',
  categories: '3',
  createTimeSeconds: atMs / 1000,
  activityStatus: 1,
  viewCount: 5000,
};

/** A room for which every task has read every documented field: a metric without a value here is read by no task. */
export const knownRoom: Required<LatestValues> = {
  room_list: { atMs, value: { roomId: 'room-1', ...facts } },
  room_info: {
    atMs,
    value: {
      ...facts,
      roomType: 'Live',
      seatsEnabled: true,
      takeSeatMode: 'apply',
      maxSeats: 20,
      maxMembers: 6000,
      muted: false,
      public: true,
    },
  },
  online_members: { atMs, value: { onlineMembers: 873 } },
  member_list: { atMs, value: { memberCount: 903 } },
  group_members: { atMs, value: { listedMembers: 500, markedMembers: new Map([[1000, 7]]), joins: 12 } },
  room_stats: {
    atMs,
    value: { viewers: 4000, gifts: 31, giftCoins: 12_400, giftSenders: 9, likes: 100_000, messages: 2500 },
  },
};
