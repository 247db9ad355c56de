import { describe, expect, it } from '@jest/globals';
import type { ExpositionConfig } from '../../../src/config/config.ts';
import type { PublishedRooms } from '../../../src/metrics/rooms/published-rooms.ts';
import type { RoomView } from '../../../src/rooms/room.ts';
import { exposeRooms } from '../../support/exposed.ts';
import { expositionConfig, namedRoom, startMs } from '../../support/room-samples.ts';

const sdkAppId = 1;

/** A room with so many views: three series, the info included. */
function viewed(id: string, viewCount: number): RoomView {
  return {
    id,
    latest: {
      room_list: { atMs: startMs, value: { roomId: id, viewCount, memberCount: 1 } },
    },
  };
}

function idsIn(published: PublishedRooms): readonly string[] {
  const text = Buffer.concat(published.joined('text').plain).toString();
  return [...new Set([...text.matchAll(/room_id="([^"]*)"/g)].map(([, id = '']) => id))];
}

function limited(maxSeries: number, rooms: readonly RoomView[]) {
  return exposeRooms([{ sdkAppId, rooms }], () => ({ ...expositionConfig, maxSeries }));
}

describe('exposition.max_series', () => {
  it('drops the least viewed rooms whole, counts them, and warns once', async () => {
    const rooms = [viewed('a', 10), viewed('b', 30), viewed('c', 20), viewed('d', 5)];
    const { exposition, listeners, logged } = limited(7, rooms);
    const first = await exposition.published();
    expect([idsIn(first), first.series, first.totals.get(sdkAppId)?.droppedBySeries]).toEqual([['b', 'c'], 6, 2]);
    listeners.get(sdkAppId)?.published(viewed('e', 40));
    const second = await exposition.published();
    expect([idsIn(second), second.totals.get(sdkAppId)?.droppedBySeries]).toEqual([['b', 'e'], 3]);
    expect(second.totals.get(sdkAppId)).toMatchObject({ exported: 2, fresh: { room_list: 2 } });
    expect(logged).toEqual([
      [{ max_series: 7, rooms: 2 }, 'exposition.max_series is reached: the least viewed rooms are dropped'],
    ]);
  });

  it('counts the rooms of all apps together', async () => {
    const { exposition } = exposeRooms(
      [
        { sdkAppId: 1, rooms: [viewed('a', 10), viewed('b', 5)] },
        { sdkAppId: 2, rooms: [viewed('c', 20)] },
      ],
      () => ({ ...expositionConfig, maxSeries: 6 }),
    );
    const published = await exposition.published();
    expect(idsIn(published)).toEqual(['a', 'c']);
    expect([1, 2].map((app) => published.totals.get(app)?.droppedBySeries)).toEqual([1, 0]);
  });

  it('shows dropped rooms again as soon as all fit', async () => {
    const { exposition, listeners } = limited(7, [viewed('a', 10), viewed('b', 30), viewed('c', 20)]);
    expect(idsIn(await exposition.published())).toEqual(['b', 'c']);
    listeners.get(sdkAppId)?.withdrawn('b');
    const published = await exposition.published();
    expect([idsIn(published), published.totals.get(sdkAppId)?.droppedBySeries]).toEqual([['c', 'a'], 0]);
  });

  it('forgets a dropped room that is exported no more', async () => {
    const { exposition, listeners } = limited(4, [viewed('a', 10), viewed('b', 30)]);
    await exposition.published();
    listeners.get(sdkAppId)?.withdrawn('a');
    expect((await exposition.published()).totals.get(sdkAppId)?.droppedBySeries).toBe(0);
  });

  it('drops a shown room that grows beyond it', async () => {
    const { exposition, listeners } = limited(6, [viewed('a', 10), viewed('b', 30)]);
    await exposition.published();
    const grown = viewed('b', 30);
    listeners.get(sdkAppId)?.published({
      ...grown,
      latest: { ...grown.latest, online_members: { atMs: startMs, value: { onlineMembers: 1 } } },
    });
    const published = await exposition.published();
    expect([idsIn(published), published.series]).toEqual([['b'], 5]);
  });

  it('shows nothing, and does not fail, where not one room fits', async () => {
    const { exposition } = limited(2, [viewed('a', 10)]);
    const published = await exposition.published();
    expect([published.series, published.totals.get(sdkAppId)?.droppedBySeries]).toEqual([0, 1]);
  });
});

describe('the exposition of rooms', () => {
  it('takes on other families, labels and limits when the config changes', async () => {
    let config: ExpositionConfig = expositionConfig;
    const { exposition, listeners } = exposeRooms([{ sdkAppId, rooms: [namedRoom('a', 'name')] }], () => config);
    const text = async () => Buffer.concat((await exposition.published()).joined('text').plain).toString();
    expect(await text()).toContain('room_name="name"');
    config = { ...expositionConfig, infoLabels: [], families: { include: [], exclude: [/online/] } };
    const info = `tencent_live_room_info{sdk_app_id="1",room_id="a"} 1\n`;
    expect((await text()).replaceAll(/^#.*\n/gm, '')).toBe(info);
    config = { ...config, maxSeries: 1 };
    listeners.get(sdkAppId)?.published(namedRoom('b', 'another'));
    expect((await text()).replaceAll(/^#.*\n/gm, '')).toBe(info);
  });

  it('keeps its bytes over a config that shows rooms alike', async () => {
    let config = expositionConfig;
    const { exposition } = exposeRooms([{ sdkAppId, rooms: [namedRoom('a', 'name')] }], () => config);
    const before = (await exposition.published()).joined('text').plain;
    config = { ...expositionConfig, staleAfter: 5 };
    expect((await exposition.published()).joined('text').plain).toEqual(before);
    expect((await exposition.published()).joined('text').plain[1]).toBe(before[1]);
  });

  it('removes an app with its rooms, and begins anew with one that is added again', async () => {
    const { exposition } = exposeRooms([
      { sdkAppId: 1, rooms: [namedRoom('a', 'name')] },
      { sdkAppId: 2, rooms: [namedRoom('b', 'name')] },
    ]);
    exposition.removeApp(1);
    expect(idsIn(await exposition.published())).toEqual(['b']);
    exposition.addApp(2).published(namedRoom('c', 'name'));
    expect(idsIn(await exposition.published())).toEqual(['c']);
  });

  it('does not make a scrape of many rooms wait for what has changed', async () => {
    const rooms = Array.from({ length: 1025 }, (_, index) => viewed(`room-${index}`, index));
    const { exposition, listeners } = exposeRooms([{ sdkAppId, rooms }]);
    expect((await exposition.published()).series).toBe(0);
    const current = await exposition.current();
    expect(current.series).toBe(3075);
    listeners.get(sdkAppId)?.withdrawn('room-0');
    expect(await exposition.published()).toBe(current);
    expect((await exposition.current()).series).toBe(3072);
  });
});
