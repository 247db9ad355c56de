import { type RoomQuery, type RoomRef, roomSorts } from '../../status/room-status.ts';
import { defaultRooms, mostRoomsOnPage } from './rooms-section.ts';

/** Nobody searches for a longer part of an id or a name. */
export const longestSearch = 200;

/** The parameters of a request target. If one occurs several times, the last one counts. */
export function parametersOf(target: string | undefined): Readonly<Record<string, string>> {
  const [, query = ''] = /^[^?#]*\?([^#]*)/.exec(target ?? '') ?? [];
  return Object.fromEntries(new URLSearchParams(query));
}

/** The query of the page. Whatever makes no sense is as if it were missing: a page in a browser has no use for an error. */
export function pageQuery({ search = '', sort, limit }: Readonly<Record<string, string>>): RoomQuery {
  return {
    search: search.trim().slice(0, longestSearch),
    sort: roomSorts.find((name) => name === sort) ?? 'online_members',
    limit: limit === String(mostRoomsOnPage) ? mostRoomsOnPage : defaultRooms,
  };
}

/** The room that a request names; undefined if it names no room. */
export function roomRef({ sdk_app_id: app, room_id: roomId }: Readonly<Record<string, string>>): RoomRef | undefined {
  if (app === undefined || !/^\d{1,15}$/.test(app) || roomId === undefined) return undefined;
  return { sdkAppId: Number(app), roomId };
}
