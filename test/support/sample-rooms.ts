import type { ExpositionConfig } from '../../src/config/config.ts';
import type { AudienceTrend } from '../../src/rooms/audience-history.ts';
import type { RoomView } from '../../src/rooms/room.ts';
import { noAppCounters } from '../../src/rooms/session.ts';
import type { AppStatus } from '../../src/status/app-status.ts';

/** 2023-08-29T00:22:34Z. */
export const startMs = 1_693_268_554_000;

export const expositionConfig: ExpositionConfig = {
  staleAfter: 3,
  endedRetentionMs: 1_800_000,
  infoLabels: ['room_name'],
  families: { include: [], exclude: [] },
  maxSeries: 2_000_000,
};

/** How an audience develops that has halved. */
export const losingTrend: AudienceTrend = {
  baseline: 1745.98,
  dropRatio: 0.500_038,
  deviation: 20.04,
  loss: { startedAtMs: startMs - 60_250, stepRatio: 0.487_654, regainedRatio: 0.012_345 },
};

/** A room with a response of every command. */
export const completeRoom: RoomView = {
  id: 'room-1',
  twiceViewerSeconds: 1_234_567,
  observedSeconds: 3500,
  peakOnlineMembers: 912,
  peakAtSeconds: startMs / 1000 - 60,
  memberChanges: { enter: 5210, reconnect: 44, leave: 3900, disconnect: 320, kicked: 3, other: 1, isHeld: false },
  audienceSlot: 0,
  latest: {
    room_list: {
      atMs: startMs,
      value: {
        roomId: 'room-1',
        roomName: 'Evening show',
        ownerAccount: '144115233775727695',
        categories: '3,14',
        createTimeSeconds: 1_693_200_000,
        activityStatus: 1,
        viewCount: 5000,
        memberCount: 901,
        onlineCount: 870,
      },
    },
    room_info: {
      atMs: startMs + 1000,
      value: {
        roomName: 'Evening show, part 2',
        roomType: 'Live',
        createTimeSeconds: 1_693_200_000,
        viewCount: 5012,
        seatsEnabled: true,
        takeSeatMode: 'apply',
        maxSeats: 20,
        maxMembers: 6000,
        muted: false,
        public: true,
      },
    },
    online_members: { atMs: startMs + 2123, value: { onlineMembers: 873 } },
    member_list: { atMs: startMs + 3000, value: { memberCount: 903 } },
    group_members: {
      atMs: startMs + 4000,
      value: {
        listedMembers: 500,
        markedMembers: new Map([
          [1000, 7],
          [1001, 0],
        ]),
        joins: 12,
      },
    },
    room_stats: {
      atMs: startMs + 5000,
      value: { viewers: 4000, gifts: 31, giftCoins: 12_400, giftSenders: 9, likes: 100_000, messages: 2500 },
    },
    seat_list: { atMs: startMs + 6000, value: { takenSeats: 7 } },
  },
};

/** A room with a known name and number of online members. */
export function namedRoom(id: string, roomName: string): RoomView {
  return {
    id,
    latest: {
      room_list: { atMs: startMs, value: { roomId: id, roomName } },
      online_members: { atMs: startMs, value: { onlineMembers: 0 } },
    },
  };
}

export const endedRoom: RoomView = {
  id: 'ended',
  latest: {},
  endedAtMs: startMs + 123,
  listedCreateTime: startMs / 1000 - 3600,
  mostViews: 5100,
  twiceViewerSeconds: 2_000_001,
  observedSeconds: 3590,
  peakOnlineMembers: 930,
  peakAtSeconds: startMs / 1000 - 600,
};

/** Names and ids that break an exposition with careless escaping. */
export const hostileRooms: readonly RoomView[] = [
  namedRoom('@TGS#a"b\\c d', 'quotes " and backslashes \\ and both \\"'),
  namedRoom('newlines', 'line\nfeed, carriage\rreturn, literal \\n'),
  namedRoom('injection', '"} 1\ntencent_live_room_online_members{room_id="x'),
  namedRoom('nul', 'before\0after'),
  namedRoom('separators', '\u2028 \u2029 \u0085 \t {}=, # EOF'),
  namedRoom('emoji', '🎮 👩‍👩‍👧 直播间'),
  namedRoom('surrogates', 'lone high \ud83c, lone low \udfae, swapped \udfae\ud83c'),
  namedRoom('long', '长'.repeat(400)),
  namedRoom('empty', ''),
];

/** An app with the given status; everything else is unknown or empty. */
export function appWith(status: Partial<AppStatus>): AppStatus {
  return {
    sdkAppId: 1_400_000_000,
    name: '',
    region: 'china',
    up: undefined,
    refusal: undefined,
    knownRooms: undefined,
    firstListing: undefined,
    droppedRooms: { limit: 0, filter: 0 },
    counters: noAppCounters,
    massEndSuspected: false,
    roomFiles: [],
    queues: [],
    tasks: [],
    scheduleMisfits: [],
    userSigExpirySeconds: undefined,
    ...status,
  };
}

/** The exported rooms of `completeApp`. */
export const completeAppRooms: readonly RoomView[] = [completeRoom, ...hostileRooms, endedRoom];

/** An app with a known value in every field. */
export const completeApp: AppStatus = appWith({
  name: 'main "site"',
  up: true,
  knownRooms: 14,
  droppedRooms: { limit: 1, filter: 2 },
  counters: { viewerSeconds: 3_600_000.5, roomsStarted: 15, roomsEnded: 3 },
  roomFiles: [
    { path: '/etc/rooms.d/"a".yml', failed: false },
    { path: '/etc/rooms.d/b\\c.yml', failed: true },
  ],
  queues: [{ command: 'get_online_member_num', inFlight: 2, queueLength: 3, queueOldestSeconds: 0.5, rateLimit: 100 }],
  tasks: [
    {
      task: 'online_members',
      intervalSeconds: 10,
      available: true,
      firstRound: { progress: 0.25, remainingSeconds: 150 },
    },
  ],
  userSigExpirySeconds: 1_693_354_954,
});
