import { describe, expect, it } from '@jest/globals';
import type { RoomsConfig } from '../../src/config/config.ts';
import { RoomRegistry } from '../../src/rooms/registry.ts';
import type { RoomView } from '../../src/rooms/room.ts';
import type { ListedRoom, RoomInfo } from '../../src/tencent/responses.ts';
import { knownTasks } from '../support/known-tasks.ts';

const defaults: RoomsConfig = { discover: 'live', static: [], files: [], include: [], exclude: [], limit: 100 };

function makeRegistry(config: Partial<RoomsConfig> = {}) {
  const log: string[] = [];
  /** What the registry has told of the rooms that it exports. */
  const told = new Map<string, string>();
  const registry = new RoomRegistry({
    config: { ...defaults, ...config },
    endedRetentionMs: 1_800_000,
    events: {
      joined: (room) => log.push(`joined ${room.id}`),
      doubted: (room, task) => log.push(`ask ${task} of ${room.id}`),
      left: (room) => log.push(`left ${room.id}`),
      published: (room) => told.set(room.id, summary(room)),
      withdrawn: (id) => told.delete(id),
    },
  });
  registry.nameRooms(new Set(defaults.static.concat(config.static ?? [])));
  let nowMs = 1_000_000;
  return {
    registry,
    /** What the registry has asked for since the last call. */
    events: () => log.splice(0),
    at: () => nowMs,
    wait: (ms: number) => (nowMs += ms),
    /** A complete walk that meets these rooms. */
    walk: (...rows: readonly (string | ListedRoom)[]) => {
      registry.beginWalk();
      for (const row of rows) registry.listed(typeof row === 'string' ? { roomId: row } : row, nowMs);
      registry.completeWalk(nowMs);
    },
    failedWalk: (...ids: readonly string[]) => {
      registry.beginWalk();
      for (const roomId of ids) registry.listed({ roomId }, nowMs);
    },
    /** A whole round, two rooms a slice. */
    expire: (freshForMs: (task: string) => number) => {
      const slices = registry.expire({ now: () => nowMs, roomsPerSlice: 2, freshForMs });
      while (slices.next().done !== true);
    },
    online: (id: string, onlineMembers: number) =>
      registry.answered('online_members', id, { value: { onlineMembers }, atMs: nowMs }),
    info: (id: string, fields: Partial<RoomInfo> = {}) =>
      registry.answered('room_info', id, { value: fields, atMs: nowMs }),
    exported: () => {
      const exported = [...registry.exported()];
      // Whatever a test does, the exposition has been told of it.
      expect(new Map(told)).toEqual(new Map(exported.map((room) => [room.id, summary(room)])));
      return exported.map(summary);
    },
  };
}

function summary({ id, endedAtMs, latest }: RoomView): string {
  return endedAtMs === undefined ? `${id}: ${knownTasks(latest).join(' ')}` : `${id} ended at ${endedAtMs}`;
}

describe('a listed room', () => {
  it('joins when a walk first meets it, and is not announced again', () => {
    const { walk, events, exported } = makeRegistry();
    walk('a', 'b');
    walk('b', 'a');
    expect(events()).toEqual(['joined a', 'joined b']);
    expect(exported()).toEqual(['a: room_list', 'b: room_list']);
  });

  it('is no suspect for slipping between the pages of one walk', () => {
    const { walk, events } = makeRegistry();
    walk('a', 'b');
    events();
    walk('a');
    walk('a', 'b');
    walk('a');
    expect(events()).toEqual([]);
  });

  it('ends when two complete walks miss it and its room info is gone', () => {
    const { registry, walk, events, exported, at } = makeRegistry();
    walk('a', 'b');
    events();
    walk('a');
    walk('a');
    expect(events()).toEqual(['ask room_info of b']);
    expect(exported()).toEqual(['a: room_list', 'b: room_list']);
    registry.gone('room_info', 'b', at());
    expect(events()).toEqual(['left b']);
    expect(exported()).toEqual(['a: room_list', `b ended at ${at()}`]);
  });

  it('is not accused by walks that fail half-way', () => {
    const { walk, failedWalk, events, exported } = makeRegistry();
    walk('a', 'b');
    events();
    for (let again = 0; again < 5; again += 1) failedWalk('a');
    expect(events()).toEqual([]);
    expect(exported()).toEqual(['a: room_list', 'b: room_list']);
  });

  it('lives on as a private room when it has left the list and its room info answers', () => {
    const { walk, info, events, exported } = makeRegistry();
    walk('a', 'b');
    walk('a');
    walk('a');
    events();
    info('b', { public: false });
    for (let again = 0; again < 5; again += 1) walk('a');
    expect(events()).toEqual([]);
    expect(exported()).toEqual(['a: room_list', 'b: room_list room_info']);
  });

  it('is asked for when one command calls it gone, and loses that command’s values only, while its room info answers', () => {
    const { registry, walk, online, info, events, exported, at } = makeRegistry();
    walk('a');
    online('a', 7);
    events();
    registry.gone('online_members', 'a', at());
    expect(events()).toEqual(['ask room_info of a']);
    info('a');
    expect(exported()).toEqual(['a: room_list room_info']);
  });

  it('is doubted at most once a minute for a command that keeps calling it gone', () => {
    const { registry, walk, info, events, at, wait } = makeRegistry();
    walk('a');
    info('a');
    events();
    const doubtedAfter: number[] = [];
    for (let seconds = 0; seconds < 180; seconds += 10) {
      registry.gone('online_members', 'a', at());
      if (events().length > 0) {
        doubtedAfter.push(seconds);
        info('a');
      }
      wait(10_000);
    }
    expect(doubtedAfter).toEqual([0, 60, 120]);
  });

  it('ends only when room info says gone a second time', () => {
    const { registry, walk, info, events, exported, at } = makeRegistry();
    walk('a');
    info('a');
    events();
    registry.gone('room_info', 'a', at());
    expect(events()).toEqual(['ask room_info of a']);
    expect(exported()).toEqual(['a: room_list']);
    registry.gone('room_info', 'a', at());
    expect(exported()).toEqual([`a ended at ${at()}`]);
  });

  it('takes no late answers after its end', () => {
    const { registry, walk, online, exported, at } = makeRegistry();
    walk('a');
    registry.gone('room_info', 'a', at());
    registry.gone('room_info', 'a', at());
    online('a', 9);
    expect(exported()).toEqual([`a ended at ${at()}`]);
  });
});

describe('an end', () => {
  const ended = () => {
    const made = makeRegistry();
    made.walk({ roomId: 'a', createTimeSeconds: 100 });
    made.registry.gone('room_info', 'a', made.at());
    made.registry.gone('room_info', 'a', made.at());
    made.events();
    return made;
  };

  it('is published for the retention, and then the room is forgotten', () => {
    const { registry, exported, at, wait, expire } = ended();
    const endedAt = at();
    wait(1_799_999);
    expire(() => 90_000);
    expect(exported()).toEqual([`a ended at ${endedAt}`]);
    wait(1);
    expire(() => 90_000);
    expect(exported()).toEqual([]);
    expect(registry.get('a')).toBeUndefined();
  });

  it('survives a list that is older than the end: the room is asked for', () => {
    const { walk, exported, events, at } = ended();
    walk({ roomId: 'a', createTimeSeconds: 100 });
    expect(events()).toEqual(['ask room_info of a']);
    expect(exported()).toEqual([`a ended at ${at()}`]);
  });

  it('is lost at once when the room answers again', () => {
    const { info, exported, events } = ended();
    info('a', { createTimeSeconds: 100 });
    expect(events()).toEqual(['joined a']);
    expect(exported()).toEqual(['a: room_info']);
  });

  it('is lost at once when the list shows another CreateTime', () => {
    const { walk, exported, events } = ended();
    walk({ roomId: 'a', createTimeSeconds: 200 });
    expect(events()).toEqual(['joined a']);
    expect(exported()).toEqual(['a: room_list']);
  });

  it('frees the room’s place under the limit', () => {
    const { registry, walk, exported, at } = makeRegistry({ limit: 1 });
    walk({ roomId: 'a', viewCount: 9 }, { roomId: 'b', viewCount: 8 });
    registry.gone('room_info', 'a', at());
    registry.gone('room_info', 'a', at());
    walk({ roomId: 'b', viewCount: 8 });
    expect(exported()).toEqual([`a ended at ${at()}`, 'b: room_list']);
  });
});

describe('a room that comes back under its id while it is known', () => {
  it('starts anew: none of the old values is true of it', () => {
    const { registry, walk, online, exported, events } = makeRegistry();
    walk({ roomId: 'a', createTimeSeconds: 100, viewCount: 5000 });
    online('a', 70);
    registry.countJoins('a', [10]);
    registry.countJoins('a', [20]);
    events();
    walk({ roomId: 'a', createTimeSeconds: 200, viewCount: 3 });
    expect(events()).toEqual(['joined a']);
    expect(exported()).toEqual(['a: room_list']);
    expect(registry.countJoins('a', [30])).toBe(0);
  });
});

describe('a static room', () => {
  it('is polled from the start and never accused by the list', () => {
    const { walk, events, exported } = makeRegistry({ static: ['s'] });
    for (let again = 0; again < 5; again += 1) walk('a');
    expect(events()).toEqual(['joined s', 'joined a']);
    expect(exported()).toEqual(['s: ', 'a: room_list']);
  });

  it('is one room where the list shows it too', () => {
    const { walk, exported, registry } = makeRegistry({ static: ['a'] });
    walk('a');
    expect(exported()).toEqual(['a: room_list']);
    expect(registry.counts()).toEqual({ alive: 1, exported: 1, filtered: 0, overLimit: 0 });
  });

  it('that is a plain group keeps its audience without room info, and is not asked for it again within the hour', () => {
    const { registry, online, events, exported, at, wait } = makeRegistry({ static: ['g'] });
    registry.gone('room_info', 'g', at());
    registry.notLive('member_list', 'g', at());
    online('g', 12);
    expect(events()).toEqual(['joined g']);
    expect(exported()).toEqual(['g: online_members']);
    const due = (task: 'room_info' | 'online_members') => [...registry.due(task, at())].map((room) => room.id);
    expect([due('room_info'), due('online_members')]).toEqual([[], ['g']]);
    wait(3_600_000);
    expect(due('room_info')).toEqual(['g']);
  });

  it('that is a plain group ends when the online count says gone twice', () => {
    const { registry, online, events, exported, at } = makeRegistry({ static: ['g'] });
    registry.gone('room_info', 'g', at());
    online('g', 12);
    events();
    registry.gone('online_members', 'g', at());
    expect(events()).toEqual(['ask online_members of g']);
    registry.gone('online_members', 'g', at());
    expect(exported()).toEqual([`g ended at ${at()}`]);
  });

  it('that never existed has no end to tell', () => {
    const { registry, exported, at } = makeRegistry({ static: ['typo'] });
    registry.gone('room_info', 'typo', at());
    registry.gone('online_members', 'typo', at());
    registry.gone('online_members', 'typo', at());
    expect(exported()).toEqual([]);
    expect(registry.doubtful().map((room) => room.id)).toEqual(['typo']);
  });

  it('that has ended stays known, and returns when it answers', () => {
    const { registry, info, events, exported, at, wait, expire } = makeRegistry({ static: ['s'] });
    info('s');
    registry.gone('room_info', 's', at());
    registry.gone('room_info', 's', at());
    wait(1_800_000);
    expire(() => 90_000);
    expect(exported()).toEqual([]);
    expect(registry.doubtful().map((room) => room.id)).toEqual(['s']);
    events();
    info('s');
    expect(events()).toEqual(['joined s']);
    expect(exported()).toEqual(['s: room_info']);
  });
});

describe('rooms that are named', () => {
  it('are polled when they are added, and forgotten when they are no longer named', () => {
    const { registry, events } = makeRegistry({ static: ['a'] });
    registry.nameRooms(new Set(['a', 'b']));
    registry.nameRooms(new Set(['b']));
    expect(events()).toEqual(['joined a', 'joined b', 'left a']);
    expect(registry.get('a')).toBeUndefined();
  });

  it('stay when the list holds them, too, but lose what naming gave them', () => {
    const { registry, walk, events, exported } = makeRegistry({ exclude: [/^test/] });
    registry.nameRooms(new Set(['test-1', 'live-1']));
    walk('test-1', 'live-1');
    events();
    registry.nameRooms(new Set());
    expect(events()).toEqual(['left test-1']);
    expect(exported()).toEqual(['live-1: room_list']);
    registry.nameRooms(new Set(['test-1']));
    expect(events()).toEqual(['joined test-1']);
  });
});

describe('with discover: chat', () => {
  it('the list does not make a group a live room: what it is shows when it is asked', () => {
    const { registry, walk, online, events, exported, at } = makeRegistry({ discover: 'chat' });
    walk('g', 'r');
    registry.gone('room_info', 'g', at());
    online('g', 5);
    registry.answered('room_info', 'r', { value: {}, atMs: at() });
    expect(events()).toEqual(['joined g', 'joined r']);
    expect(exported()).toEqual(['g: room_list online_members', 'r: room_list room_info']);
    expect([...registry.due('room_info', at())].map((room) => room.id)).toEqual(['r']);
  });
});

describe('filters and limit', () => {
  it('keep out what include does not name and what exclude names, but nothing that the config names', () => {
    const { walk, exported, registry } = makeRegistry({ include: [/^live/], exclude: [/test/], static: ['test-s'] });
    walk('live-1', 'live-test', 'other');
    expect(exported()).toEqual(['test-s: ', 'live-1: room_list']);
    expect(registry.counts()).toEqual({ alive: 4, exported: 2, filtered: 2, overLimit: 0 });
  });

  it('keep nothing that only a failed walk has met, beyond the rooms that it gave a place', () => {
    const { registry, walk, failedWalk } = makeRegistry({ limit: 1 });
    walk({ roomId: 'a', viewCount: 30 }, { roomId: 'b', viewCount: 20 });
    failedWalk('a', 'c', 'd');
    registry.abandonWalk();
    expect(registry.counts()).toEqual({ alive: 2, exported: 1, filtered: 0, overLimit: 1 });
  });

  it('leave the most viewed rooms, and change them at the end of a walk', () => {
    const { walk, exported, events, registry } = makeRegistry({ limit: 2 });
    walk({ roomId: 'a', viewCount: 30 }, { roomId: 'b', viewCount: 20 }, { roomId: 'c', viewCount: 10 });
    expect(exported()).toEqual(['a: room_list', 'b: room_list']);
    events();
    walk({ roomId: 'c', viewCount: 40 }, { roomId: 'a', viewCount: 31 }, { roomId: 'b', viewCount: 20 });
    expect(events()).toEqual(['left b', 'joined c']);
    expect(registry.counts()).toEqual({ alive: 3, exported: 2, filtered: 0, overLimit: 1 });
  });

  it('count static rooms and never drop them', () => {
    const { walk, exported } = makeRegistry({ limit: 2, static: ['s'] });
    walk({ roomId: 'a', viewCount: 30 }, { roomId: 'b', viewCount: 20 });
    expect(exported()).toEqual(['s: ', 'a: room_list']);
  });

  it('forget a room without a place once two walks have missed it, without a call', () => {
    const { walk, events, registry } = makeRegistry({ limit: 1 });
    walk({ roomId: 'a', viewCount: 30 }, { roomId: 'b', viewCount: 20 });
    events();
    walk({ roomId: 'a', viewCount: 30 });
    walk({ roomId: 'a', viewCount: 30 });
    expect(events()).toEqual([]);
    expect(registry.get('b')).toBeUndefined();
  });
});

describe('expire', () => {
  it('withdraws each reading after its own task’s time', () => {
    const { walk, online, exported, wait, expire } = makeRegistry();
    walk('a');
    wait(60_000);
    online('a', 5);
    const freshForMs = (task: string) => (task === 'room_list' ? 90_000 : 120_000);
    wait(30_001);
    expire(freshForMs);
    expect(exported()).toEqual(['a: online_members']);
    wait(120_000);
    expire(freshForMs);
    expect(exported()).toEqual(['a: ']);
  });

  it('forgets a suspect of which nothing is known any more', () => {
    const { registry, walk, wait, expire } = makeRegistry();
    walk('a', 'b');
    walk('a');
    walk('a');
    wait(90_001);
    expire(() => 90_000);
    expect(registry.get('b')).toBeUndefined();
    expect(registry.get('a')).toBeDefined();
  });
});

describe('countJoins', () => {
  it('counts accounts that joined after the newest join of the read before', () => {
    const { registry, walk } = makeRegistry();
    walk('a');
    expect(registry.countJoins('a', [10, 12])).toBe(0);
    expect(registry.countJoins('a', [10, 12, 13, 15])).toBe(2);
    expect(registry.countJoins('a', [])).toBe(2);
    expect(registry.countJoins('a', [15, 16])).toBe(3);
  });
});
