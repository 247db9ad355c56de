import { describe, expect, it } from '@jest/globals';
import type { ExpositionConfig } from '../../../src/config/config.ts';
import type { RoomsSnapshot } from '../../../src/metrics/rooms/snapshot.ts';
import type { RoomView } from '../../../src/rooms/room.ts';
import { createRoomMetrics } from '../../support/room-metrics.ts';
import { expositionConfig, namedRoom, startMs } from '../../support/sample-rooms.ts';

const sdkAppId = 1;

/** A room with the given number of views and three series. */
function viewed(id: string, viewCount: number): RoomView {
  return {
    id,
    latest: {
      room_list: { atMs: startMs, value: { roomId: id, viewCount, memberCount: 1 } },
    },
  };
}

function idsIn(snapshot: RoomsSnapshot): readonly string[] {
  const text = Buffer.concat(snapshot.joined('text').plain).toString();
  return [...new Set([...text.matchAll(/room_id="([^"]*)"/g)].map(([, id = '']) => id))];
}

function limited(maxSeries: number, rooms: readonly RoomView[]) {
  return createRoomMetrics([{ sdkAppId, rooms }], () => ({ ...expositionConfig, maxSeries }));
}

describe('exposition.max_series', () => {
  it('All series of the least viewed rooms are dropped, these rooms are counted, and one warning is logged', async () => {
    const rooms = [viewed('a', 10), viewed('b', 30), viewed('c', 20), viewed('d', 5)];
    const { roomMetrics, listeners, logged } = limited(7, rooms);
    const first = await roomMetrics.snapshot();
    expect([idsIn(first), first.series, first.totals.get(sdkAppId)?.droppedBySeries]).toEqual([['b', 'c'], 6, 2]);
    listeners.get(sdkAppId)?.published(viewed('e', 40));
    const second = await roomMetrics.snapshot();
    expect([idsIn(second), second.totals.get(sdkAppId)?.droppedBySeries]).toEqual([['b', 'e'], 3]);
    expect(second.totals.get(sdkAppId)).toMatchObject({ exported: 2, fresh: { room_list: 2 } });
    expect(logged).toEqual([
      [{ max_series: 7, rooms: 2 }, 'exposition.max_series is reached: the least viewed rooms are not exported'],
    ]);
  });

  it('The limit applies to the sum of the series of all apps', async () => {
    const { roomMetrics } = createRoomMetrics(
      [
        { sdkAppId: 1, rooms: [viewed('a', 10), viewed('b', 5)] },
        { sdkAppId: 2, rooms: [viewed('c', 20)] },
      ],
      () => ({ ...expositionConfig, maxSeries: 6 }),
    );
    const snapshot = await roomMetrics.snapshot();
    expect(idsIn(snapshot)).toEqual(['a', 'c']);
    expect([1, 2].map((app) => snapshot.totals.get(app)?.droppedBySeries)).toEqual([1, 0]);
  });

  it('Dropped rooms are exported again as soon as all rooms fit', async () => {
    const { roomMetrics, listeners } = limited(7, [viewed('a', 10), viewed('b', 30), viewed('c', 20)]);
    expect(idsIn(await roomMetrics.snapshot())).toEqual(['b', 'c']);
    listeners.get(sdkAppId)?.withdrawn('b');
    const snapshot = await roomMetrics.snapshot();
    expect([idsIn(snapshot), snapshot.totals.get(sdkAppId)?.droppedBySeries]).toEqual([['c', 'a'], 0]);
  });

  it('A dropped room that has been withdrawn is not counted', async () => {
    const { roomMetrics, listeners } = limited(4, [viewed('a', 10), viewed('b', 30)]);
    await roomMetrics.snapshot();
    listeners.get(sdkAppId)?.withdrawn('a');
    expect((await roomMetrics.snapshot()).totals.get(sdkAppId)?.droppedBySeries).toBe(0);
  });

  it('An exported room whose additional series exceed the limit is dropped', async () => {
    const { roomMetrics, listeners } = limited(6, [viewed('a', 10), viewed('b', 30)]);
    await roomMetrics.snapshot();
    const grown = viewed('b', 30);
    listeners.get(sdkAppId)?.published({
      ...grown,
      latest: { ...grown.latest, online_members: { atMs: startMs, value: { onlineMembers: 1 } } },
    });
    const snapshot = await roomMetrics.snapshot();
    expect([idsIn(snapshot), snapshot.series]).toEqual([['b'], 5]);
  });

  it('No room is exported, without an error, if not even one room fits', async () => {
    const { roomMetrics } = limited(2, [viewed('a', 10)]);
    const snapshot = await roomMetrics.snapshot();
    expect([snapshot.series, snapshot.totals.get(sdkAppId)?.droppedBySeries]).toEqual([0, 1]);
  });
});

describe('RoomMetrics', () => {
  it('Other families, labels and limits apply when the config changes', async () => {
    let config: ExpositionConfig = expositionConfig;
    const { roomMetrics, listeners } = createRoomMetrics([{ sdkAppId, rooms: [namedRoom('a', 'name')] }], () => config);
    const text = async () => Buffer.concat((await roomMetrics.snapshot()).joined('text').plain).toString();
    expect(await text()).toContain('room_name="name"');
    config = { ...expositionConfig, infoLabels: [], families: { include: [], exclude: [/online/] } };
    const info = `tencent_live_room_info{sdk_app_id="1",room_id="a"} 1\n`;
    expect((await text()).replaceAll(/^#.*\n/gm, '')).toBe(info);
    config = { ...config, maxSeries: 1 };
    listeners.get(sdkAppId)?.published(namedRoom('b', 'another'));
    expect((await text()).replaceAll(/^#.*\n/gm, '')).toBe(info);
  });

  it('The rendered bytes are reused if a new config does not change the room metrics', async () => {
    let config = expositionConfig;
    const { roomMetrics } = createRoomMetrics([{ sdkAppId, rooms: [namedRoom('a', 'name')] }], () => config);
    const before = (await roomMetrics.snapshot()).joined('text').plain;
    config = { ...expositionConfig, staleAfter: 5 };
    expect((await roomMetrics.snapshot()).joined('text').plain).toEqual(before);
    expect((await roomMetrics.snapshot()).joined('text').plain[1]).toBe(before[1]);
  });

  it('An app is removed with its rooms, and replaced if it is added again', async () => {
    const { roomMetrics } = createRoomMetrics([
      { sdkAppId: 1, rooms: [namedRoom('a', 'name')] },
      { sdkAppId: 2, rooms: [namedRoom('b', 'name')] },
    ]);
    roomMetrics.removeApp(1);
    expect(idsIn(await roomMetrics.snapshot())).toEqual(['b']);
    roomMetrics.addApp(2).published(namedRoom('c', 'name'));
    expect(idsIn(await roomMetrics.snapshot())).toEqual(['c']);
  });

  it('A scrape of many rooms does not wait for a refresh', async () => {
    const rooms = Array.from({ length: 1025 }, (_, index) => viewed(`room-${index}`, index));
    const { roomMetrics, listeners } = createRoomMetrics([{ sdkAppId, rooms }]);
    expect((await roomMetrics.snapshot()).series).toBe(0);
    const current = await roomMetrics.currentSnapshot();
    expect(current.series).toBe(3075);
    listeners.get(sdkAppId)?.withdrawn('room-0');
    expect(await roomMetrics.snapshot()).toBe(current);
    expect((await roomMetrics.currentSnapshot()).series).toBe(3072);
  });
});
