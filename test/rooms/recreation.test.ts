import { describe, expect, it } from '@jest/globals';
import { recordedRegistry } from './recorded-registry.ts';

const created = 1_693_271_354;

/** A room whose two commands have responded, the room info one second later than the list. */
function knownRoom(options: { readonly listed?: number; readonly inInfo?: number } = {}) {
  const { listed = created, inInfo = created + 1 } = options;
  const made = recordedRegistry();
  made.list({ roomId: 'a', createTimeSeconds: listed, viewCount: 5000 });
  made.recordInfo('a', { createTimeSeconds: inInfo, viewCount: 4990 });
  made.changes();
  const views = () => made.registry.get('a')?.mostViews;
  return { ...made, views };
}

describe('A room whose commands date its creation differently', () => {
  it.each([
    ['by one second', created, created + 1],
    ['by hours', created, created + 8 * 3600],
  ])('Responses that differ %s alternate without a new life', (_how, listed, inInfo) => {
    const { list, recordInfo, changes, exported } = knownRoom({ listed, inInfo });
    for (let turn = 0; turn < 3; turn += 1) {
      list({ roomId: 'a', createTimeSeconds: listed });
      recordInfo('a', { createTimeSeconds: inInfo });
    }
    expect(changes()).toEqual([]);
    expect(exported()).toEqual(['a: room_list room_info']);
  });

  it('A command that moves by up to five seconds shows no new life, and six seconds show one', () => {
    const { list, changes } = knownRoom();
    list({ roomId: 'a', createTimeSeconds: created + 5 });
    expect(changes()).toEqual([]);
    list({ roomId: 'a', createTimeSeconds: created + 11 });
    expect(changes()).toEqual(['due a']);
  });
});

describe('A new life of a room', () => {
  it('It is noticed once, although both commands show it', () => {
    const { list, recordInfo, changes, exported } = knownRoom();
    list({ roomId: 'a', createTimeSeconds: created + 600, viewCount: 3 });
    recordInfo('a', { createTimeSeconds: created + 601, viewCount: 4 });
    expect(changes()).toEqual(['due a']);
    expect(exported()).toEqual(['a: room_list room_info']);
  });

  it('Cached data of the life before, from the other command, does not count for a minute', () => {
    const { list, recordInfo, changes, exported, views, wait } = knownRoom();
    recordInfo('a', { createTimeSeconds: created + 600, viewCount: 3 });
    list({ roomId: 'a', createTimeSeconds: created, viewCount: 5001 });
    expect([exported(), views()]).toEqual([['a: room_info'], 3]);
    wait(60_000);
    list({ roomId: 'a', createTimeSeconds: created, viewCount: 9 });
    expect([exported(), views(), changes()]).toEqual([['a: room_list room_info'], 9, ['due a']]);
  });
});

describe('The views of a room', () => {
  it('They never decrease within a life, whichever command responds', () => {
    const { list, recordInfo, views } = knownRoom();
    expect(views()).toBe(5000);
    recordInfo('a', { createTimeSeconds: created + 1, viewCount: 10 });
    list({ roomId: 'a', createTimeSeconds: created, viewCount: 4000 });
    expect(views()).toBe(5000);
  });

  it('They start again with a new life, and after an end', () => {
    const { list, end, recordInfo, views } = knownRoom();
    list({ roomId: 'a', createTimeSeconds: created + 600, viewCount: 3 });
    expect(views()).toBe(3);
    end('a');
    recordInfo('a', { viewCount: 1 });
    recordInfo('a', { viewCount: 1 });
    expect(views()).toBe(1);
  });

  it('Without any CreateTime, far fewer views show a new life, and a few fewer do not', () => {
    const { list, changes, views } = recordedRoomWithoutDate();
    list({ roomId: 'a', viewCount: 4900 });
    expect([changes(), views()]).toEqual([[], 5000]);
    list({ roomId: 'a', viewCount: 12 });
    expect([changes(), views()]).toEqual([['due a'], 12]);
  });
});

function recordedRoomWithoutDate() {
  const made = recordedRegistry();
  made.list({ roomId: 'a', viewCount: 5000 });
  made.changes();
  return { ...made, views: () => made.registry.get('a')?.mostViews };
}
