import type { Discovery } from '../../config/config.ts';
import type { RoomListPage } from '../../tencent/responses.ts';
import type { CommandName } from '../../tencent/command-names.ts';
import type { Endpoint } from '../../tencent/command.ts';
import { groupList, groupsPerPage } from '../../tencent/commands/group-list.ts';
import { roomList, roomsPerPage } from '../../tencent/commands/room-list.ts';

/** A list of an app's rooms that can be walked. */
export interface RoomLister {
  readonly command: CommandName;
  readonly endpoint: Endpoint<{ readonly next: string }, RoomListPage>;
  readonly roomsPerPage: number;
  /** More pages than any true list has: what goes on beyond them is given up, before the rooms fill the memory. */
  readonly maxPages: number;
}

const liveRooms: RoomLister = { command: 'get_room_list', endpoint: roomList, roomsPerPage, maxPages: 10_000 };

const listers = {
  live: liveRooms,
  chat: { command: 'get_appid_group_list', endpoint: groupList, roomsPerPage: groupsPerPage, maxPages: 100 },
  // Nothing is walked, but the task's schedule still asks for static rooms that may have returned.
  none: liveRooms,
} as const satisfies Record<Discovery, RoomLister>;

/** Where an app's rooms are found. */
export function listerFor(discover: Discovery): RoomLister {
  return listers[discover];
}
