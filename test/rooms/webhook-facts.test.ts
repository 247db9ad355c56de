import { describe, expect, it } from '@jest/globals';
import { roomCatalogue } from '../../src/metrics/rooms/catalogue.ts';
import { confirmAfterMs } from '../../src/rooms/lifecycle.ts';
import type { StoredRoom } from '../../src/rooms/room.ts';
import { roomFromLine, roomToLine } from '../../src/rooms/saved-room.ts';
import { sampleLines } from '../support/render-rooms.ts';
import { recordedRegistry } from './recorded-registry.ts';
import { applyAll } from '../support/apply-all.ts';

const statistic = { viewers: 42, giftsSent: 3 };

/** A registry with the room `a`, which the list does not contain, and of which the room info was read. */
function privateRoom() {
  const made = recordedRegistry({ configured: ['a'] });
  made.recordInfo('a', { createTimeSeconds: 400 });
  const room = () => made.registry.get('a') as StoredRoom;
  return {
    ...made,
    room,
    report: (reported: typeof statistic | undefined = statistic) =>
      made.registry.endReported('a', { atMs: made.now(), statistic: reported }),
    /** The series of the members who came or went. */
    series: () =>
      roomCatalogue([])
        .filter(({ name }) => /_(enters|leaves|reconnects)_total$/.test(name))
        .flatMap((family) => sampleLines(family, room(), ''))
        .map((line) => line.trim().replace('tencent_live_room_', '')),
  };
}

describe('Members who came or went', () => {
  it('All six series appear with the first event, so that increase() sees each later one', () => {
    const { registry, series } = privateRoom();
    expect(series()).toEqual([]);
    registry.countMembers('a', { disconnect: 2 });
    registry.countMembers('a', { disconnect: 1, enter: 4 });
    expect(series()).toEqual([
      'enters_total 4',
      'leaves_total{cause="leave"} 0',
      'leaves_total{cause="disconnect"} 3',
      'leaves_total{cause="kicked"} 0',
      'leaves_total{cause="other"} 0',
      'reconnects_total 0',
    ]);
  });

  it('They are forgotten with the life of the room', () => {
    const { registry, series, recordInfo } = privateRoom();
    registry.countMembers('a', { enter: 4 });
    recordInfo('a', { createTimeSeconds: 900 });
    expect(series()).toEqual([]);
  });

  it('They go on after a clean stop', () => {
    const { registry, room } = privateRoom();
    registry.countMembers('a', { enter: 4 });
    expect(roomFromLine(roomToLine(room(), registry.audiences), { isLast: true }).room.memberChanges).toEqual(
      room().memberChanges,
    );
  });

  it.each([
    ['go on after events that were saved are counted again', true, 'enters_total 5'],
    ['start again at 0 if events are lost', false, 'enters_total 0'],
  ])('After a crash they are not exported until it is known which are missing, and then %s', (_, areComplete, line) => {
    const before = privateRoom();
    before.registry.countMembers('a', { enter: 4 });
    const { registry, series } = privateRoom();
    registry.restore(roomFromLine(roomToLine(before.room(), before.registry.audiences), { isLast: false }));
    expect(series()).toEqual([]);
    registry.countMembers('a', { enter: 1 });
    expect(series()).toEqual([]);
    applyAll(registry.releaseMemberChanges({ areComplete }));
    expect(series()).toContain(line);
  });
});

describe('The reported end of a room', () => {
  it('It changes nothing, because anybody may forge it', () => {
    const { report, room, changes, exported } = privateRoom();
    changes();
    report();
    expect([changes(), exported(), room().lifecycle.phase]).toEqual([[], ['a: room_info'], 'alive']);
  });

  it('One response that starts 5 s later and says that the room is gone proves it, and its statistic is part of the session', () => {
    const { report, gone, wait, sessions } = privateRoom();
    report();
    wait(confirmAfterMs);
    gone('room_info', 'a');
    expect(sessions()).toMatchObject([{ roomId: 'a', finalStatistic: statistic }]);
  });

  it('A response that starts sooner proves nothing alone, since both may have the same cause', () => {
    const { report, gone, wait, room, sessions } = privateRoom();
    report();
    wait(confirmAfterMs - 1);
    gone('room_info', 'a');
    expect([room().lifecycle.phase, sessions()]).toEqual(['suspected', []]);
  });

  it('A room that the last listing contained has not ended, but needs to be missing from one listing only', () => {
    const { registry, list, gone, wait, now, sessions } = recordedRegistry();
    list('a', 'b');
    registry.endReported('a', { atMs: now(), statistic });
    wait(confirmAfterMs);
    gone('room_info', 'a');
    expect(sessions()).toEqual([]);
    list('b');
    gone('room_info', 'a');
    expect(sessions()).toMatchObject([{ roomId: 'a', finalStatistic: statistic }]);
  });

  it('If the room lives on, the statistic of the forged report is dropped', () => {
    const { report, recordInfo, gone, wait, sessions } = privateRoom();
    report();
    wait(confirmAfterMs - 1);
    recordInfo('a', { createTimeSeconds: 400 });
    wait(1);
    recordInfo('a', { createTimeSeconds: 400 });
    gone('room_info', 'a');
    wait(confirmAfterMs);
    gone('room_info', 'a');
    expect(sessions()).toMatchObject([{ roomId: 'a', finalStatistic: undefined }]);
  });

  it('A response from just after the end, which may be older than it, does not drop the statistic', () => {
    const { report, recordInfo, gone, wait, sessions } = privateRoom();
    report();
    wait(confirmAfterMs - 1);
    recordInfo('a', { createTimeSeconds: 400 });
    wait(1);
    gone('room_info', 'a');
    expect(sessions()).toMatchObject([{ roomId: 'a', finalStatistic: statistic }]);
  });

  it('A room that is created again at once gives the statistic to the session that has ended', () => {
    const { report, recordInfo, wait, sessions } = privateRoom();
    report();
    wait(confirmAfterMs);
    recordInfo('a', { createTimeSeconds: 900 });
    expect(sessions()).toMatchObject([{ createdAtSeconds: 400, finalStatistic: statistic }]);
    recordInfo('a', { createTimeSeconds: 1500 });
    expect(sessions()).toMatchObject([{ createdAtSeconds: 900, finalStatistic: undefined }]);
  });

  it('The first statistic counts, and one that comes later counts if the first report had none', () => {
    const { report, room } = privateRoom();
    report(undefined);
    report();
    report({ viewers: 1, giftsSent: 0 });
    expect(room().reportedEnd).toEqual({ atMs: 1_000_000, statistic });
  });
});

describe('A room that a webhook has named', () => {
  it('It is due for all tasks at once, and counts as started if it is new', () => {
    const { registry, list } = recordedRegistry();
    list();
    const due = [
      { id: 'new', isNew: true },
      { id: 'old', isNew: false },
    ].flatMap((room) => registry.discover(room).due);
    expect([due.map(({ id }) => id), registry.counters.roomsStarted]).toEqual([['new', 'old'], 1]);
    list('new', 'old');
    expect(registry.counters.roomsStarted).toBe(1);
  });

  it.each([
    ['a filter excludes it', { exclude: [/a/] }],
    ['all places are taken', { limit: 0 }],
    ['only configured rooms are wanted', { discover: 'none' as const }],
  ])('It is not discovered if %s', (_, selection) => {
    const { registry } = recordedRegistry(selection);
    registry.discover({ id: 'a', isNew: true });
    expect([...registry.rooms()]).toEqual([]);
  });

  it('If it is private and loses its place, it is forgotten, because nothing would notice its end', () => {
    const { registry, list } = recordedRegistry({ limit: 1 });
    registry.discover({ id: 'private', isNew: false });
    list({ roomId: 'a', viewCount: 100 });
    list({ roomId: 'a', viewCount: 100 });
    expect([...registry.rooms()].map(({ id }) => id)).toEqual(['a']);
  });
});
