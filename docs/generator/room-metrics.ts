import { infoLabels } from '../../src/config/config.ts';
import { roomCatalogue } from '../../src/metrics/rooms/catalogue.ts';
import type { RoomFamily } from '../../src/metrics/rooms/family.ts';
import type { RoomView } from '../../src/rooms/room.ts';
import { taskNames, type TaskName } from '../../src/tasks/tasks.ts';
import { knownRoom } from './known-room.ts';
import { code, table } from './markdown.ts';

/** The table of the room metrics: their entries in the catalogue, and the tasks that read their values. */
export function roomMetricsTable(): string {
  const rows = roomCatalogue(infoLabels).map((family) => [
    code(family.name),
    family.type,
    source(family),
    labelsOf(family).map(code).join(', '),
    family.help,
  ]);
  return table(['metric', 'type', 'task', 'further labels', 'meaning'], rows);
}

function source(family: RoomFamily): string {
  const tasks = taskNames.filter((task) => hasValue(family, roomKnownFrom(task)));
  if (tasks.length === taskNames.length) return 'any';
  return tasks.length === 0 ? 'the end of the room' : tasks.map(code).join(', ');
}

function roomKnownFrom(task: TaskName): RoomView {
  return { id: 'room-1', latest: { [task]: knownRoom[task] } };
}

function hasValue(family: RoomFamily, room: RoomView): boolean {
  return family.kind === 'value' ? family.value(room) !== undefined : family.samples(room).length > 0;
}

function labelsOf(family: RoomFamily): readonly string[] {
  if (family.kind === 'value') return [];
  const samples = family.samples({ id: 'room-1', latest: knownRoom });
  return samples[0]?.labels.map(([name]) => name) ?? [];
}
