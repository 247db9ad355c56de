import { ofApps, perApp, withApp } from './apps.ts';
import { offset } from './query.ts';

/** One value for each room, the largest that a replica reports. */
export function perRoom(metric: string, ago?: string): string {
  return `max by (sdk_app_id, room_id) (${ofApps(metric)}${offset(ago)})`;
}

export const audience = 'tencent_live_room_online_members';

/** A series of the rooms in the variable `top_rooms`. Rooms of several apps may have one id. */
function ofTopRooms(metric: string): string {
  return ofApps(metric, 'room_id=~`${top_rooms:regex}`');
}

/** One value for each of the rooms in the variable `top_rooms`. */
export function perTopRoom(metric: string, ago?: string): string {
  return `max by (sdk_app_id, room_id) (${ofTopRooms(metric)}${offset(ago)})`;
}

/**
 * The largest rooms on the air by their last known audience, with the label `app`. The last hour is long enough for an outage of the API, in which
 * nothing is known now.
 */
export function largestRooms(count: number): string {
  const last = `max by (sdk_app_id, room_id) (last_over_time(${ofTopRooms(audience)}[1h]))`;
  const ended = perTopRoom('tencent_live_room_ended_timestamp_seconds');
  return withApp(`topk(${String(count)}, ${last} unless on (sdk_app_id, room_id) ${ended})`);
}

/** The names of the rooms in the variable `top_rooms`, now or when they were last known. */
export const topRoomNames =
  `${names(ofTopRooms('tencent_live_room_info'))} or on (sdk_app_id, room_id) ` +
  names(`last_over_time(${ofTopRooms('tencent_live_room_info')}[1h])`);

/** The same series with the label `room`: the name of the room, or its id if it has none. `labels` are those of the series. */
export function withRoom(expr: string, labels: string): string {
  return roomLabel(
    `(${expr}) * on (sdk_app_id, room_id) group_left (room_name) ${names(ofApps('tencent_live_room_info'))} ` +
      `or on (${labels}) (${expr})`,
  );
}

function roomLabel(expr: string): string {
  return `label_replace(label_replace(${expr}, "room", "$1", "room_id", "(.+)"), "room", "$1", "room_name", "(.+)")`;
}

/** A renamed room has two names for a while. */
function names(infos: string): string {
  return `topk by (sdk_app_id, room_id) (1, max by (sdk_app_id, room_id, room_name) (${infos}))`;
}

/** The change of the audience over `window` as a share, for the rooms in the variable `top_rooms`. */
export function changeOfTopRooms(window: string): string {
  return `${perTopRoom(audience)} / (${perTopRoom(audience, window)} > 0) - 1`;
}

/**
 * The audiences of the rooms with the largest means over the time range, with the labels `app` and `room`: the name of the
 * room, or its id. Chosen once, because a topk at each step shows many more rooms.
 */
export function largestRoomsOverTime(count: number): string {
  const means = `max by (sdk_app_id, room_id) (avg_over_time(${ofTopRooms(audience)}[$__range] @ end()))`;
  const rooms = `${perTopRoom(audience)} and on (sdk_app_id, room_id) topk(${String(count)}, ${means})`;
  const infos = names(`last_over_time(${ofTopRooms('tencent_live_room_info')}[$__range] @ end())`);
  const named = `(${rooms}) * on (sdk_app_id, room_id) group_left (room_name) ${infos} or on (sdk_app_id, room_id) (${rooms})`;
  return roomLabel(withApp(`(${named})`));
}

/**
 * The parts of the change of the audience over `window`, for the apps whose total is known at both times. They add up to the
 * change of all their rooms.
 */
export function changeParts(window: string): Readonly<Record<'grew' | 'shrank' | 'began' | 'ended', string>> {
  const total = 'tencent_live_online_members';
  const known = `(${perApp(total)} and on (sdk_app_id) ${perApp(total, window)})`;
  const now = `(${perRoom(audience)} and on (sdk_app_id) ${known})`;
  const then = `(${perRoom(audience, window)} and on (sdk_app_id) ${known})`;
  return {
    grew: `sum((${now} - ${then}) > 0)`,
    shrank: `sum((${now} - ${then}) < 0)`,
    began: `sum(${now} unless on (sdk_app_id, room_id) ${then})`,
    ended: `-sum(${then} unless on (sdk_app_id, room_id) ${now})`,
  };
}

/** Rooms by the number of their viewers: from each bound up to the next. */
export function roomsBySize(from: number, to?: number): string {
  return `count(${perRoom(audience)} >= ${String(from)}${to === undefined ? '' : ` < ${String(to)}`})`;
}
