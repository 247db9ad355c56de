import { boolean } from '../config-file/scalars.ts';
import { getAppidGroupList, groupsPerPage } from '../tencent/commands/get-appid-group-list.ts';
import { getMemberList } from '../tencent/commands/get-member-list.ts';
import { getOnlineMemberNum } from '../tencent/commands/get-online-member-num.ts';
import { getRoomInfo } from '../tencent/commands/get-room-info.ts';
import { getRoomList, type ListedRoom, roomsPerPage } from '../tencent/commands/get-room-list.ts';
import { getRoomStats, type RoomStats } from '../tencent/commands/get-room-stats.ts';
import { getSeatList, hasNoSeats, type SeatList } from '../tencent/commands/get-seat-list.ts';
import { groupMembers } from './group-members.ts';
import type { ListTask, RoomLister, RoomTask, RoomToRead } from './task.ts';

// Every task is defined here, once. Configuration, registry, polling, doctor, status page and documentation iterate over
// these definitions. A new task also needs its command (tencent/commands), its metrics (metrics/rooms/catalogue.ts) and
// the simulator's response.

const exampleFacts = {
  roomName: 'Evening show',
  ownerAccount: 'host',
  categories: '3',
  createTimeSeconds: 1_767_225_600,
  activityStatus: 1,
  viewCount: 5000,
};

const liveRooms: RoomLister = { command: getRoomList, roomsPerPage, maxPages: 10_000 };

export const roomList = {
  kind: 'list',
  name: 'room_list',
  description: 'Reads the list of live rooms: their ids, names and view counts.',
  schedule: '*/15 * * * * *',
  enabled: true,
  listers: {
    live: liveRooms,
    chat: { command: getAppidGroupList, roomsPerPage: groupsPerPage, maxPages: 100 },
    // No list is read, but the schedule still verifies configured rooms that have ended and may return.
    none: liveRooms,
  },
  settings: {
    useCounts: boolean()
      .prefault(false)
      .describe(
        'Whether the undocumented OnlineCount and MemberCount of the list are used too, if they are newer. Their 0 is ignored: it was seen in rooms with an audience.',
      ),
  },
  example: { roomId: 'room-1', ...exampleFacts },
} as const satisfies ListTask;

/** The part of a definition that reads a room with a single call. */
function oneCall<Value>(read: (room: RoomToRead) => Promise<Value | undefined>) {
  return { callsPerRoom: () => 1, read: (room: RoomToRead) => async () => ({ value: await read(room) }) };
}

const roomInfo = {
  kind: 'room',
  name: 'room_info',
  description: 'Reads the info of each room: seats, limits, mute state and times.',
  command: getRoomInfo,
  schedule: '0 * * * * *',
  enabled: true,
  cacheAgeMs: 0,
  liveRoomsOnly: true,
  verifies: 'live',
  ...oneCall(({ roomId, call }) => call(getRoomInfo, { roomId })),
  example: {
    ...exampleFacts,
    roomType: 'Live',
    seatsEnabled: true,
    takeSeatMode: 'apply',
    maxSeats: 20,
    maxMembers: 6000,
    muted: false,
    public: true,
  },
} as const satisfies RoomTask;

const onlineMembers = {
  kind: 'room',
  name: 'online_members',
  description: 'Reads how many members of each room are online.',
  command: getOnlineMemberNum,
  schedule: '*/10 * * * * *',
  enabled: true,
  cacheAgeMs: 10_000,
  liveRoomsOnly: false,
  verifies: 'group',
  ...oneCall(({ roomId, call }) => call(getOnlineMemberNum, { roomId })),
  example: { onlineMembers: 873 },
} as const satisfies RoomTask;

const memberList = {
  kind: 'room',
  name: 'member_list',
  description: 'Reads the member count of each room.',
  command: getMemberList,
  schedule: '0 * * * * *',
  enabled: true,
  cacheAgeMs: 40_000,
  liveRoomsOnly: true,
  ...oneCall(({ roomId, call }) => call(getMemberList, { roomId })),
  example: { memberCount: 903 },
} as const satisfies RoomTask;

const roomStats = {
  kind: 'room',
  name: 'room_stats',
  description: "Reads each room's totals of viewers, gifts, likes and messages.",
  command: getRoomStats,
  schedule: '*/30 * * * * *',
  enabled: false,
  cacheAgeMs: 0,
  liveRoomsOnly: true,
  callsPerRoom: () => 1,
  read:
    ({ roomId, call, carried }) =>
    async () =>
      growingTotals(await call(getRoomStats, { roomId }), carried() as RoomStats | undefined),
  example: { viewers: 4000, gifts: 31, giftCoins: 12_400, giftSenders: 9, likes: 100_000, messages: 2500 },
} as const satisfies RoomTask;

/**
 * The totals that a response has, none of them smaller than in a response before: in Prometheus, a counter that goes
 * backwards has started again. `carried` has the largest of each so far.
 */
function growingTotals(totals: RoomStats = {}, before: RoomStats = {}) {
  const known = Object.entries(totals).filter((entry): entry is [keyof RoomStats, number] => entry[1] !== undefined);
  if (known.length === 0) return { value: undefined };
  const value: RoomStats = Object.fromEntries(known.map(([name, total]) => [name, Math.max(total, before[name] ?? 0)]));
  return { value, carried: { ...before, ...value } };
}

const seatList = {
  kind: 'room',
  name: 'seat_list',
  description: 'Reads how many microphone seats of each room are taken.',
  command: getSeatList,
  schedule: '*/30 * * * * *',
  enabled: false,
  cacheAgeMs: 0,
  liveRoomsOnly: true,
  ...oneCall(({ roomId, call }) =>
    call(getSeatList, { roomId }).catch((error: unknown): SeatList => {
      if (hasNoSeats(error)) return {};
      throw error;
    }),
  ),
  example: { takenSeats: 7 },
} as const satisfies RoomTask;

/** All tasks that make their calls room by room, in the order in which users read them. */
export const roomTasks = [roomInfo, onlineMembers, memberList, groupMembers, roomStats, seatList] as const;

/** All tasks, in the order in which users read them. */
export const tasks = [roomList, ...roomTasks] as const;

export type RoomTaskName = (typeof roomTasks)[number]['name'];
export type TaskName = (typeof tasks)[number]['name'];

export const taskNames: readonly TaskName[] = tasks.map(({ name }) => name);

/** The definition of a task that makes its calls room by room. Its settings are those of the configuration. */
export function roomTaskOf(name: RoomTaskName): RoomTask {
  return roomTaskByName[name];
}

const roomTaskByName = Object.fromEntries(roomTasks.map((task) => [task.name, task])) as unknown as Readonly<
  Record<RoomTaskName, RoomTask>
>;

type ReadValue<Read extends RoomTask['read']> = NonNullable<
  Exclude<Awaited<ReturnType<ReturnType<Read>>>, 'more'>['value']
>;

/** What each task reads of a room. */
export type TaskValues = {
  readonly room_list: ListedRoom;
} & { readonly [Task in (typeof roomTasks)[number] as Task['name']]: ReadValue<Task['read']> };
