import { infoLabels } from '../../src/config/config.ts';
import { roomCatalogue } from '../../src/metrics/rooms/catalogue.ts';
import type { RoomFamily } from '../../src/metrics/rooms/family.ts';
import type { AudienceTrend } from '../../src/rooms/audience-history.ts';
import type { LatestValues } from '../../src/rooms/latest-values.ts';
import type { RoomView } from '../../src/rooms/room.ts';
import { startedWatchTime } from '../../src/rooms/watch-time.ts';
import { noMemberChanges } from '../../src/rooms/webhook-facts.ts';
import { type TaskName, taskNames, tasks } from '../../src/tasks/tasks.ts';
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

/** A room for which every task has read its example: a metric without a value here is read by no task. */
const examples = Object.fromEntries(
  tasks.map(({ name, example }) => [name, { value: example, atMs: 0 }]),
) as LatestValues;

/** Of a room that loses members, so that everything about its audience is known. */
const trend: AudienceTrend = {
  baseline: 20,
  dropRatio: 0.5,
  deviation: 1,
  loss: { startedAtMs: 0, stepRatio: 0.5, regainedRatio: 0 },
};

function source(family: RoomFamily): string {
  const readers = taskNames.filter((task) => hasValue(family, roomKnownFrom(task)));
  if (readers.length === taskNames.length) return 'any';
  if (readers.length > 0) return readers.map(code).join(', ');
  return hasValue(family, roomKnownFromWebhooks) ? 'webhooks' : 'the end of the room';
}

const roomKnownFromWebhooks: RoomView = { id: 'room-1', latest: {}, memberChanges: noMemberChanges };

function roomKnownFrom(task: TaskName): RoomView {
  const watchTime = task === 'online_members' ? startedWatchTime : {};
  return { id: 'room-1', latest: { [task]: examples[task] }, ...watchTime };
}

function hasValue(family: RoomFamily, room: RoomView): boolean {
  const known = room.latest.online_members === undefined ? undefined : trend;
  return family.kind === 'value' ? family.value(room, known) !== undefined : family.samples(room).length > 0;
}

function labelsOf(family: RoomFamily): readonly string[] {
  if (family.kind === 'value') return [];
  const samples = family.samples({ ...roomKnownFromWebhooks, latest: examples });
  return samples[0]?.labels.map(([name]) => name) ?? [];
}
