import { type TaskName, taskNames } from '../tasks/tasks.ts';
import type { AudienceHistory } from './audience-history.ts';
import type { LatestValues } from './latest-values.ts';
import { sharedLifecycle } from './lifecycle.ts';
import { newRoom, type Room, type StoredRoom } from './room.ts';

/** What is saved of a room: everything but the numbers of listings, which begin again in each process. */
type SavedRoom = Omit<StoredRoom, 'latest' | 'audienceSlot' | 'lastListing' | 'firstListing' | 'exportState'> & {
  readonly latest: Readonly<Partial<Record<TaskName, { readonly value: SavedValue; readonly atMs: number }>>>;
  /** The history of its audience; older versions did not save it. */
  readonly audience?: readonly number[] | undefined;
};

type SavedValue = Readonly<Record<string, unknown>>;

/** A room of a process before, which is not selected yet. */
export interface RestoredRoom {
  readonly room: StoredRoom;
  readonly wasSelected: boolean;
}

/** A room of a registry as one line of JSON. */
export function roomToLine(room: Room, audiences: AudienceHistory): string {
  const { latest, audienceSlot, lastListing: _, firstListing: __, exportState: ___, ...rest } = room as StoredRoom;
  const saved: SavedRoom = {
    ...rest,
    audience: audienceSlot === undefined ? undefined : audiences.save(audienceSlot),
    latest: Object.fromEntries(
      // JSON leaves out the tasks without a value.
      taskNames.map((task) => {
        const known = latest[task];
        return [task, known && { value: savedValue(known.value), atMs: known.atMs }];
      }),
    ),
  };
  return JSON.stringify(saved);
}

/**
 * Values that only grow. If the process before was killed, it may have exported larger ones than it has saved: they stay unknown
 * until the next response, since in Prometheus a counter that goes backwards has started again.
 */
const growingFields = ['viewCount', 'joins', 'viewers', 'gifts', 'giftCoins', 'giftSenders', 'likes', 'messages'];

interface Saved {
  /** Whether the process before changed nothing after it had saved the room. */
  readonly isLast: boolean;
  /** How much later this process' clock says that something happened. Default: the two agree. */
  readonly laterMs?: number;
  /** Unix milliseconds of the steady clock. Default: never mind whether a time lies in the future. */
  readonly nowMs?: number;
  /** Takes in the history of the room's audience. Default: it is not restored. */
  readonly audiences?: AudienceHistory;
}

/** Throws a SyntaxError. */
export function roomFromLine(line: string, { isLast, laterMs = 0, nowMs = Infinity, audiences }: Saved): RestoredRoom {
  // If the clock was set back between the two processes, a value would otherwise be shown for longer than it is fresh.
  const here = (atMs: number) => Math.min(atMs + laterMs, nowMs);
  const { latest, isSelected, lifecycle, audience, ...saved } = JSON.parse(line) as SavedRoom;
  const room = newRoom({ ...saved, listing: 0 });
  const { clearedAtMs } = lifecycle;
  const present = clearedAtMs === undefined ? lifecycle : { ...lifecycle, clearedAtMs: here(clearedAtMs) };
  Object.assign(room, saved, { lifecycle: sharedLifecycle(present) }, isLast ? {} : { leftOut: 'everything' });
  for (const task of taskNames) {
    const known = latest[task];
    if (known === undefined) continue;
    const value = isLast ? known.value : without(growingFields, known.value);
    if (!isLast && Object.keys(value).length === 0) continue;
    const restored = { value: restoredValue(value), atMs: here(known.atMs) } as unknown as LatestValues[TaskName];
    (room.latest as Record<TaskName, LatestValues[TaskName]>)[task] = restored;
  }
  if (audience !== undefined) room.audienceSlot = audiences?.restore(audience, here);
  const { reportedEnd, memberChanges } = saved;
  if (reportedEnd !== undefined) room.reportedEnd = { ...reportedEnd, atMs: here(reportedEnd.atMs) };
  if (memberChanges !== undefined && !isLast) room.memberChanges = { ...memberChanges, isHeld: true };
  for (const time of ['endedAtMs', 'notLiveAtMs', 'recreatedAtMs'] as const) {
    const atMs = room[time];
    if (atMs !== undefined) room[time] = here(atMs);
  }
  return { room, wasSelected: isSelected };
}

function without(names: readonly string[], value: SavedValue): SavedValue {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** JSON has no maps: one becomes a list of its entries under this key. */
const mapKey = 'entries';

function savedValue(value: object): SavedValue {
  const fields = Object.entries(value);
  if (!fields.some(([, field]) => field instanceof Map)) return value as SavedValue;
  return Object.fromEntries(
    fields.map(([name, field]) => [name, field instanceof Map ? { [mapKey]: [...field] } : field]),
  );
}

function restoredValue(value: SavedValue): SavedValue {
  const fields = Object.entries(value);
  const entriesOf = (field: unknown) => (field as Readonly<Record<string, unknown>> | null)?.[mapKey];
  if (!fields.some(([, field]) => Array.isArray(entriesOf(field)))) return value;
  return Object.fromEntries(
    fields.map(([name, field]) => {
      const entries = entriesOf(field);
      return [name, Array.isArray(entries) ? new Map(entries as [unknown, unknown][]) : field];
    }),
  );
}
