import type { EndedRoom } from '../../status/room-memory.ts';
import {
  RoomLookup,
  type RoomQuery,
  type RoomRef,
  type RoomSort,
  roomSorts,
  type RoomSources,
  type RoomStatus,
} from '../../status/room-status.ts';
import {
  type Cell,
  type Column,
  escapeHtml,
  formatAge,
  formatChange,
  formatCount,
  formatSeconds,
  type Html,
  table,
  userText,
} from './format.ts';
import { sparkline } from './sparkline.ts';

export const defaultRooms = 20;
export const mostRoomsOnPage = 50;

/** Movers in each direction, and rooms that have ended: a glance, because the search finds the others. */
const moversOnPage = 5;
const endedOnPage = 10;

interface RoomsContext {
  readonly sources: RoomSources;
  readonly query: RoomQuery;
  /** Whether there is more than one app. */
  readonly hasApps: boolean;
  /** Unix milliseconds. */
  readonly nowMs: number;
}

/** The search, and its result; without a search the largest rooms, the biggest movers and those that have ended lately. */
export function roomsSection(context: RoomsContext): string {
  const { sources, query } = context;
  const lookup = new RoomLookup(sources);
  const isSearch = query.search !== '' || query.sort !== 'online_members' || query.limit !== defaultRooms;
  const { matches, rooms } = lookup.find(query);
  const movers = (sort: 'gain' | 'loss') => lookup.find({ search: '', sort, limit: moversOnPage }).rooms;
  const title = resultTitle(query, { matches, listed: rooms.length });
  const lists = isSearch
    ? [roomsTable(rooms, context, { caption: title, whenEmpty: title })]
    : [
        roomsTable(rooms, context, { caption: 'The largest rooms', whenEmpty: 'No rooms are known.' }),
        '<div class="grid">\n',
        moversTable('gain', movers('gain'), context),
        moversTable('loss', movers('loss'), context),
        '</div>\n',
        endedTable(sources.memory.endedRooms.slice(0, endedOnPage), lookup, context),
      ];
  return `<section id="rooms" aria-labelledby="rooms-title">
<h2 id="rooms-title">Rooms</h2>
${searchForm(query, isSearch)}${lists.join('')}</section>
`;
}

const sortNames: Readonly<Record<RoomSort, string>> = {
  online_members: 'viewers',
  view_count: 'views',
  gain: 'viewers gained in 10 minutes',
  loss: 'viewers lost in 10 minutes',
};

function searchForm({ search, sort, limit }: RoomQuery, isSearch: boolean): string {
  const options = roomSorts.map(
    (name) => `<option value="${name}"${name === sort ? ' selected' : ''}>${sortNames[name]}</option>`,
  );
  const limits = [defaultRooms, mostRoomsOnPage].map(
    (count) => `<option value="${count}"${count === limit ? ' selected' : ''}>${count}</option>`,
  );
  return `<form method="get" action="/" role="search">
<label>Room id or name <input type="search" name="search" maxlength="200" value="${escapeHtml(search)}"></label>
<label>Sorted by <select name="sort">${options.join('')}</select></label>
<label>Rows <select name="limit">${limits.join('')}</select></label>
<button>Search</button>${isSearch ? ' <a href="/">All rooms</a>' : ''}
</form>
`;
}

function resultTitle(
  { search, sort }: RoomQuery,
  { matches, listed }: { readonly matches: number; readonly listed: number },
): string {
  const found = `${formatCount(matches)} ${matches === 1 ? 'room' : 'rooms'}${search === '' ? '' : ` with “${visible(search)}”`}`;
  const part = listed < matches ? `, the first ${listed}` : '';
  return `${found}${part}, sorted by ${sortNames[sort]}`;
}

function visible(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cs}\p{Bidi_Control}]/gu, ' ');
}

function roomsTable(
  rooms: readonly RoomStatus[],
  { hasApps, nowMs }: RoomsContext,
  { caption, whenEmpty }: { readonly caption: string; readonly whenEmpty: string },
): string {
  if (rooms.length === 0)
    return `<p>${escapeHtml(whenEmpty)}</p>
`;
  const columns: readonly Column[] = [
    { title: 'Viewers', isNumber: true },
    { title: 'Last hour' },
    { title: '10 min', isNumber: true },
    { title: 'Room' },
    { title: 'Name' },
    { title: 'Peak', isNumber: true, isExtra: true },
    { title: 'Members', isNumber: true, isExtra: true },
    { title: 'Views', isNumber: true, isExtra: true },
    ...(hasApps ? [{ title: 'App', isExtra: true }] : []),
  ];
  const rows = rooms.map((room): readonly Cell[] => [
    viewersCell(room, nowMs),
    { html: sparkline([...room.audiences, room.online?.isCurrent === true ? room.online.value : undefined]) },
    changeCell(room.change),
    roomLink(room),
    userText(room.roomName ?? ''),
    formatCount(room.peak),
    countCell(room.members, room.lastKnown?.members),
    countCell(room.views, room.lastKnown?.views),
    ...(hasApps ? [String(room.sdkAppId)] : []),
  ]);
  return table(caption, columns, rows);
}

function moversTable(sort: 'gain' | 'loss', rooms: readonly RoomStatus[], { hasApps, nowMs }: RoomsContext): string {
  const caption = sort === 'gain' ? 'Gaining viewers' : 'Losing viewers';
  if (rooms.length === 0) {
    const has = sort === 'gain' ? 'gained' : 'lost';
    return `<div><h3>${caption}</h3>\n<p>No room is known to have ${has} viewers in 10 minutes.</p></div>\n`;
  }
  const columns: readonly Column[] = [
    { title: '10 min', isNumber: true },
    { title: 'Viewers', isNumber: true },
    { title: 'Last hour' },
    { title: 'Room' },
    { title: 'Name', isExtra: true },
    ...(hasApps ? [{ title: 'App', isExtra: true }] : []),
  ];
  const rows = rooms.map((room): readonly Cell[] => [
    changeCell(room.change),
    viewersCell(room, nowMs),
    { html: sparkline([...room.audiences, room.online?.value]) },
    roomLink(room),
    userText(room.roomName ?? ''),
    ...(hasApps ? [String(room.sdkAppId)] : []),
  ]);
  return table(caption, columns, rows);
}

function endedTable(
  rooms: readonly EndedRoom[],
  lookup: RoomLookup,
  { sources, hasApps, nowMs }: RoomsContext,
): string {
  if (rooms.length === 0) return '<h3>Ended lately</h3>\n<p>No room has ended since the start of the exporter.</p>\n';
  const columns: readonly Column[] = [
    { title: 'Ended' },
    { title: 'Peak', isNumber: true },
    { title: 'Last hour' },
    { title: 'Room' },
    { title: 'Name' },
    { title: 'Lasted', isNumber: true, isExtra: true },
    { title: 'Viewer-hours', isNumber: true, isExtra: true },
    { title: 'Views', isNumber: true, isExtra: true },
    ...(hasApps ? [{ title: 'App', isExtra: true }] : []),
  ];
  const rows = rooms.map((room): readonly Cell[] => [
    formatAge(sources.clock.toWallMs(room.endedAtMs), nowMs),
    formatCount(room.peakOnlineMembers),
    { html: sparkline(lookup.audiences(room)) },
    roomLink(room),
    userText(room.roomName ?? ''),
    room.durationSeconds === undefined ? '–' : formatSeconds(room.durationSeconds),
    formatCount(room.viewerSeconds === undefined ? undefined : Math.round(room.viewerSeconds / 3600)),
    formatCount(room.views),
    ...(hasApps ? [String(room.sdkAppId)] : []),
  ]);
  return table('Ended lately', columns, rows);
}

/** The last known value of a room is grey, with its age: it must not be taken for the present one. */
export function viewersCell({ online }: Pick<RoomStatus, 'online'>, nowMs: number): Html {
  if (online === undefined) return { html: '–' };
  const { value, atMs, isCurrent } = online;
  if (isCurrent) return { html: formatCount(value) };
  return { html: `<span class="old">${formatCount(value)} <small>${formatAge(atMs, nowMs)}</small></span>` };
}

function countCell(value: number | undefined, lastKnown: number | undefined): Html {
  if (value !== undefined || lastKnown === undefined) return { html: formatCount(value) };
  return { html: `<span class="old">${formatCount(lastKnown)}</span>` };
}

function changeCell(change: number | undefined): Html {
  const direction = change === undefined || change === 0 ? '' : change > 0 ? ' class="gain"' : ' class="loss"';
  return { html: `<span${direction}>${formatChange(change)}</span>` };
}

function roomLink({ sdkAppId, roomId }: RoomRef): Html {
  return { html: `<a href="${escapeHtml(roomPath({ sdkAppId, roomId }))}">${userText(roomId).html}</a>` };
}

function roomPath({ sdkAppId, roomId }: RoomRef): string {
  return `/room?${new URLSearchParams({ sdk_app_id: String(sdkAppId), room_id: roomId }).toString()}`;
}
