import { type Command, live } from '../command.ts';
import { count, type Fields, integer, odd, roomId, text, textOrEmpty, texts, time } from '../fields.ts';
import type { RoomFacts } from './room-facts.ts';

/** A row of the room list. */
export interface ListedRoom extends RoomFacts {
  readonly roomId: string;
  /** Seen in some apps, but not documented; so is the next one. They are used only if the configuration asks for it. */
  memberCount?: number | undefined;
  onlineCount?: number | undefined;
}

export interface RoomListPage {
  /** Rooms whose row has an id. */
  readonly rooms: readonly ListedRoom[];
  /** How many rows the page has; undefined if it has no list, so that nothing is known of its rooms. */
  readonly rows: number | undefined;
  /** Cursor of the next page: empty or `0` on the last one; undefined if it cannot be read. */
  readonly next: string | undefined;
}

/** Rooms on a page, at most. Source: "Retrieve the Live Streaming List". */
export const roomsPerPage = 20;

/** A page of the app's publicly visible rooms, the most viewed first. */
export const getRoomList: Command<{ readonly next: string }, RoomListPage> = {
  ...live,
  name: 'get_room_list',
  callsPerSecond: 10,
  body: ({ next }) => ({ Next: next, Count: roomsPerPage }),
  parse(payload) {
    const list = payload?.rows('RoomList');
    const rows = list === odd ? undefined : list;
    const next = payload?.read('Next', textOrEmpty);
    return {
      rooms: (rows ?? []).flatMap((row) => readRow(row) ?? []),
      rows: rows?.length,
      next: next === odd || payload === undefined ? undefined : (next ?? ''),
    };
  },
};

function readRow(fields: Fields | undefined): ListedRoom | undefined {
  const id = fields?.required('RoomId', roomId);
  if (fields === undefined || id === undefined) return undefined;
  // Each field is written out: an object made by a spread takes 155 bytes instead of 130, and every room has one.
  return {
    roomId: id,
    roomName: fields.optional('RoomName', textOrEmpty),
    ownerAccount: fields.optional('Owner_Account', text),
    categories: fields.optional('Category', texts),
    createTimeSeconds: fields.optional('CreateTime', time),
    activityStatus: fields.optional('ActivityStatus', integer),
    viewCount: fields.optional('ViewCount', count),
    memberCount: fields.optional('MemberCount', count),
    onlineCount: fields.optional('OnlineCount', count),
  };
}
