import { describe, expect, it } from '@jest/globals';
import { dueRooms, isToBeVerified } from '../../src/polling/planner.ts';
import { newLifecycle } from '../../src/rooms/lifecycle.ts';
import { newRoom, type Room } from '../../src/rooms/room.ts';
import { type RoomTaskName, roomTaskOf } from '../../src/tasks/tasks.ts';
import { recordedRegistry } from '../rooms/recorded-registry.ts';

const hourMs = 3_600_000;
const nowMs = 100 * hourMs;

/** A selected live room, with other fields as given. */
function room(id: string, { lifecycle, ...fields }: Partial<Room> = {}): Room {
  return {
    ...newRoom({ id, isConfigured: false, isFiltered: false, listing: 1 }),
    isSelected: true,
    ...fields,
    lifecycle: { ...newLifecycle, kind: 'live', ...lifecycle },
  };
}

const inPhase = (phase: 'alive' | 'suspected' | 'ended') => ({ ...newLifecycle, kind: 'live' as const, phase });
const group = { ...newLifecycle, kind: 'group' as const };
const withAudience = (onlineMembers: number) => ({ latest: { online_members: { value: { onlineMembers }, atMs: 1 } } });

const ids = (rooms: Iterable<Room>) => [...rooms].map(({ id }) => id);

function due(
  rooms: readonly Room[],
  task: RoomTaskName,
  options: { readonly roomLimit?: number; readonly isAvailable?: boolean; readonly trial?: number } = {},
) {
  const { roomLimit, isAvailable = true, trial = 0 } = options;
  return ids(dueRooms(rooms, { task: roomTaskOf(task), roomLimit, isAvailable, trial, nowMs }));
}

describe('dueRooms', () => {
  it('All selected rooms that have not ended are due, in their order', () => {
    const rooms = [
      room('a'),
      room('not selected', { isSelected: false }),
      room('suspected', { lifecycle: inPhase('suspected') }),
      room('ended', { lifecycle: inPhase('ended') }),
      room('b'),
    ];
    expect(due(rooms, 'room_info')).toEqual(['a', 'suspected', 'b']);
  });

  it('A plain group is due for the tasks that serve groups, and not for those that serve live rooms only', () => {
    const rooms = [room('group', { lifecycle: group, notLiveAtMs: nowMs }), room('live')];
    const tasks = ['room_info', 'online_members', 'member_list', 'group_members', 'room_stats'] as const;
    expect(tasks.map((task) => due(rooms, task))).toEqual([
      ['live'],
      ['group', 'live'],
      ['live'],
      ['group', 'live'],
      ['live'],
    ]);
  });

  it('A plain group is asked again after an hour whether it has become a live room', () => {
    const deniedBefore = (ms: number) => [room('group', { lifecycle: group, notLiveAtMs: nowMs - ms })];
    expect(due(deniedBefore(hourMs - 1), 'room_info')).toEqual([]);
    expect(due(deniedBefore(hourMs), 'room_info')).toEqual(['group']);
  });

  it('Only the rooms with the largest audiences are due if the task reads a limited number of rooms', () => {
    const rooms = [5, 9, 1, 7].map((audience) => room(`${audience} online`, withAudience(audience)));
    expect(due(rooms, 'group_members', { roomLimit: 2 })).toEqual(['9 online', '7 online']);
    expect(due(rooms, 'group_members')).toHaveLength(4);
  });

  it('One room is enough to try a command again that the plan did not include, each time another one', () => {
    const rooms = [room('ended', { lifecycle: inPhase('ended') }), room('a'), room('b')];
    const tried = [0, 1, 2].map((trial) => due(rooms, 'room_stats', { isAvailable: false, trial }));
    expect(tried).toEqual([['a'], ['b'], ['a']]);
    expect(due([], 'room_stats', { isAvailable: false })).toEqual([]);
  });

  it('A room that is deselected while the rooms are enqueued is not due any more', () => {
    const { registry, list, configure } = recordedRegistry();
    list('a', 'b', 'c');
    const task = roomTaskOf('room_info');
    const enqueued: string[] = [];
    for (const { id } of dueRooms(registry.rooms(), { task, roomLimit: undefined, isAvailable: true, nowMs })) {
      enqueued.push(id);
      configure({ exclude: [/b/] });
    }
    expect(enqueued).toEqual(['a', 'c']);
  });

  it('A configured plain group is not due for its room info within an hour after it was gone', () => {
    const { registry, gone, notLive, recordOnline, now, wait } = recordedRegistry({ configured: ['g'] });
    gone('room_info', 'g');
    notLive('member_list', 'g');
    recordOnline('g', 12);
    const dueNow = (task: RoomTaskName) =>
      ids(
        dueRooms(registry.rooms(), { task: roomTaskOf(task), roomLimit: undefined, isAvailable: true, nowMs: now() }),
      );
    expect([dueNow('room_info'), dueNow('online_members')]).toEqual([[], ['g']]);
    wait(hourMs);
    expect(dueNow('room_info')).toEqual(['g']);
  });

  it('Of the groups that the list of groups contains, those that are live rooms are due for their room info', () => {
    const { registry, gone, list, recordInfo, recordOnline, now } = recordedRegistry({ discover: 'chat' });
    list('g', 'r');
    gone('room_info', 'g');
    recordOnline('g', 5);
    recordInfo('r');
    const task = roomTaskOf('room_info');
    expect(ids(dueRooms(registry.rooms(), { task, roomLimit: undefined, isAvailable: true, nowMs: now() }))).toEqual([
      'r',
    ]);
  });
});

describe('isToBeVerified', () => {
  it('Selected rooms whose end is suspected are verified', () => {
    const rooms = [
      room('alive'),
      room('suspected', { lifecycle: inPhase('suspected') }),
      room('suspected, but not selected', { lifecycle: inPhase('suspected'), isSelected: false }),
    ];
    expect(ids(rooms.filter(isToBeVerified))).toEqual(['suspected']);
  });

  it('Configured rooms that have ended are verified, because they may return', () => {
    const ended = { lifecycle: inPhase('ended'), isSelected: false };
    const rooms = [room('configured', { ...ended, isConfigured: true }), room('discovered', ended)];
    expect(ids(rooms.filter(isToBeVerified))).toEqual(['configured']);
  });

  it('A configured room that never existed is verified at each listing', () => {
    const { registry, gone } = recordedRegistry({ configured: ['typo'] });
    gone('room_info', 'typo');
    gone('online_members', 'typo');
    gone('online_members', 'typo');
    expect(ids([...registry.rooms()].filter(isToBeVerified))).toEqual(['typo']);
  });

  it('A configured room that has ended is still verified when its end is no longer exported', () => {
    const { registry, recordInfo, gone, removeStale, wait } = recordedRegistry({ configured: ['s'] });
    recordInfo('s');
    gone('room_info', 's');
    gone('room_info', 's');
    wait(1_800_000);
    removeStale(() => 90_000);
    expect(ids([...registry.rooms()].filter(isToBeVerified))).toEqual(['s']);
  });
});
