import { describe, expect, it } from '@jest/globals';
import { Recorder } from '../support/recorder/recorder.ts';

const sdkAppId = 1;
const series = (metric: string, roomId = 'a', labels = '') =>
  `tencent_live_room_${metric}{sdk_app_id="${sdkAppId}",room_id="${roomId}"${labels}}`;

/** A recorder, the responses that a test gives, and what is untrue in a scrape of these samples. */
function recording() {
  const recorder = new Recorder({ freshForMs: { get_room_info: 180_000 }, inFlightMs: 1000, removalMs: 2000 });
  const give = (command: string, roomId: string, payload: object, atMs: number) => {
    const isLive = command !== 'get_online_member_num';
    const body = JSON.stringify({ ErrorCode: 0, ...(isLive ? { Response: payload } : payload) });
    const request = JSON.stringify(isLive ? { RoomId: roomId } : { GroupId: roomId });
    recorder.record({ sdkAppId, command, request, status: 200, body, atMs });
  };
  return {
    recorder,
    online: (count: unknown, atMs: number, roomId = 'a') =>
      give('get_online_member_num', roomId, { OnlineMemberNum: count }, atMs),
    info: (info: object, atMs: number, roomId = 'a') => give('get_room_info', roomId, { RoomInfo: info }, atMs),
    list: (rows: readonly object[], atMs: number) => give('get_room_list', '', { RoomList: rows }, atMs),
    untrue: (samples: Readonly<Record<string, number>>, nowMs: number) =>
      recorder
        .check(
          Object.entries(samples)
            .map(([name, value]) => `${name} ${value}\n`)
            .join(''),
          nowMs,
        )
        .map(({ because }) => because.replace(/:? (?:the API|it) gave \d.*/, '')),
  };
}

const online = series('online_members');
const neverGiven = 'the API never gave it for this room';
const newer = 'there is a newer one';

describe('The recorder of values', () => {
  it('The newest value that was given is true, and so are absent values and those of other metrics', () => {
    const { online: give, untrue, recorder } = recording();
    give(5, 0);
    give(7, 10_000);
    expect(untrue({ [online]: 7, [series('viewer_seconds_total')]: 99 }, 12_000)).toEqual([]);
    expect(untrue({}, 20_000)).toEqual([]);
    expect(recorder.summary).toBe('values checked: 1 against 2 responses, untrue: 0');
  });

  it('A value that the API never gave is untrue', () => {
    const { online: give, untrue, recorder } = recording();
    give(5, 0);
    expect(untrue({ [online]: 6 }, 2000)).toEqual([neverGiven]);
    expect(recorder.untrue).toEqual([
      { series: online, shown: 6, because: `${neverGiven}: it gave 5 by get_online_member_num at 0` },
    ]);
    expect(recorder.summary).toBe('values checked: 1 against 1 responses, untrue: 1');
  });

  it('A value of another room or of another app is untrue', () => {
    const { online: give, untrue } = recording();
    give(5, 0, 'b');
    const none = 'the API gave no such value for this room';
    expect(untrue({ [online]: 5 }, 2000)).toEqual([none]);
    expect(untrue({ [series('online_members', 'b').replace('"1"', '"2"')]: 5 }, 2000)).toEqual([none]);
  });

  it('An older value is true only while the newer one may be in flight', () => {
    const { online: give, untrue } = recording();
    give(5, 0);
    give(7, 10_000);
    expect([untrue({ [online]: 5 }, 11_000), untrue({ [online]: 5 }, 11_001)]).toEqual([[], [newer]]);
  });

  it('A value is untrue when it should have disappeared, which depends on its command', () => {
    const { online: give, info, untrue } = recording();
    give(5, 0);
    info({ RoomId: 'a', MaxSeatCount: 8 }, 0);
    const seats = { [series('max_seats')]: 8 };
    expect([untrue({ [online]: 5 }, 92_000), untrue({ [online]: 5 }, 92_001)]).toEqual([[], ['it is stale']]);
    expect([untrue(seats, 182_000), untrue(seats, 182_001)]).toEqual([[], ['it is stale']]);
  });

  it('A series that is shown twice is untrue', () => {
    const { online: give, recorder } = recording();
    give(5, 0);
    expect(recorder.check(`${online} 5\n${online} 5\n`, 2000).map(({ because }) => because)).toEqual([
      'the series is shown twice',
    ]);
  });

  it('A response that makes no sense, failed or is about another room gives no value, and those before stay true', () => {
    const { online: give, info, recorder, untrue } = recording();
    give(5, 0);
    for (const odd of [-1, 0.5, 'odd', null, 5e9]) give(odd, 1000);
    const failed = { sdkAppId, command: 'get_online_member_num', request: '{"GroupId":"a"}', atMs: 1000 };
    recorder.record({ ...failed, status: 200, body: '{"ErrorCode":60008,"OnlineMemberNum":9}' });
    recorder.record({ ...failed, status: 502, body: '{"ErrorCode":0,"OnlineMemberNum":9}' });
    recorder.record({ ...failed, status: 200, body: '{"ErrorCode":0,"OnlineMemb' });
    info({ RoomId: 'b', MaxSeatCount: 8 }, 1000);
    expect(untrue({ [online]: 5 }, 10_000)).toEqual([]);
    expect(untrue({ [online]: 9, [series('max_seats')]: 8 }, 10_000)).toEqual([
      neverGiven,
      'the API gave no such value for this room',
    ]);
  });

  it('A number in quotes may be read or not', () => {
    const { online: give, untrue } = recording();
    give(5, 0);
    give('7', 1000);
    expect([untrue({ [online]: 5 }, 10_000), untrue({ [online]: 7 }, 10_000)]).toEqual([[], []]);
  });

  it('After responses that may be lost, older values stay true, and those that arrived are true, too', () => {
    const { online: give, recorder, untrue } = recording();
    give(5, 0);
    recorder.mayLose(2000);
    give(7, 3000);
    recorder.losesNothing();
    expect([untrue({ [online]: 5 }, 10_000), untrue({ [online]: 7 }, 10_000)]).toEqual([[], []]);
    give(8, 11_000);
    expect(untrue({ [online]: 7 }, 20_000)).toEqual([newer]);
  });

  it('Views are the largest number since the room was created, whichever command gave it', () => {
    const { info, list, untrue } = recording();
    const views = series('view_count');
    const dated = { RoomId: 'a', CreateTime: 1_700_000_000 };
    info({ ...dated, ViewCount: 100 }, 0);
    list([{ ...dated, ViewCount: 90 }], 10_000);
    expect([untrue({ [views]: 100 }, 20_000), untrue({ [views]: 90 }, 20_000)]).toEqual([[], [newer]]);
    list([{ RoomId: 'a', CreateTime: 1_700_000_500, ViewCount: 3 }], 30_000);
    expect([untrue({ [views]: 3 }, 40_000), untrue({ [views]: 100 }, 40_000)]).toEqual([[], [newer]]);
  });

  it('The peak is the largest audience that was given, however long ago', () => {
    const { online: give, untrue } = recording();
    const peak = series('peak_online_members');
    give(50, 0);
    give(40, 500_000);
    expect([untrue({ [peak]: 50 }, 510_000), untrue({ [peak]: 45 }, 510_000)]).toEqual([[], [neverGiven]]);
    give(60, 520_000);
    expect([untrue({ [peak]: 60 }, 600_000), untrue({ [peak]: 50 }, 600_000)]).toEqual([[], [newer]]);
  });

  it('Labels are checked, with quotes and line breaks in them', () => {
    const { info, recorder } = recording();
    info({ RoomId: 'a', RoomName: 'the "first"\\\nroom', RoomType: 'Live' }, 0);
    const scrape = (name: string) => `${series('info', 'a', `,room_name="${name}",room_type="Live"`)} 1\n`;
    expect(recorder.check(scrape(String.raw`the \"first\"\\\nroom`), 2000)).toEqual([]);
    expect(recorder.check(scrape('the second room'), 2000).map(({ shown }) => shown)).toEqual(['the second room']);
    expect(recorder.summary).toBe('values checked: 4 against 1 responses, untrue: 1');
  });

  it('The rooms that were given a value are known', () => {
    const { online: give, recorder } = recording();
    give(5, 0);
    give(5, 1000, 'room b');
    expect(recorder.roomsGivenSince({ sdkAppId, command: 'get_online_member_num' }, 1000)).toEqual(new Set(['room b']));
  });
});
