import type { CommandName } from '../../tencent/command-names.ts';
import type { Show } from '../world/show.ts';
import type { World } from '../world/world.ts';
import { ApiError } from './api-error.ts';
import { getAppIdGroupList } from './group-list.ts';
import { getMemberList, getMembers, type MemberListLimits } from './members.ts';
import { groupIdOfBody, roomIdOfBody, type RequestBody } from './request.ts';
import { getRoomInfo } from './room-info.ts';
import { getRoomList } from './room-list.ts';

/** What a command answers from. */
export interface CommandContext {
  readonly world: World;
  readonly body: RequestBody;
  readonly memberList: MemberListLimits;
  readonly groupMembers: MemberListLimits;
}

/** A command as the simulator serves it. */
export interface ServedCommand {
  readonly service: string;
  /** Documented quota per SDKAppID. */
  readonly callsPerSecond: number;
  /** Live answers carry `RequestId` and put the payload under `Response`; Chat answers put it at top level. */
  readonly family: 'live' | 'chat';
  /** The payload; throws {@link ApiError}. */
  readonly answer: (context: CommandContext) => unknown;
}

const live = 'live_engine_http_srv';

export const servedCommands = {
  get_room_list: {
    service: live,
    callsPerSecond: 10,
    family: 'live',
    answer: ({ world, body }) => getRoomList(world, body),
  },
  get_room_info: {
    service: live,
    callsPerSecond: 200,
    family: 'live',
    answer: ({ world, body }) => getRoomInfo(roomOf(world, body, 100004), world.now()),
  },
  get_member_list: {
    service: live,
    callsPerSecond: 200,
    family: 'live',
    answer: ({ world, body, memberList }) => getMemberList(roomOf(world, body, 100006), world, body, memberList),
  },
  get_room_stats: {
    service: live,
    callsPerSecond: 100,
    family: 'live',
    answer: ({ world, body }) => getRoomStats(roomOf(world, body, 100006), world.now()),
  },
  get_online_member_num: {
    service: 'group_open_http_svc',
    callsPerSecond: 200,
    family: 'chat',
    answer: ({ world, body }) => ({ OnlineMemberNum: groupOf(world, body).onlineAt(world.now()) }),
  },
  get_members: {
    service: 'group_open_avchatroom_http_svc',
    callsPerSecond: 200,
    family: 'chat',
    answer: ({ world, body, groupMembers }) => getMembers(groupOf(world, body), world, body, groupMembers),
  },
  get_appid_group_list: {
    service: 'group_open_http_svc',
    callsPerSecond: 1,
    family: 'chat',
    answer: ({ world, body }) => getAppIdGroupList(world, body),
  },
} as const satisfies Record<CommandName | 'get_appid_group_list', ServedCommand>;

export type ServedCommandName = keyof typeof servedCommands;

export const servedCommandNames = Object.keys(servedCommands) as readonly ServedCommandName[];

/** The command of a URL's path, if it is one. */
export function commandOfPath(path: string): ServedCommandName | undefined {
  const [, version, service, name = ''] = path.split('/');
  const command = servedCommandNames.find((known) => known === name);
  if (command === undefined || version !== 'v4' || servedCommands[command].service !== service) return undefined;
  return path === `/v4/${service}/${command}` ? command : undefined;
}

/** The live room that a Live command asks for; plain groups are refused with the command's own code. */
function roomOf(world: World, body: RequestBody, codeOfGroup: 100004 | 100006): Show {
  const show = world.find(roomIdOfBody(body));
  if (show === undefined || !show.isOnAir(world.now())) throw new ApiError(100004);
  if (show.kind === 'group') throw new ApiError(codeOfGroup);
  return show;
}

function groupOf(world: World, body: RequestBody): Show {
  const show = world.find(groupIdOfBody(body));
  if (show === undefined || !show.isOnAir(world.now())) throw new ApiError(10010);
  return show;
}

function getRoomStats(show: Show, ms: number): unknown {
  const totals = show.totalsAt(ms);
  return {
    TotalViewers: totals.viewers,
    TotalGiftsSent: totals.gifts,
    TotalGiftCoins: totals.giftCoins,
    TotalUniqueGiftSenders: totals.giftSenders,
    TotalLikesReceived: totals.likes,
    TotalMsgCount: totals.messages,
  };
}
