import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { type ExpositionConfig, infoLabels } from '../../src/config/config.ts';
import { createExposition, type ExpositionRequest } from '../../src/metrics/exposition.ts';
import { createExporterMetrics } from '../../src/metrics/self/exporter-metrics.ts';
import type { RoomView } from '../../src/rooms/room.ts';
import { allRequests, createRoomMetrics, decode } from '../support/room-metrics.ts';
import { completeApp, completeAppRooms, expositionConfig, namedRoom, startMs } from '../support/sample-rooms.ts';

type RenderText = (request?: Partial<ExpositionRequest>) => Promise<string>;

/** An exposition in which every family of the exporter has a sample, unless the config excludes it. */
function completeExposition({
  config = { ...expositionConfig, infoLabels },
  rooms = completeAppRooms,
}: {
  readonly config?: ExpositionConfig;
  readonly rooms?: readonly RoomView[];
} = {}): RenderText {
  const { sdkAppId } = completeApp;
  const metrics = createExporterMetrics({
    version: '1.2.3',
    lastCollection: () => ({
      succeeded: true,
      finishedAtMs: startMs,
      durationSeconds: 4,
      lastSuccessAtMs: startMs,
    }),
  });
  metrics.httpRequestFinished({ handler: '/metrics', code: 200 });
  metrics.configLoaded({ succeeded: true, atMs: startMs });
  const { roomMetrics } = createRoomMetrics([{ sdkAppId, rooms }], () => config);
  const render = createExposition({ apps: () => [completeApp], rooms: () => roomMetrics.currentSnapshot(), metrics });
  return async ({ format = 'text', encoding = 'identity' } = {}) =>
    decode(await render({ format, encoding }), { encoding });
}

function familyNames(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
}

/** Enough rooms to make the exporter's own metrics a small part of the exposition. */
const manyRooms = Array.from({ length: 5000 }, (_, index) => namedRoom(`room-${index}`, 'name'));

describe('The exposition', () => {
  it('The exposition ends with one # EOF in OpenMetrics and without it in the text format', async () => {
    const render = completeExposition();
    const ends = await Promise.all(
      allRequests.map(async (request) => {
        const text = await render(request);
        return [request.format, text.match(/^# EOF$/gm)?.length, text.endsWith('\n# EOF\n')];
      }),
    );
    expect(ends).toEqual([
      ['text', undefined, false],
      ['text', undefined, false],
      ['openmetrics', 1, true],
      ['openmetrics', 1, true],
    ]);
  });

  it.each([
    ['few rooms', completeAppRooms],
    ['many rooms', manyRooms],
  ])('The exposition of %s has the same families with gzip as without compression', async (_rooms, rooms) => {
    const render = completeExposition({ rooms });
    for (const format of ['text', 'openmetrics'] as const) {
      // Some families of Node.js are absent while they have no value.
      const [gzip, identity] = [await render({ format, encoding: 'gzip' }), await render({ format })].map((text) =>
        familyNames(text).filter((name) => name.startsWith('tencent_')),
      );
      expect(gzip).toEqual(identity);
    }
  });

  it('Each family is in the exposition once, with all its samples directly after its header', async () => {
    const text = await completeExposition()();
    const names = familyNames(text);
    const owners = text
      .trimEnd()
      .split('\n')
      .map((line) => /^# (?:HELP|TYPE) (\S+)|^([^{ ]+)/.exec(line))
      .map((match) => match?.[1] ?? match?.[2]?.replace(/(?<=_seconds)_(?:bucket|sum|count)$/, ''));
    const runs = owners.filter((owner, index) => owner !== owners[index - 1]);
    expect(runs).toEqual(names);
    expect(new Set(names).size).toBe(names.length);
  });

  it('The metric snapshot_series is the number of room series', async () => {
    const text = await completeExposition()();
    const ofRooms = text.split('\n').filter((line) => line.startsWith('tencent_live_room_'));
    expect(text).toContain(`\ntencent_live_exporter_snapshot_series ${ofRooms.length}\n`);
  });

  it("The exporter's own metrics are collected for every scrape", async () => {
    const { roomMetrics } = createRoomMetrics([{ sdkAppId: 1, rooms: manyRooms }]);
    let collections = 0;
    const render = createExposition({
      apps: () => [],
      rooms: () => roomMetrics.currentSnapshot(),
      metrics: { render: () => Promise.resolve(`collections ${(collections += 1)}\n`) },
    });
    const ends = [];
    for (const request of allRequests) ends.push(/collections \d+/.exec(decode(await render(request), request))?.[0]);
    expect(ends).toEqual(['collections 1', 'collections 2', 'collections 3', 'collections 4']);
  });

  it('The family filters apply to the metrics of rooms and not to those of the exporter', async () => {
    const families = { include: [/no family/], exclude: [/up|exporter/] };
    const names = familyNames(await completeExposition({ config: { ...expositionConfig, families } })());
    expect(names.filter((name) => name.startsWith('tencent_live_room_'))).toEqual([]);
    expect(names).toEqual(expect.arrayContaining(['tencent_live_up', 'tencent_live_exporter_build_info']));
  });

  it('The exposition passes promtool check metrics, except for the three names that end in _count', async () => {
    const promtool = spawnSync('promtool', ['check', 'metrics'], { input: await completeExposition()() });
    if (promtool.error !== undefined && process.env['CI'] === undefined) {
      console.warn('skipped: promtool is not installed (Debian package prometheus)');
      return;
    }
    expect(promtool.error).toBeUndefined();
    expect(promtool.stderr.toString().trim().split('\n')).toEqual([
      'tencent_live_room_final_view_count non-histogram and non-summary metrics should not have "_count" suffix',
      'tencent_live_room_member_count non-histogram and non-summary metrics should not have "_count" suffix',
      'tencent_live_room_view_count non-histogram and non-summary metrics should not have "_count" suffix',
    ]);
  });
});
