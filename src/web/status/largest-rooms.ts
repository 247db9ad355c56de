import { audienceOf, identifyingFact, memberCount, onlineMembers, viewCount } from '../../rooms/latest-values.ts';
import type { RoomView } from '../../rooms/room.ts';
import { type Cell, escapeHtml, formatCount, type Html, table } from './format.ts';

export interface RoomOfApp {
  readonly sdkAppId: number;
  readonly room: RoomView;
}

/** The `count` rooms with the largest audiences, the largest first. There may be very many rooms, so one pass must do. */
export function largestRooms(rooms: Iterable<RoomOfApp>, count: number): readonly RoomOfApp[] {
  const chosen: { readonly entry: RoomOfApp; readonly audience: number }[] = [];
  for (const entry of rooms) {
    const audience = audienceOf(entry.room);
    if (chosen.length >= count && audience <= (chosen.at(-1)?.audience ?? 0)) continue;
    const place = chosen.findIndex((other) => other.audience < audience);
    chosen.splice(place === -1 ? chosen.length : place, 0, { entry, audience });
    chosen.splice(count);
  }
  return chosen.map(({ entry }) => entry);
}

export function roomsTable(rooms: readonly RoomOfApp[]): string {
  const columns = [
    { title: 'Online', isNumber: true },
    { title: 'Room' },
    { title: 'Name' },
    { title: 'Members', isNumber: true, isExtra: true },
    { title: 'Views', isNumber: true },
    { title: 'App', isExtra: true },
  ];
  if (rooms.length === 0) return '<h2>Largest rooms</h2>\n<p>No rooms are known.</p>\n';
  const rows = rooms.map(({ sdkAppId, room }): readonly Cell[] => [
    formatCount(onlineMembers(room.latest)?.value),
    userText(room.id),
    userText(identifyingFact(room.latest, ({ roomName }) => roomName) ?? ''),
    formatCount(memberCount(room.latest)),
    formatCount(viewCount(room)),
    String(sdkAppId),
  ]);
  return table(`The ${rooms.length} largest rooms`, columns, rows);
}

/** Text that users have chosen: it may be long or change the text direction, but it must not affect other cells. */
function userText(text: string): Html {
  const visible = text.replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ');
  return { html: `<bdi class="text" title="${escapeHtml(visible)}">${escapeHtml(visible)}</bdi>` };
}
