import { describe, expect, it } from '@jest/globals';
import { endedRetentionMs, recordedRegistry } from './recorded-registry.ts';

describe('A configured room', () => {
  it('A configured room is polled from the start and never suspected because of the list', () => {
    const { list, changes, exported } = recordedRegistry({ configured: ['s'] });
    for (let time = 0; time < 5; time += 1) list('a');
    expect(changes()).toEqual(['due s', 'due a']);
    expect(exported()).toEqual(['s: ', 'a: room_list']);
  });

  it('A configured room that the list contains too is one room', () => {
    const { list, exported, registry } = recordedRegistry({ configured: ['a'] });
    list('a');
    expect(exported()).toEqual(['a: room_list']);
    expect(registry.counts()).toEqual({ alive: 1, exported: 1, filtered: 0, overLimit: 0 });
  });

  it('A configured plain group is exported with its audience and without room info, and is not suspected', () => {
    const { gone, notLive, recordOnline, changes, exported } = recordedRegistry({ configured: ['g'] });
    gone('room_info', 'g');
    notLive('member_list', 'g');
    recordOnline('g', 12);
    expect(changes()).toEqual(['due g']);
    expect(exported()).toEqual(['g: online_members']);
  });

  it('A configured plain group ends when the online count says gone twice, 5 s apart', () => {
    const { gone, recordOnline, changes, exported, now, wait } = recordedRegistry({ configured: ['g'] });
    gone('room_info', 'g');
    recordOnline('g', 12);
    changes();
    gone('online_members', 'g');
    expect(changes()).toEqual(['verify g by online_members']);
    wait(5000);
    gone('online_members', 'g');
    expect(exported()).toEqual([`g ended at ${now()}`]);
  });

  it('The end of a configured room that never existed is not exported', () => {
    const { gone, exported, registry, wait } = recordedRegistry({ configured: ['typo'] });
    gone('room_info', 'typo');
    gone('online_members', 'typo');
    wait(5000);
    gone('online_members', 'typo');
    expect(exported()).toEqual([]);
    expect(registry.get('typo')?.lifecycle.phase).toBe('ended');
  });

  it('A configured room that has ended stays known, and returns when its room info responds', () => {
    const { end, recordInfo, changes, exported, wait, removeStale, registry } = recordedRegistry({
      configured: ['s'],
    });
    recordInfo('s');
    end('s');
    wait(endedRetentionMs);
    removeStale(() => 90_000);
    expect(exported()).toEqual([]);
    expect(registry.get('s')?.lifecycle.phase).toBe('ended');
    changes();
    recordInfo('s');
    expect(changes()).toEqual(['due s']);
    expect(exported()).toEqual(['s: room_info']);
  });

  it('A configured room returns after its end even if all places are taken', () => {
    const { end, list, recordInfo, changes, exported } = recordedRegistry({ configured: ['s'], limit: 1 });
    recordInfo('s');
    end('s');
    list('a');
    changes();
    recordInfo('s');
    expect(changes()).toEqual(['due s']);
    expect(exported()).toEqual(['s: room_info']);
  });
});

describe('setConfiguredRooms', () => {
  it('Rooms are polled when they are added to the configuration, and forgotten when they are removed from it', () => {
    const { registry, setConfigured, changes } = recordedRegistry({ configured: ['a'] });
    setConfigured('a', 'b');
    setConfigured('b');
    expect(changes()).toEqual(['due a', 'due b', 'deselected a']);
    expect(registry.get('a')).toBeUndefined();
  });

  it('A room that is no longer configured stays while the list contains it, but the filters apply to it again', () => {
    const { setConfigured, list, changes, exported } = recordedRegistry({ exclude: [/^test/] });
    setConfigured('test-1', 'live-1');
    list('test-1', 'live-1');
    changes();
    setConfigured();
    expect(changes()).toEqual(['deselected test-1']);
    expect(exported()).toEqual(['live-1: room_list']);
    setConfigured('test-1');
    expect(changes()).toEqual(['due test-1']);
  });

  it('A room beyond the limit is polled once it is configured', () => {
    const { setConfigured, list, changes, exported } = recordedRegistry({ limit: 1 });
    list({ roomId: 'a', viewCount: 9 }, { roomId: 'b', viewCount: 8 });
    changes();
    setConfigured('b');
    expect(changes()).toEqual(['due b']);
    expect(exported()).toEqual(['a: room_list', 'b: room_list']);
  });
});

describe('configure', () => {
  it('Another filter holds at once, for rooms that are known already', () => {
    const { configure, list, changes, exported, registry } = recordedRegistry();
    list('live-1', 'test-1');
    changes();
    configure({ exclude: [/^test/] });
    expect([changes(), exported()]).toEqual([['deselected test-1'], ['live-1: room_list']]);
    expect(registry.counts()).toEqual({ alive: 2, exported: 1, filtered: 1, overLimit: 0 });
    configure({});
    expect([changes(), exported()]).toEqual([['due test-1'], ['live-1: room_list', 'test-1: ']]);
  });

  it('The end of a room that another filter excludes is withdrawn, and the room is forgotten', () => {
    const { configure, end, list, exported, registry } = recordedRegistry();
    list('test-1');
    end('test-1');
    configure({ exclude: [/^test/] });
    expect([exported(), registry.get('test-1')]).toEqual([[], undefined]);
  });

  it('Another limit holds at once', () => {
    const { configure, list, changes, exported } = recordedRegistry();
    list({ roomId: 'a', viewCount: 9 }, { roomId: 'b', viewCount: 8 });
    changes();
    configure({ limit: 1 });
    expect([changes(), exported()]).toEqual([['deselected b'], ['a: room_list']]);
  });

  it('Discovered rooms are forgotten when rooms are discovered in another way, and configured rooms stay', () => {
    const { configure, list, changes, exported, registry } = recordedRegistry({ configured: ['s'] });
    list('a', 'b');
    changes();
    configure({ discover: 'none' });
    expect([changes(), exported()]).toEqual([['deselected a', 'deselected b'], ['s: ']]);
    expect(registry.counts()).toEqual({ alive: 1, exported: 1, filtered: 0, overLimit: 0 });
  });
});

describe('discover: chat', () => {
  it('The list of groups does not prove that a group is a live room: the responses to its commands do', () => {
    const { gone, list, recordInfo, recordOnline, changes, exported, registry } = recordedRegistry({
      discover: 'chat',
    });
    list('g', 'r');
    gone('room_info', 'g');
    recordOnline('g', 5);
    recordInfo('r');
    expect(changes()).toEqual(['due g', 'due r']);
    expect(exported()).toEqual(['g: room_list online_members', 'r: room_list room_info']);
    expect(['g', 'r'].map((id) => registry.get(id)?.lifecycle.kind)).toEqual(['group', 'live']);
  });
});

describe('Filters and limit', () => {
  it('The filters exclude rooms by include and by exclude, but no configured room', () => {
    const { list, exported, registry } = recordedRegistry({
      include: [/^live/],
      exclude: [/test/],
      configured: ['test-s'],
    });
    list('live-1', 'live-test', 'other');
    expect(exported()).toEqual(['test-s: ', 'live-1: room_list']);
    expect(registry.counts()).toEqual({ alive: 4, exported: 2, filtered: 2, overLimit: 0 });
  });

  it('Rooms that only a failed listing contained are forgotten, unless they were selected', () => {
    const { registry, list, failListing } = recordedRegistry({ limit: 1 });
    list({ roomId: 'a', viewCount: 30 }, { roomId: 'b', viewCount: 20 });
    failListing('a', 'c', 'd');
    expect(registry.counts()).toEqual({ alive: 2, exported: 1, filtered: 0, overLimit: 1 });
  });

  it('The most viewed rooms are selected, and they change at the end of a listing', () => {
    const { list, exported, changes, registry } = recordedRegistry({ limit: 2 });
    list({ roomId: 'a', viewCount: 30 }, { roomId: 'b', viewCount: 20 }, { roomId: 'c', viewCount: 10 });
    expect(exported()).toEqual(['a: room_list', 'b: room_list']);
    changes();
    list({ roomId: 'c', viewCount: 40 }, { roomId: 'a', viewCount: 31 }, { roomId: 'b', viewCount: 20 });
    expect(changes()).toEqual(['deselected b', 'due c']);
    expect(registry.counts()).toEqual({ alive: 3, exported: 2, filtered: 0, overLimit: 1 });
  });

  it('At no moment are more rooms exported than the limit allows', () => {
    const { list, exported, mostExported } = recordedRegistry({ limit: 1 });
    list({ roomId: 'c', viewCount: 1 }, { roomId: 'a', viewCount: 30 });
    list({ roomId: 'a', viewCount: 30 }, { roomId: 'c', viewCount: 90 });
    expect([exported(), mostExported()]).toEqual([['c: room_list'], 1]);
  });

  it('Configured rooms count for the limit and are never dropped', () => {
    const { list, exported } = recordedRegistry({ limit: 2, configured: ['s'] });
    list({ roomId: 'a', viewCount: 30 }, { roomId: 'b', viewCount: 20 });
    expect(exported()).toEqual(['s: ', 'a: room_list']);
  });

  it('A room that is not selected is forgotten without a call when two listings do not contain it', () => {
    const { list, changes, registry } = recordedRegistry({ limit: 1 });
    list({ roomId: 'a', viewCount: 30 }, { roomId: 'b', viewCount: 20 });
    changes();
    list({ roomId: 'a', viewCount: 30 });
    list({ roomId: 'a', viewCount: 30 });
    expect(changes()).toEqual([]);
    expect(registry.get('b')).toBeUndefined();
  });

  it('A room that is suspected and loses its place in the same listing is not polled after that', () => {
    const { list, changes, exported, registry } = recordedRegistry({ limit: 1 });
    list({ roomId: 'a', viewCount: 30 }, { roomId: 'b', viewCount: 20 });
    list({ roomId: 'b', viewCount: 20 });
    changes();
    list({ roomId: 'b', viewCount: 90 });
    expect(changes()).toEqual(['verify a by room_info', 'deselected a', 'due b']);
    expect(exported()).toEqual(['b: room_list']);
    list({ roomId: 'b', viewCount: 90 });
    expect([changes(), registry.get('a')]).toEqual([[], undefined]);
  });

  it('The end of a room is not exported if late responses prove it after the room has lost its place', () => {
    const { configure, gone, list, exported, registry, wait } = recordedRegistry();
    list('test-1');
    configure({ exclude: [/^test/] });
    list();
    gone('room_info', 'test-1');
    wait(5000);
    gone('room_info', 'test-1');
    expect([exported(), registry.get('test-1')?.lifecycle.phase]).toEqual([[], 'ended']);
  });
});
