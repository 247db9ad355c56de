import { ofApps } from './apps.ts';
import { offset } from './query.ts';

/** One value for each room, the largest that a replica reports. */
export function perRoom(metric: string, ago?: string): string {
  return `max by (sdk_app_id, room_id) (${ofApps(metric)}${offset(ago)})`;
}

export const audience = 'tencent_live_room_online_members';

/** The largest audiences at this moment. */
export function largestRooms(count: number): string {
  return `topk(${String(count)}, ${perRoom(audience)})`;
}

/** The change of each audience over `window`, only for rooms with an audience at both ends. */
export function change(window: string): string {
  return `(${perRoom(audience)} - ${perRoom(audience, window)})`;
}

/** The elements of a vector by room whose rooms are in `rooms`. */
export function among(rooms: string, expr: string): string {
  return `${expr} and on (sdk_app_id, room_id) ${rooms}`;
}

/** For a table: the names of the rooms that have one; a renamed room has two names for a while. */
export function namesOf(rooms: string): string {
  return names(among(rooms, ofApps(info)));
}

/** The audiences of the rooms in the variable `top_rooms`, with the label `room_name` if they have one. */
export function topRoomsOverTime(): string {
  const top = 'room_id=~`${top_rooms:regex}`';
  const audiences = `max by (sdk_app_id, room_id) (${ofApps(audience, top)})`;
  return `${audiences} * on (sdk_app_id, room_id) group_left (room_name) ${names(ofApps(info, top))} or on (sdk_app_id, room_id) ${audiences}`;
}

/** The legend of a series with the labels of {@link topRoomsOverTime}. */
export const roomLegend = '{{room_name}} ({{room_id}})';

const info = 'tencent_live_room_info';

function names(infos: string): string {
  return `topk by (sdk_app_id, room_id) (1, max by (sdk_app_id, room_id, room_name) (${infos}))`;
}
