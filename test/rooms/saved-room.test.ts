import { describe, expect, it } from '@jest/globals';
import type { StoredRoom } from '../../src/rooms/room.ts';
import { roomFromLine, roomToLine } from '../../src/rooms/saved-room.ts';
import { completeRoom } from '../support/sample-rooms.ts';
import { recordedRegistry } from './recorded-registry.ts';

type Recorded = ReturnType<typeof recordedRegistry>;

/** The rooms of a registry are saved, and restored in another one. */
function saveAndRestore({ registry: before }: Recorded, { registry: after }: Recorded): void {
  const { audiences } = after;
  for (const room of before.rooms()) {
    after.restore(roomFromLine(roomToLine(room, before.audiences), { isLast: true, audiences }));
  }
}

/** A registry with a room that has a value of every task. */
function registryWithCompleteRoom() {
  const made = recordedRegistry();
  const { room_list, ...rest } = completeRoom.latest;
  made.list({ ...room_list?.value, roomId: 'room-1' });
  for (const [task, latest] of Object.entries(rest)) {
    made.record(task as 'room_info', 'room-1', latest?.value as object, { carried: task });
  }
  return made;
}

describe('A saved room', () => {
  it('Everything that is known of it is restored, maps included', () => {
    const before = registryWithCompleteRoom();
    const after = recordedRegistry();
    saveAndRestore(before, after);
    const room = after.registry.get('room-1') as StoredRoom;
    expect({ ...room, lastListing: 1, firstListing: 1 }).toEqual(before.registry.get('room-1'));
  });

  it('If the process was killed, nothing that only grows is known until the next response, and then it goes on', () => {
    const { registry } = registryWithCompleteRoom();
    const line = roomToLine(registry.get('room-1') as StoredRoom, registry.audiences);
    const after = recordedRegistry();
    after.registry.restore(roomFromLine(line, { isLast: false }));
    const { latest, mostViews } = after.registry.get('room-1') as StoredRoom;
    expect(latest.room_info?.value).toMatchObject({ maxMembers: 6000 });
    expect([latest.room_info?.value.viewCount, latest.group_members?.value.joins]).toEqual([undefined, undefined]);
    expect([latest.room_stats, latest.online_members?.value, mostViews]).toEqual([
      undefined,
      { onlineMembers: 873 },
      5012,
    ]);
  });

  it.each([
    ['was set forward by an hour before it was saved, and is right again', 3_600_000, 30_000],
    ['was set back between the two processes, so that the value seems to be from the future', 0, 0],
  ])('Its values are as old as they are if the wall clock %s', (_, laterMs, expectedAgeMs) => {
    const { registry } = registryWithCompleteRoom();
    const saved = registry.get('room-1') as StoredRoom;
    const savedAtMs = saved.latest.online_members?.atMs ?? 0;
    const nowMs = savedAtMs + laterMs + (expectedAgeMs || -3_600_000);
    const { room } = roomFromLine(roomToLine(saved, registry.audiences), { isLast: true, laterMs, nowMs });
    expect(nowMs - (room.latest.online_members?.atMs ?? 0)).toBe(expectedAgeMs);
  });

  it('Its lifecycle is the shared object again, so that many rooms take little memory', () => {
    const before = registryWithCompleteRoom();
    const after = recordedRegistry();
    saveAndRestore(before, after);
    expect(after.registry.get('room-1')?.lifecycle).toBe(before.registry.get('room-1')?.lifecycle);
  });

  it('It is exported by another registry as before, and goes on from there', () => {
    const before = registryWithCompleteRoom();
    const after = recordedRegistry();
    saveAndRestore(before, after);
    expect(after.exported()).toEqual(before.exported());
    expect([after.registry.counts(), after.changes()]).toEqual([before.registry.counts(), []]);
    after.list();
    after.list();
    expect(after.changes()).toEqual(['verify room-1 by room_info']);
    after.wait(5000);
    after.gone('room_info', 'room-1');
    expect(after.exported()).toEqual([`room-1 ended at ${after.now()}`]);
  });

  it('An end stays exported for its retention, and the room is not polled', () => {
    const before = registryWithCompleteRoom();
    before.end('room-1');
    const after = recordedRegistry();
    saveAndRestore(before, after);
    expect([after.exported(), after.registry.selectedCount]).toEqual([before.exported(), 0]);
  });

  it('The filters and the limit of the new configuration apply', () => {
    const before = recordedRegistry();
    before.list({ roomId: 'a', viewCount: 3 }, { roomId: 'b', viewCount: 2 }, { roomId: 'c', viewCount: 1 });
    const after = recordedRegistry();
    saveAndRestore(before, after);
    after.configure({ exclude: [/^a$/], limit: 1 });
    expect(after.exported()).toEqual(['b: room_list']);
  });
});
