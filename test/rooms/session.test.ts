import { describe, expect, it } from '@jest/globals';
import { confirmAfterMs } from '../../src/rooms/lifecycle.ts';
import { recordedRegistry } from './recorded-registry.ts';

const created = { createTimeSeconds: 400, viewCount: 50, roomName: 'Evening show', ownerAccount: 'host' };

/** A registry with one listed room whose audience was read twice. */
function show() {
  const made = recordedRegistry();
  made.list({ roomId: 'a', ...created });
  made.recordOnline('a', 10);
  made.wait(10_000);
  made.recordOnline('a', 20);
  made.changes();
  return { ...made, end: () => made.end('a') };
}

describe('A session', () => {
  it('When a room has ended, its session says what it was and how the end was found', () => {
    const { record, end, sessions, now } = show();
    record('room_stats', 'a', { gifts: 3 }, { gifts: 3 });
    end();
    expect(sessions()).toEqual([
      {
        roomId: 'a',
        roomName: 'Evening show',
        ownerAccount: 'host',
        createdAtSeconds: 400,
        endedAtMs: now(),
        found: { task: 'room_info', reason: 'gone' },
        viewerSeconds: 150,
        observedSeconds: 10,
        peakOnlineMembers: 20,
        peakAtSeconds: 1010,
        views: 50,
        stats: { gifts: 3 },
      },
    ]);
  });

  it('A plain group has a session too, without what only live rooms have', () => {
    const { gone, recordOnline, sessions, wait } = recordedRegistry({ configured: ['g'] });
    gone('room_info', 'g');
    recordOnline('g', 5);
    wait(10_000);
    recordOnline('g', 5);
    gone('online_members', 'g');
    wait(confirmAfterMs);
    gone('online_members', 'g');
    expect(sessions()).toMatchObject([
      {
        roomId: 'g',
        createdAtSeconds: undefined,
        views: undefined,
        viewerSeconds: 50,
        found: { task: 'online_members', reason: 'gone' },
      },
    ]);
  });

  it('A room that is created again ends one session, and the next one starts with nothing', () => {
    const { list, recordOnline, end, sessions, registry, wait } = show();
    list({ roomId: 'a', ...created, createTimeSeconds: 900, viewCount: 1 });
    expect(sessions()).toMatchObject([
      {
        createdAtSeconds: 400,
        views: 50,
        viewerSeconds: 150,
        found: { task: 'room_list', reason: 'created again' },
      },
    ]);
    wait(10_000);
    recordOnline('a', 3);
    end();
    expect(sessions()).toMatchObject([{ createdAtSeconds: 900, views: 1, viewerSeconds: 0, peakOnlineMembers: 3 }]);
    expect(registry.counters).toEqual({ viewerSeconds: 150, roomsStarted: 1, roomsEnded: 2 });
  });

  it('A room that returns after its end begins another session', () => {
    const { recordInfo, recordOnline, end, sessions, wait } = show();
    end();
    sessions();
    recordInfo('a', { ...created, viewCount: 45 });
    recordOnline('a', 7);
    wait(10_000);
    recordOnline('a', 7);
    end();
    expect(sessions()).toMatchObject([{ views: 45, viewerSeconds: 70, observedSeconds: 10, peakOnlineMembers: 7 }]);
  });

  it('Rooms that disappear without a proof of their end have no session', () => {
    const { list, configure, sessions, registry } = recordedRegistry({ limit: 1 });
    list({ roomId: 'a', viewCount: 9 }, { roomId: 'over the limit', viewCount: 1 });
    list({ roomId: 'a', viewCount: 9 });
    list({ roomId: 'a', viewCount: 9 });
    configure({ exclude: [/a/] });
    expect([sessions(), registry.counters.roomsEnded]).toEqual([[], 0]);
  });
});

describe('The counters of an app', () => {
  it('Rooms of the first listing have started before; rooms that are discovered later have started', () => {
    const { list, registry } = recordedRegistry();
    list('a', 'b');
    list('a', 'b', 'c');
    list('c', 'a', 'b', 'd');
    expect(registry.counters.roomsStarted).toBe(2);
  });

  it('A listing that fails does not make all rooms known', () => {
    const { list, failListing, registry } = recordedRegistry();
    failListing('a');
    list('a', 'b');
    expect(registry.counters.roomsStarted).toBe(0);
  });

  it('A configured room has started when it returns after its end, and not when it is first read', () => {
    const { list, recordInfo, end, registry } = recordedRegistry({ configured: ['a'] });
    list();
    recordInfo('a');
    list('a');
    expect(registry.counters.roomsStarted).toBe(0);
    end('a');
    recordInfo('a');
    expect(registry.counters).toMatchObject({ roomsStarted: 1, roomsEnded: 1 });
  });

  it('They go on from those of the process before, which knew all rooms', () => {
    const { list, registry } = recordedRegistry();
    registry.restoreCounters({ viewerSeconds: 1000, roomsStarted: 7, roomsEnded: 5 });
    list('a');
    expect(registry.counters).toEqual({ viewerSeconds: 1000, roomsStarted: 8, roomsEnded: 5 });
  });
});
