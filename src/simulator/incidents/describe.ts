import { formatDuration } from '../duration.ts';
import type { Incident } from './incident.ts';

/** The line that the console shows when an incident begins or is over. */
export function incidentLine(text: string, atMs: number): string {
  return `${new Date(atMs).toISOString()} ${text}\n`;
}

/** Says in a few words that an incident begins; `rooms` are the ids of the affected rooms. */
export function describeBegin(incident: Incident, rooms: readonly string[]): string {
  const over = incident.kind === 'audience' ? [`within ${readable(incident.over)}`] : [];
  const lasts = 'for' in incident && incident.for !== undefined ? [`lasts ${readable(incident.for)}`] : [];
  const times = [...over, ...lasts].join(', ');
  return `${effectOf(incident, rooms, (present) => present)}${inApp(incident)}${times === '' ? '' : ` (${times})`}`;
}

/** Says in a few words that an incident is over. */
export function describeEnd(incident: Incident, rooms: readonly string[]): string {
  return `over: ${effectOf(incident, rooms, (_present, past) => past)}${inApp(incident)}`;
}

function inApp({ app }: Incident): string {
  return app === undefined ? '' : ` in app ${app}`;
}

/** Chooses the verb: present when the incident begins, past when it is over. */
type Tense = (present: string, past: string) => string;

function effectOf(incident: Incident, ids: readonly string[], tense: Tense): string {
  const rooms = isEveryRoom(incident) ? 'every room' : nameIds(ids);
  switch (incident.kind) {
    case 'audience': {
      const verb = incident.factor < 1 ? tense('drops', 'dropped') : tense('rises', 'rose');
      const why = incident.cause === undefined ? '' : `: ${causes[incident.cause]}`;
      return `audience of ${rooms} ${verb} to ${Math.round(incident.factor * 100)} %${why}`;
    }
    case 'zero':
      return `online count of ${rooms} ${tense('is', 'was')} reported as 0`;
    case 'end':
      return `${subjectOf(incident, ids)} ${areSeveral(incident, ids) ? 'end' : 'ends'}`;
    case 'recreate':
      return `a new broadcast begins under the id of ${rooms}`;
    case 'edit':
      return `${subjectOf(incident, ids)} ${areSeveral(incident, ids) ? 'are' : 'is'} edited`;
    case 'add':
      return `new ${incident.group ? 'group' : 'room'} ${JSON.stringify(incident.room)}`;
    case 'error':
      return `${callsOf(incident)} ${tense('fail', 'failed')} with error ${incident.code}`;
    case 'slow':
      return `${callsOf(incident)} ${tense('take', 'took')} ${readable(incident.delay)} longer`;
    case 'malformed':
      return `${callsOf(incident)} ${tense('get', 'got')} a malformed response (${incident.how})`;
    case 'outage':
      return `the API ${tense('is', 'was')} down: ${outages[incident.how]}`;
    case 'quota':
      return `quota of ${incident.command ?? 'the whole app'} ${tense('is', 'was')} ${incident.calls_per_second} calls/s`;
    case 'delivery': {
      const effect = { lost: 'lost', doubled: 'sent twice', reordered: 'out of order', late: 'late' }[incident.how];
      return `${webhooksOf(incident)} ${tense('are', 'were')} ${effect}`;
    }
    case 'forge':
      return `${incident.calls_per_second} forged webhooks/s ${tense('arrive', 'arrived')} (${incident.how})`;
    case 'before':
      return `${incident.calls_per_second} webhooks/s ${tense('ask', 'asked')} for permission`;
    case 'token':
      return 'the token of the webhooks is replaced';
  }
}

const causes = {
  leave: 'members leave',
  disconnect: 'connections are lost',
  kicked: 'members are kicked',
  mixed: 'connections are lost, members leave or are kicked',
} as const;

const outages = {
  reset: 'reset connections',
  hang: 'no responses',
  html: 'HTML pages instead of responses',
} as const;

function webhooksOf({ command, rooms, rate }: Calls): string {
  return callsOf({ command, rooms, rate }).replace(/calls/, 'webhooks');
}

interface Calls {
  readonly command?: string | undefined;
  readonly rooms?: readonly string[] | undefined;
  readonly rate: number;
}

function callsOf({ command, rooms, rate }: Calls): string {
  const share = rate === 1 ? 'all' : `${Math.round(rate * 100)} % of`;
  const about = rooms === undefined ? '' : ` about ${nameIds(rooms)}`;
  return `${share} ${command === undefined ? '' : `${command} `}calls${about}`;
}

function isEveryRoom(incident: Incident): boolean {
  return 'rooms' in incident && incident.rooms === 'all';
}

function areSeveral(incident: Incident, ids: readonly string[]): boolean {
  return ids.length > 1 && !isEveryRoom(incident);
}

/** The affected rooms as the subject of a sentence, such as `room "live-1"`. */
function subjectOf(incident: Incident, ids: readonly string[]): string {
  if (isEveryRoom(incident)) return 'every room';
  if (ids.length === 0 || ids.length > maxNamedRooms) return nameIds(ids);
  return `${ids.length === 1 ? 'room' : 'rooms'} ${nameIds(ids)}`;
}

/** More rooms than this are counted instead of named. */
const maxNamedRooms = 3;

function nameIds(ids: readonly string[]): string {
  if (ids.length === 0) return 'no room';
  if (ids.length > maxNamedRooms) return `${ids.length} rooms`;
  return ids.map((id) => JSON.stringify(id)).join(', ');
}

/** A duration with a space before its unit, such as `5 s` or `4 min`. */
function readable(ms: number): string {
  return formatDuration(ms).replace(
    /^(\d+)(\w+)$/,
    (_, amount: string, unit: string) => `${amount} ${unit === 'm' ? 'min' : unit}`,
  );
}
