import { formatDuration } from '../duration.ts';
import type { Incident } from './incident.ts';

/** An incident in a few words, for the console; `rooms` are the ids that it befalls. */
export function describeIncident(incident: Incident, rooms: readonly string[]): string {
  const app = incident.app === undefined ? '' : ` in app ${String(incident.app)}`;
  const lasting = 'for' in incident && incident.for !== undefined ? ` for ${formatDuration(incident.for)}` : '';
  return `${whatHappens(incident, nameRooms(incident, rooms))}${app}${lasting}`;
}

function whatHappens(incident: Incident, rooms: string): string {
  switch (incident.kind) {
    case 'audience': {
      const verb = incident.factor < 1 ? 'falls' : 'grows';
      const within = formatDuration(incident.over);
      return `audience of ${rooms} ${verb} to ${String(Math.round(incident.factor * 100))} % within ${within}`;
    }
    case 'zero':
      return `online count of ${rooms} answers 0`;
    case 'end':
      return `end of ${rooms}`;
    case 'recreate':
      return `new life of ${rooms}`;
    case 'edit':
      return `edit of ${rooms}`;
    case 'add':
      return `${incident.group ? 'group' : 'room'} ${JSON.stringify(incident.room)} is added`;
    case 'error':
      return `${callsOf(incident)} answer error ${String(incident.code)}`;
    case 'slow':
      return `${callsOf(incident)} take ${formatDuration(incident.delay)} longer`;
    case 'malformed':
      return `${callsOf(incident)} answer malformed (${incident.how})`;
    case 'outage':
      return `the API is down (${incident.how})`;
    case 'quota':
      return `quota of ${incident.command ?? 'the whole app'} is ${String(incident.calls_per_second)} calls/s`;
  }
}

interface Calls {
  readonly command?: string | undefined;
  readonly rooms?: readonly string[] | undefined;
  readonly rate: number;
}

function callsOf(incident: Calls): string {
  const share = incident.rate === 1 ? 'all' : `${String(Math.round(incident.rate * 100))} % of`;
  const about = incident.rooms === undefined ? '' : ` about ${nameIds(incident.rooms)}`;
  return `${share} ${incident.command === undefined ? '' : `${incident.command} `}calls${about}`;
}

/** Rooms that are named one by one; of more, the number. */
const NAMED = 3;

function nameRooms(incident: Incident, rooms: readonly string[]): string {
  if ('rooms' in incident && incident.rooms === 'all') return 'every room';
  return nameIds(rooms);
}

function nameIds(rooms: readonly string[]): string {
  if (rooms.length === 0) return 'no room';
  if (rooms.length > NAMED) return `${String(rooms.length)} rooms`;
  return rooms.map((id) => JSON.stringify(id)).join(', ');
}
