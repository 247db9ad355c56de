import { expect } from '@jest/globals';
import { confirmAfterMs, verifyingTask } from '../../src/rooms/lifecycle.ts';
import type { RoomChanges, RoomWork } from '../../src/rooms/registry-options.ts';
import { RoomRegistry } from '../../src/rooms/registry.ts';
import { exportStateOf, isExported, type RoomView } from '../../src/rooms/room.ts';
import type { RoomSelection } from '../../src/rooms/selection.ts';
import type { Session } from '../../src/rooms/session.ts';
import type { RoomTaskName, TaskName, TaskValues } from '../../src/tasks/tasks.ts';
import type { RoomInfo } from '../../src/tencent/commands/get-room-info.ts';
import type { ListedRoom } from '../../src/tencent/commands/get-room-list.ts';
import { knownTasks } from '../support/known-tasks.ts';
import { applyAll } from '../support/apply-all.ts';

export const endedRetentionMs = 1_800_000;
export const freshForMsInTests = 90_000;

const defaults: RoomSelection = { discover: 'live', include: [], exclude: [], limit: 100 };

export type RegistryConfig = Partial<RoomSelection> & { readonly configured?: readonly string[] };

/** A registry with a clock of its own. Everything that it reports is recorded. */
export function recordedRegistry({ configured = [], ...selection }: RegistryConfig = {}) {
  const log: string[] = [];
  /** What the listener knows of the rooms that are exported. */
  const published = new Map<string, string>();
  let mostPublished = 0;
  const sessions: Session[] = [];
  const registry = new RoomRegistry({
    onSessionEnd: (session) => sessions.push(session),
    selection: { ...defaults, ...selection },
    endedRetentionMs,
    listener: {
      published: (room) => {
        published.set(room.id, summary(room));
        mostPublished = Math.max(mostPublished, published.size);
      },
      withdrawn: (id) => {
        if (!published.delete(id)) throw new Error(`room ${id} was withdrawn, but it was not exported`);
      },
    },
  });
  const apply = ({ due, deselected, toVerify }: RoomChanges) => {
    for (const { id } of deselected) log.push(`deselected ${id}`);
    for (const { id } of due) log.push(`due ${id}`);
    for (const { id, lifecycle } of toVerify) log.push(`verify ${id} by ${verifyingTask(lifecycle.kind)}`);
  };
  const runAll = (work: RoomWork) => applyAll(work, apply);
  runAll(registry.setConfiguredRooms(new Set(configured)));
  let nowMs = 1_000_000;
  const record = <Task extends RoomTaskName>(task: Task, roomId: string, value: TaskValues[Task], carried?: unknown) =>
    apply(registry.record({ task, roomId, value, carried, atMs: nowMs, freshForMs: freshForMsInTests }));
  const listRows = (rows: readonly (string | ListedRoom)[]) => {
    registry.startListing();
    for (const row of rows) {
      apply(registry.listed(typeof row === 'string' ? { roomId: row } : row, nowMs).changes);
    }
  };
  let lastRows: readonly (string | ListedRoom)[] = [];
  const list = (...rows: readonly (string | ListedRoom)[]) => {
    lastRows = rows;
    listRows(rows);
    runAll(registry.endListing({ isWhole: true, unidentifiedRooms: 0, nowMs }));
  };
  const gone = (task: RoomTaskName, roomId: string, code = task === 'room_info' ? 100004 : 10010) =>
    apply(registry.deny({ task, roomId, reason: 'gone', code, askedAtMs: nowMs, nowMs }));
  return {
    registry,
    /** The sessions that have ended since the last call. */
    sessions: () => sessions.splice(0),
    /** What the registry has reported for polling since the last call. */
    changes: () => log.splice(0),
    now: () => nowMs,
    wait: (ms: number) => (nowMs += ms),
    /** A listing that reaches its end and contains these rooms. */
    list,
    /** A listing that contains these rooms and then fails. */
    failListing: (...rows: readonly (string | ListedRoom)[]) => {
      listRows(rows);
      runAll(registry.abandonListing());
    },
    record,
    recordOnline: (id: string, onlineMembers: number) => record('online_members', id, { onlineMembers }),
    recordInfo: (id: string, fields: Partial<RoomInfo> = {}) => record('room_info', id, fields),
    /** Default for `code`: the one with which the command proves an end. */
    gone,
    /** The last listing again, without this room, which its room info then calls gone until that is believed. */
    end: (roomId: string) => {
      gone('room_info', roomId);
      list(...lastRows.filter((row) => (typeof row === 'string' ? row : row.roomId) !== roomId));
      nowMs += confirmAfterMs;
      gone('room_info', roomId);
    },
    notLive: (task: RoomTaskName, roomId: string) =>
      apply(registry.deny({ task, roomId, reason: 'not a live room', code: 100006, askedAtMs: nowMs, nowMs })),
    setConfigured: (...ids: readonly string[]) => runAll(registry.setConfiguredRooms(new Set(ids))),
    configure: (next: Partial<RoomSelection>) =>
      runAll(registry.configure({ selection: { ...defaults, ...next }, endedRetentionMs })),
    runAll,
    /** A whole sweep over the rooms. */
    removeStale: (freshForMs: (task: TaskName) => number, mayForget = () => true) =>
      runAll(registry.removeStale({ now: () => nowMs, freshForMs, mayForget })),
    /** The exported rooms, with the tasks of which a value is known. */
    exported: () => {
      const exported = [...registry.rooms()].filter((room) => isExported(exportStateOf(room)));
      // Whatever a test does, the listener knows exactly this.
      expect(new Map(published)).toEqual(new Map(exported.map((room) => [room.id, summary(room)])));
      return exported.map(summary);
    },
    /** The largest number of rooms that were exported at the same time. */
    mostExported: () => mostPublished,
  };
}

function summary({ id, endedAtMs, latest }: RoomView): string {
  return endedAtMs === undefined ? `${id}: ${knownTasks(latest).join(' ')}` : `${id} ended at ${endedAtMs}`;
}
