export type { RoomFacts } from './commands/room-facts.ts';
export type { ListedRoom, RoomListPage } from './commands/get-room-list.ts';
export type { RoomInfo } from './commands/get-room-info.ts';
export type { RoomStats } from './commands/get-room-stats.ts';
export type { OnlineMembers } from './commands/get-online-member-num.ts';
