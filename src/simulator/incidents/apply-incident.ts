import type { Broadcast } from '../world/broadcast.ts';
import type { LevelChange } from '../world/level-change.ts';
import type { RoomEdit, World } from '../world/world.ts';
import { durationMsOf, type Incident, type RoomIncident, type WorldIncident } from './incident.ts';

interface Application<T extends Incident> {
  readonly world: World;
  readonly incident: T;
  /** World time; not in the past. */
  readonly atMs: number;
}

/** Applies an incident to a world; returns the ids of the affected rooms. */
export function applyIncident({ world, incident, atMs }: Application<WorldIncident>): readonly string[] {
  if (incident.kind === 'add') {
    const { room: roomId, group, audience } = incident;
    // The room may exist already: the incident is repeated, or a user added the room before.
    if (world.find(roomId, atMs) === undefined) {
      world.add({ roomId, kind: group ? 'group' : 'live', audience, atMs });
    }
    return [roomId];
  }
  if (incident.kind === 'audience' && incident.rooms === 'all') {
    world.changeAll(scalingOf(incident, atMs));
    return [];
  }
  const broadcasts = targetsOf({ world, incident, atMs });
  for (const broadcast of broadcasts) applyToRoom(broadcast, { world, incident, atMs });
  return broadcasts.map((broadcast) => broadcast.roomId);
}

function applyToRoom(broadcast: Broadcast, { world, incident, atMs }: Application<RoomIncident>): void {
  switch (incident.kind) {
    case 'audience':
      broadcast.change(scalingOf(incident, atMs), atMs);
      break;
    case 'zero':
      broadcast.reportZero(atMs, atMs + durationMsOf(incident));
      break;
    case 'end':
      world.end(broadcast.roomId, atMs);
      break;
    case 'recreate':
      world.recreate(broadcast.roomId, { atMs });
      break;
    case 'edit':
      world.edit(broadcast.roomId, { ...editOf(incident), atMs });
      break;
  }
}

function targetsOf({ world, incident, atMs }: Application<RoomIncident>): readonly Broadcast[] {
  const { rooms, share, top } = incident;
  if (Array.isArray(rooms)) {
    return rooms.map((id) => world.find(id, atMs)).filter((broadcast) => broadcast !== undefined);
  }
  const onAir = world.onAir(atMs);
  if (share !== undefined) return onAir.filter((broadcast) => broadcast.random < share);
  if (rooms === 'all') return onAir;
  return onAir
    .map((broadcast) => ({ broadcast, audience: broadcast.audienceAt(atMs) }))
    .toSorted((a, b) => b.audience - a.audience)
    .slice(0, top)
    .map(({ broadcast }) => broadcast);
}

function scalingOf(incident: Extract<Incident, { kind: 'audience' }>, fromMs: number): LevelChange {
  const { factor, over, cause } = incident;
  return { kind: 'scale', fromMs, untilMs: fromMs + durationMsOf(incident), factor, rampMs: Math.max(1, over), cause };
}

function editOf(incident: Extract<Incident, { kind: 'edit' }>): RoomEdit {
  const { audience, view_count: viewCount, room_name: roomName, public: isPublic, listed, muted } = incident;
  return {
    ...(audience === undefined ? {} : { audience }),
    ...(viewCount === undefined ? {} : { viewCount }),
    ...(roomName === undefined ? {} : { roomName }),
    ...(isPublic === undefined ? {} : { public: isPublic }),
    ...(listed === undefined ? {} : { listed }),
    ...(muted === undefined ? {} : { muted }),
  };
}
