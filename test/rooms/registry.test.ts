import { describe, expect, it } from '@jest/globals';
import { endedRetentionMs, recordedRegistry } from './recorded-registry.ts';

describe('A listed room', () => {
  it('A room is due when a listing first contains it, and is not reported a second time', () => {
    const { list, changes, exported } = recordedRegistry();
    list('a', 'b');
    list('b', 'a');
    expect(changes()).toEqual(['due a', 'due b']);
    expect(exported()).toEqual(['a: room_list', 'b: room_list']);
  });

  it('A listing says which of its rows are repeated, because pages overlap while the list moves', () => {
    const { registry } = recordedRegistry();
    const areFirst = () => ['a', 'b', 'a'].map((roomId) => registry.listed({ roomId }, 1).isFirst);
    registry.startListing();
    expect(areFirst()).toEqual([true, true, false]);
    registry.startListing();
    expect(areFirst()).toEqual([true, true, false]);
  });

  it('A room that slips between the pages of one listing is not suspected', () => {
    const { list, changes } = recordedRegistry();
    list('a', 'b');
    changes();
    list('a');
    list('a', 'b');
    list('a');
    expect(changes()).toEqual([]);
  });

  it('A room ends when two complete listings do not contain it and its room info is gone 5 s later', () => {
    const { gone, list, changes, exported, now, wait } = recordedRegistry();
    list('a', 'b');
    changes();
    list('a');
    list('a');
    expect(changes()).toEqual(['verify b by room_info']);
    expect(exported()).toEqual(['a: room_list', 'b: room_list']);
    wait(4999);
    gone('room_info', 'b');
    expect(changes()).toEqual([]);
    wait(1);
    gone('room_info', 'b');
    expect(changes()).toEqual(['deselected b']);
    expect(exported()).toEqual(['a: room_list', `b ended at ${now()}`]);
  });

  it('Listings that fail half-way raise no suspicion', () => {
    const { list, failListing, changes, exported } = recordedRegistry();
    list('a', 'b');
    changes();
    for (let time = 0; time < 5; time += 1) failListing('a');
    expect(changes()).toEqual([]);
    expect(exported()).toEqual(['a: room_list', 'b: room_list']);
  });

  it('A room that has left the list and whose room info responds stays exported as a private room', () => {
    const { list, recordInfo, changes, exported } = recordedRegistry();
    list('a', 'b');
    list('a');
    list('a');
    changes();
    recordInfo('b', { public: false });
    for (let time = 0; time < 5; time += 1) list('a');
    expect(changes()).toEqual([]);
    expect(exported()).toEqual(['a: room_list', 'b: room_list room_info']);
  });

  it('A room that one command calls gone is verified once a listing misses it, and loses only the values of that command', () => {
    const { gone, list, recordOnline, recordInfo, changes, exported } = recordedRegistry();
    list('a');
    recordOnline('a', 7);
    changes();
    gone('online_members', 'a');
    expect(changes()).toEqual([]);
    list();
    expect(changes()).toEqual(['verify a by room_info']);
    recordInfo('a');
    expect(exported()).toEqual(['a: room_list room_info']);
  });

  it('A room is suspected at most once a minute if one command keeps calling it gone', () => {
    const { gone, recordInfo, changes, wait } = recordedRegistry({ configured: ['a'] });
    recordInfo('a');
    changes();
    const suspectedAfter: number[] = [];
    for (let seconds = 0; seconds < 180; seconds += 10) {
      gone('online_members', 'a');
      if (changes().length > 0) {
        suspectedAfter.push(seconds);
        recordInfo('a');
      }
      wait(10_000);
    }
    expect(suspectedAfter).toEqual([0, 60, 120]);
  });

  it('A room does not end while the last listing contains it, however often its room info is gone', () => {
    const { gone, list, recordInfo, changes, exported, now, wait } = recordedRegistry();
    list('a');
    recordInfo('a');
    changes();
    for (let time = 0; time < 5; time += 1) {
      gone('room_info', 'a');
      wait(10_000);
      list('a');
    }
    expect(changes()).toEqual([]);
    expect(exported()).toEqual(['a: room_list']);
    list();
    expect(changes()).toEqual(['verify a by room_info']);
    gone('room_info', 'a');
    expect(exported()).toEqual([`a ended at ${now()}`]);
  });

  it('A late response does not change a room that has ended', () => {
    const { end, list, recordOnline, exported, now } = recordedRegistry();
    list('a');
    end('a');
    recordOnline('a', 9);
    expect(exported()).toEqual([`a ended at ${now()}`]);
  });

  it('Responses for a room that is not known are ignored', () => {
    const { gone, notLive, recordInfo, changes, exported } = recordedRegistry();
    recordInfo('unknown');
    gone('room_info', 'unknown');
    notLive('member_list', 'unknown');
    expect([changes(), exported()]).toEqual([[], []]);
  });
});

describe('The end of a room', () => {
  const endedRoom = () => {
    const made = recordedRegistry();
    made.list({ roomId: 'a', createTimeSeconds: 100 });
    made.end('a');
    made.changes();
    return made;
  };

  it('An end is exported for its retention, and then the room is forgotten', () => {
    const { registry, exported, now, wait, removeStale } = endedRoom();
    const endedAtMs = now();
    wait(endedRetentionMs - 1);
    removeStale(() => 90_000);
    expect(exported()).toEqual([`a ended at ${endedAtMs}`]);
    wait(1);
    removeStale(() => 90_000);
    expect(exported()).toEqual([]);
    expect(registry.get('a')).toBeUndefined();
  });

  it('A listing that is older than the end does not revive the room, but has it verified', () => {
    const { list, exported, changes, now } = endedRoom();
    list({ roomId: 'a', createTimeSeconds: 100 });
    expect(changes()).toEqual(['verify a by room_info']);
    expect(exported()).toEqual([`a ended at ${now()}`]);
  });

  it('An end is withdrawn at once when the room info responds again', () => {
    const { recordInfo, exported, changes } = endedRoom();
    recordInfo('a', { createTimeSeconds: 100 });
    expect(changes()).toEqual(['due a']);
    expect(exported()).toEqual(['a: room_info']);
  });

  it('An end is withdrawn at once when the list shows another CreateTime', () => {
    const { list, exported, changes } = endedRoom();
    list({ roomId: 'a', createTimeSeconds: 200 });
    expect(changes()).toEqual(['due a']);
    expect(exported()).toEqual(['a: room_list']);
  });

  it('An end frees the place of its room under the limit', () => {
    const { end, list, exported, now } = recordedRegistry({ limit: 1 });
    list({ roomId: 'a', viewCount: 9 }, { roomId: 'b', viewCount: 8 });
    end('a');
    list({ roomId: 'b', viewCount: 8 });
    expect(exported()).toEqual([`a ended at ${now()}`, 'b: room_list']);
  });

  it('A room that returns when all places are taken is not polled, and its end is withdrawn', () => {
    const { end, list, recordInfo, changes, exported, registry } = recordedRegistry({ limit: 1 });
    list('a');
    end('a');
    list('b');
    changes();
    recordInfo('a');
    expect(changes()).toEqual([]);
    expect(exported()).toEqual(['b: room_list']);
    expect(registry.counts()).toEqual({ alive: 2, exported: 1, filtered: 0, overLimit: 1 });
  });
});

describe('A room that is created again under its id while it is selected', () => {
  const createdAgain = () => {
    const made = recordedRegistry();
    made.list({ roomId: 'a', createTimeSeconds: 100, viewCount: 5000 });
    made.recordOnline('a', 70);
    const value = { listedMembers: 2, markedMembers: new Map<number, number>(), joins: 1 };
    made.record('group_members', 'a', value, { total: 1, newestJoinTimeSeconds: 20 });
    made.changes();
    return made;
  };

  it('No value of the old room is exported for the new one, which is due at once, and once only', () => {
    const { list, exported, changes } = createdAgain();
    list({ roomId: 'a', createTimeSeconds: 200, viewCount: 3 });
    expect(changes()).toEqual(['due a']);
    expect(exported()).toEqual(['a: room_list']);
  });

  it('The room info shows it too, by another CreateTime', () => {
    const { recordInfo, exported, changes } = createdAgain();
    recordInfo('a', { createTimeSeconds: 101 });
    recordInfo('a', { createTimeSeconds: 200 });
    expect(changes()).toEqual(['due a']);
    expect(exported()).toEqual(['a: room_info']);
  });

  it('A suspicion against the old room does not apply to the new one', () => {
    const { gone, list, changes, registry } = createdAgain();
    gone('online_members', 'a');
    expect(registry.get('a')?.lifecycle.phase).toBe('suspected');
    list({ roomId: 'a', createTimeSeconds: 200 });
    expect(changes()).toEqual(['due a']);
    expect(registry.get('a')?.lifecycle.phase).toBe('alive');
  });

  it('What a task has carried from one read to the next is forgotten', () => {
    const { list, registry } = createdAgain();
    expect(registry.get('a')?.carried).toEqual({ group_members: { total: 1, newestJoinTimeSeconds: 20 } });
    list({ roomId: 'a', createTimeSeconds: 200 });
    expect(registry.get('a')?.carried).toBeUndefined();
  });
});

describe('Data that a task carries from one read to the next', () => {
  const value = { listedMembers: 1, markedMembers: new Map<number, number>(), joins: 0 };

  it('The registry keeps it for each task while the room is selected', () => {
    const { list, record, registry } = recordedRegistry();
    list('a');
    record('group_members', 'a', value, 'first');
    record('room_stats', 'a', {}, 'other');
    record('group_members', 'a', value, 'second');
    record('group_members', 'a', value);
    expect(registry.get('a')?.carried).toEqual({ group_members: 'second', room_stats: 'other' });
  });

  it('A late response after the end leaves nothing for the next life of the room', () => {
    const { list, end, record, recordInfo, registry } = recordedRegistry();
    list('a');
    end('a');
    record('group_members', 'a', value, 'old');
    recordInfo('a');
    expect(registry.get('a')?.carried).toBeUndefined();
  });
});

describe('removeStale', () => {
  it('Each value is withdrawn after the time that its own task allows', () => {
    const { list, recordOnline, exported, wait, removeStale } = recordedRegistry();
    list('a');
    wait(60_000);
    recordOnline('a', 5);
    const freshForMs = (task: string) => (task === 'room_list' ? 90_000 : 120_000);
    wait(30_001);
    removeStale(freshForMs);
    expect(exported()).toEqual(['a: online_members']);
    wait(120_000);
    removeStale(freshForMs);
    expect(exported()).toEqual(['a: ']);
  });

  it('A suspected room of which no value is left is forgotten', () => {
    const { registry, list, changes, wait, removeStale } = recordedRegistry();
    list('a', 'b');
    list('a');
    list('a');
    changes();
    wait(90_001);
    removeStale(() => 90_000);
    expect(registry.get('b')).toBeUndefined();
    expect(registry.get('a')).toBeDefined();
    expect(changes()).toEqual(['deselected b']);
  });

  it('All rooms are visited although rooms are forgotten meanwhile', () => {
    const { registry, list, changes, exported, wait, removeStale } = recordedRegistry();
    list('a', 'b', 'c', 'd', 'e');
    list('b', 'd');
    list('b', 'd');
    changes();
    wait(90_001);
    removeStale(() => 90_000);
    expect(changes()).toEqual(['deselected a', 'deselected c', 'deselected e']);
    expect([exported(), registry.selectedCount]).toEqual([['b: ', 'd: '], 2]);
  });
});
