import { roomCatalogue } from '../../metrics/rooms/catalogue.ts';
import type { Room } from '../../rooms/room.ts';
import { RoomLookup, type RoomRef, type RoomStatus } from '../../status/room-status.ts';
import { escapeHtml, formatChange, formatCount, formatSeconds, table } from './format.ts';
import { pageOf } from './page.ts';
import { viewersCell } from './rooms-section.ts';
import { chart } from './sparkline.ts';
import type { StatusData } from './status-data.ts';

/** The HTML of `/room`. It is safe for any id and any text in the data. */
export function renderRoomPage(data: StatusData, ref: RoomRef): { readonly isKnown: boolean; readonly html: string } {
  const title = `Room ${ref.roomId}`;
  const { rooms, apps, nowMs } = data;
  const room = rooms.room(ref);
  const status = new RoomLookup(rooms).status(ref);
  if (room === undefined || status === undefined) {
    const content =
      '<section id="room"><p>No such room is known. It may have ended, or another replica may poll its app.</p></section>\n';
    return { isKnown: false, html: pageOf(data, { title, content }) };
  }
  const name = status.roomName ?? '';
  const app = apps.find(({ sdkAppId }) => sdkAppId === ref.sdkAppId);
  const appName = `App ${ref.sdkAppId}${app === undefined || app.name === '' ? '' : `: ${app.name}`}`;
  const current = status.online?.isCurrent === true ? status.online.value : undefined;
  const content = `<section id="room" aria-labelledby="room-title">
<h2 id="room-title"><bdi>${escapeHtml(name === '' ? ref.roomId : name)}</bdi></h2>
<p><bdi>${escapeHtml(ref.roomId)}</bdi> · ${escapeHtml(appName)} · ${escapeHtml(lifeOf(room, { nowMs, toWallMs: rooms.clock.toWallMs }))}</p>
${chart([...status.audiences, current])}${facts(status, nowMs)}</section>
<section id="metrics" aria-label="Metrics">
${metricsTable(room, rooms.clock.toWallMs)}</section>
`;
  return { isKnown: true, html: pageOf(data, { title, content }) };
}

function lifeOf(
  { lifecycle: { phase }, isSelected, isFiltered, endedAtMs }: Room,
  { nowMs, toWallMs }: { readonly nowMs: number; readonly toWallMs: (steadyMs: number) => number },
): string {
  if (phase === 'ended') {
    return endedAtMs === undefined ? 'ended' : `ended ${formatSeconds((nowMs - toWallMs(endedAtMs)) / 1000)} ago`;
  }
  if (!isSelected) return isFiltered ? 'not polled: a filter excludes it' : 'not polled: it is over the limit';
  return phase === 'suspected' ? 'may have ended: that is being verified' : 'on the air';
}

function facts(status: RoomStatus, nowMs: number): string {
  const { change, peak, average, viewerSeconds, members, views, createdAtSeconds } = status;
  const entries: readonly (readonly [string, string])[] = [
    ['Viewers', viewersCell(status, nowMs).html],
    ['Change in 10 minutes', formatChange(change)],
    ['Peak', formatCount(peak)],
    ['Average', formatCount(average === undefined ? undefined : Math.round(average))],
    ['Viewer-hours', formatCount(viewerSeconds === undefined ? undefined : Math.round(viewerSeconds / 3600))],
    ['Members', formatCount(members)],
    ['Views', formatCount(views)],
    ['Created', createdAtSeconds === undefined ? '–' : `${formatSeconds(nowMs / 1000 - createdAtSeconds)} ago`],
  ];
  return `<dl class="facts">\n${entries.map(([name, value]) => `<div><dt>${name}</dt> <dd>${value}</dd></div>\n`).join('')}</dl>\n`;
}

/** Every metric of the room that is one number, so that nothing names an account. */
function metricsTable(room: Room, toWallMs: (steadyMs: number) => number): string {
  const rows = roomCatalogue([], toWallMs).flatMap((family) => {
    const value = family.kind === 'value' ? family.value(room) : undefined;
    return value === undefined ? [] : [[family.name, String(value), family.help]];
  });
  if (rows.length === 0) return '<h2>Metrics</h2>\n<p>No value is known at present.</p>\n';
  const columns = [
    { title: 'Metric', isSentence: true },
    { title: 'Value', isNumber: true },
    { title: 'Meaning', isExtra: true, isSentence: true },
  ];
  return table('Metrics of this room', columns, rows, 'h2');
}
