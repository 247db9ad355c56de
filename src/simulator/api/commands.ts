import { commandsOf, type WebhookSettings } from '../webhooks/settings.ts';
import type { Broadcast } from '../world/broadcast.ts';
import type { World } from '../world/world.ts';
import { ApiError } from './api-error.ts';
import { getMemberList, getMembers } from './members.ts';
import { readGroupId, readRoomId, type RequestBody } from './request.ts';
import { getAppIdGroupList, getRoomInfo, getRoomList, getRoomStats } from './rooms.ts';

/** What a command needs to respond. */
interface CommandContext {
  readonly world: World;
  readonly body: RequestBody;
  /** The most members that get_members and get_member_list return. */
  readonly memberListCap: number;
  /** The page size of get_members. */
  readonly groupMembersPageSize: number;
  /** Undefined if the app has no webhooks. */
  readonly webhooks: WebhookSettings | undefined;
}

interface ServedCommand {
  readonly service: string;
  /** The documented quota of each app. */
  readonly callsPerSecond: number;
  /** Live responses have a `RequestId`, and the payload under `Response`. Chat responses have it at the top level. */
  readonly family: 'live' | 'chat';
  /** Returns the payload of the response. Throws {@link ApiError}. */
  readonly respond: (context: CommandContext) => unknown;
}

const live = 'live_engine_http_srv';

/** The page size of get_member_list; Tencent does not document it. */
const memberListPageSize = 100;

export const servedCommands = {
  get_room_list: {
    service: live,
    callsPerSecond: 10,
    family: 'live',
    respond: ({ world, body }) => getRoomList(world, body),
  },
  get_room_info: {
    service: live,
    callsPerSecond: 200,
    family: 'live',
    respond: (context) => getRoomInfo(roomOf(context, 100004), context.world.now()),
  },
  get_member_list: {
    service: live,
    callsPerSecond: 200,
    family: 'live',
    respond: (context) =>
      getMemberList(roomOf(context, 100006), {
        body: context.body,
        nowMs: context.world.now(),
        cap: context.memberListCap,
        pageSize: memberListPageSize,
      }),
  },
  get_room_stats: {
    service: live,
    callsPerSecond: 100,
    family: 'live',
    respond: (context) => getRoomStats(roomOf(context, 100006), context.world.now()),
  },
  get_seat_list: {
    service: 'room_engine_http_mic',
    callsPerSecond: 200,
    family: 'live',
    respond: (context) => getSeatList(roomOf(context, 100006), context.world.now()),
  },
  get_online_member_num: {
    service: 'group_open_http_svc',
    callsPerSecond: 200,
    family: 'chat',
    respond: (context) => ({ OnlineMemberNum: groupOf(context).onlineAt(context.world.now()) }),
  },
  get_members: {
    service: 'group_open_avchatroom_http_svc',
    callsPerSecond: 200,
    family: 'chat',
    respond: (context) =>
      getMembers(groupOf(context), {
        body: context.body,
        nowMs: context.world.now(),
        cap: context.memberListCap,
        pageSize: context.groupMembersPageSize,
      }),
  },
  get_appid_group_list: {
    service: 'group_open_http_svc',
    callsPerSecond: 1,
    family: 'chat',
    respond: ({ world, body }) => getAppIdGroupList(world, body),
  },
  get_callback: {
    service: 'live_config',
    callsPerSecond: 200,
    family: 'live',
    respond: ({ webhooks }) => getCallback(webhooks),
  },
  get_callback_token: {
    service: 'live_config',
    callsPerSecond: 200,
    family: 'live',
    respond: ({ webhooks }) => getCallbackToken(webhooks),
  },
} as const satisfies Record<string, ServedCommand>;

export type ServedCommandName = keyof typeof servedCommands;

export const servedCommandNames = Object.keys(servedCommands) as readonly ServedCommandName[];

/** The command that a URL path names; undefined for any other path. */
export function commandOfPath(path: string): ServedCommandName | undefined {
  const [, version, service, name = ''] = path.split('/');
  const command = servedCommandNames.find((known) => known === name);
  if (command === undefined || version !== 'v4' || servedCommands[command].service !== service) return undefined;
  return path === `/v4/${service}/${command}` ? command : undefined;
}

/** The live room of a Live command. The error code for a plain group depends on the command. */
function roomOf({ world, body }: CommandContext, groupErrorCode: 100004 | 100006): Broadcast {
  const broadcast = world.find(readRoomId(body));
  if (broadcast === undefined || !broadcast.isOnAir(world.now())) throw new ApiError(100004);
  if (broadcast.kind === 'group') throw new ApiError(groupErrorCode);
  return broadcast;
}

function groupOf({ world, body }: CommandContext): Broadcast {
  const broadcast = world.find(readGroupId(body));
  if (broadcast === undefined || !broadcast.isOnAir(world.now())) throw new ApiError(10010);
  return broadcast;
}

/** `get_seat_list`: one viewer in ten takes a seat while one is free. A room without seats is an error. */
function getSeatList(broadcast: Broadcast, ms: number): unknown {
  const { seatsEnabled, maxSeats } = broadcast.profile;
  if (!seatsEnabled) throw new ApiError(100211);
  const taken = Math.min(maxSeats, Math.ceil(broadcast.onlineAt(ms) / 10));
  return {
    SeatList: Array.from({ length: maxSeats }, (_, index) => ({
      Index: index,
      ...(index < taken ? { Member_Account: `member-${index}` } : {}),
      IsTakenDisabled: false,
      IsVideoDisabled: false,
      IsAudioDisabled: false,
    })),
  };
}

/** `get_callback`: only Live's webhooks are set with the API. */
function getCallback(webhooks: WebhookSettings | undefined): unknown {
  if (webhooks === undefined) throw new ApiError(100301);
  const isLive = (command: string) => command.startsWith('Live.') || command === 'Group.CallbackBeforeSendMsg';
  return { Url: webhooks.url, CallbackCommandList: commandsOf(webhooks).filter(isLive) };
}

function getCallbackToken(webhooks: WebhookSettings | undefined): unknown {
  if (webhooks?.token === undefined) throw new ApiError(100302);
  return { Token: webhooks.token, IsTokenEnable: webhooks.isTokenEnabled ?? true };
}
