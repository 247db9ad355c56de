import { formatDuration } from '../duration.ts';
import type { Incident } from './incident.ts';

/** Describes an incident in a few words, for the console; `rooms` are the ids of the affected rooms. */
export function describeIncident(incident: Incident, rooms: readonly string[]): string {
  const app = incident.app === undefined ? '' : ` in app ${incident.app}`;
  const duration = 'for' in incident && incident.for !== undefined ? ` for ${formatDuration(incident.for)}` : '';
  return `${effectOf(incident, nameRooms(incident, rooms))}${app}${duration}`;
}

function effectOf(incident: Incident, rooms: string): string {
  switch (incident.kind) {
    case 'audience': {
      const verb = incident.factor < 1 ? 'drops' : 'rises';
      return `audience of ${rooms} ${verb} to ${Math.round(incident.factor * 100)} % within ${formatDuration(incident.over)}`;
    }
    case 'zero':
      return `online count of ${rooms} is reported as 0`;
    case 'end':
      return `end of ${rooms}`;
    case 'recreate':
      return `new broadcast under the id of ${rooms}`;
    case 'edit':
      return `edit of ${rooms}`;
    case 'add':
      return `new ${incident.group ? 'group' : 'room'} ${JSON.stringify(incident.room)}`;
    case 'error':
      return `${callsOf(incident)} fail with error ${incident.code}`;
    case 'slow':
      return `${callsOf(incident)} take ${formatDuration(incident.delay)} longer`;
    case 'malformed':
      return `${callsOf(incident)} get a malformed response (${incident.how})`;
    case 'outage':
      return `the API is down (${incident.how})`;
    case 'quota':
      return `quota of ${incident.command ?? 'the whole app'} is ${incident.calls_per_second} calls/s`;
  }
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

function nameRooms(incident: Incident, rooms: readonly string[]): string {
  if ('rooms' in incident && incident.rooms === 'all') return 'every room';
  return nameIds(rooms);
}

/** More rooms than this are counted instead of named. */
const maxNamedRooms = 3;

function nameIds(rooms: readonly string[]): string {
  if (rooms.length === 0) return 'no room';
  if (rooms.length > maxNamedRooms) return `${rooms.length} rooms`;
  return rooms.map((id) => JSON.stringify(id)).join(', ');
}
