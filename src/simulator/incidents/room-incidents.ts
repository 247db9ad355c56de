import type { LevelChange } from '../world/level-change.ts';
import type { Show } from '../world/show.ts';
import type { RoomEdit, World } from '../world/world.ts';
import { durationMsOf, type Incident, type RoomIncident } from './incident.ts';

type WorldIncident = RoomIncident | Extract<Incident, { kind: 'add' }>;

/** Lets an incident befall a world at a moment that is not yet past; returns the ids of the rooms concerned. */
export function befall(world: World, incident: WorldIncident, atMs: number): readonly string[] {
  if (incident.kind === 'add') {
    // A repeated incident, or a second app, may find it there.
    if (world.find(incident.room, atMs) === undefined) {
      if (incident.group) world.addGroup(incident.room, incident.audience, atMs);
      else world.addRoom(incident.room, { audience: incident.audience }, atMs);
    }
    return [incident.room];
  }
  if (incident.kind === 'audience' && incident.rooms === 'all') {
    world.changeAll(scaling(incident, atMs));
    return [];
  }
  const shows = targets(world, incident, atMs);
  for (const show of shows) befallRoom(world, show, incident, atMs);
  return shows.map((show) => show.roomId);
}

function befallRoom(world: World, show: Show, incident: RoomIncident, atMs: number): void {
  switch (incident.kind) {
    case 'audience':
      show.change(scaling(incident, atMs), atMs);
      break;
    case 'zero':
      show.answerZero(atMs, atMs + durationMsOf(incident));
      break;
    case 'end':
      world.end(show.roomId, atMs);
      break;
    case 'recreate':
      world.recreate(show.roomId, {}, atMs);
      break;
    case 'edit':
      world.edit(show.roomId, editOf(incident), atMs);
      break;
  }
}

function targets(world: World, incident: RoomIncident, atMs: number): readonly Show[] {
  if (Array.isArray(incident.rooms)) {
    return incident.rooms.map((id) => world.find(id, atMs)).filter((show) => show !== undefined);
  }
  const onAir = world.onAir(atMs);
  if (incident.share !== undefined) return onAir.filter((show) => show.luck < (incident.share ?? 0));
  if (incident.rooms === 'all') return onAir;
  const bySize = onAir.map((show) => ({ show, audience: show.audienceAt(atMs) }));
  return bySize
    .toSorted((a, b) => b.audience - a.audience)
    .slice(0, incident.top)
    .map(({ show }) => show);
}

function scaling(incident: Extract<Incident, { kind: 'audience' }>, fromMs: number): LevelChange {
  const { factor, over } = incident;
  return { kind: 'scale', fromMs, untilMs: fromMs + durationMsOf(incident), factor, rampMs: Math.max(1, over) };
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
