import { fact, memberCount, onlineMembers } from '../../metrics/rooms/room-facts.ts';
import { escapeHtml } from '../html.ts';
import { formatCount, table, type Cell, type Html } from './format.ts';
import type { RoomOfApp } from './largest-rooms.ts';

/** The largest rooms, as they are known. */
export function roomsTable(rooms: readonly RoomOfApp[]): string {
  const columns = [
    { title: 'Online', isNumber: true },
    { title: 'Room' },
    { title: 'Name' },
    { title: 'Members', isNumber: true, isExtra: true },
    { title: 'Views', isNumber: true },
    { title: 'App', isExtra: true },
  ];
  if (rooms.length === 0) return '<h2>Largest rooms</h2>\n<p>No room is known.</p>\n';
  const rows = rooms.map(({ sdkAppId, room: { id, latest } }): readonly Cell[] => [
    formatCount(onlineMembers(latest)?.value),
    foreignText(id),
    foreignText(fact(latest, (facts) => facts.roomName) ?? ''),
    formatCount(memberCount(latest)),
    formatCount(fact(latest, (facts) => facts.viewCount)),
    String(sdkAppId),
  ]);
  return table(`The ${rooms.length} largest rooms`, columns, rows);
}

/** What users have chosen may be long, and may turn the direction of writing: neither reaches beyond its cell. */
function foreignText(text: string): Html {
  const visible = text.replaceAll(/[\p{Cc}\p{Cs}]/gu, ' ');
  return { html: `<bdi class="text" title="${escapeHtml(visible)}">${escapeHtml(visible)}</bdi>` };
}
