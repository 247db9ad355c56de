import { getAppidGroupList } from './commands/get-appid-group-list.ts';
import { getMemberList } from './commands/get-member-list.ts';
import { getOnlineMemberNum } from './commands/get-online-member-num.ts';
import { getRoomInfo } from './commands/get-room-info.ts';
import { getRoomList } from './commands/get-room-list.ts';
import { getRoomStats } from './commands/get-room-stats.ts';
import { getMembers } from './commands/get-members.ts';
export type { CommandName } from './command.ts';
export const commandSpecs: Readonly<Record<string, { callsPerSecond: number }>> = Object.fromEntries(
  [getAppidGroupList, getMemberList, getOnlineMemberNum, getRoomInfo, getRoomList, getRoomStats, getMembers].map(
    (c) => [c.name, c],
  ),
) as never;
