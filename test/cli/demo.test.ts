import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Demo, startDemo } from '../../src/cli/demo.ts';
import { pastMs } from '../../src/cli/demo-past.ts';
import { startExporter } from '../../src/exporter/exporter.ts';
import { createLogger } from '../../src/platform/logging/logger.ts';
import type { SavedMemory } from '../../src/status/room-memory.ts';
import { roomsSchema } from '../../src/web/api/rooms-json.ts';
import { readSamples } from '../support/samples.ts';
import { simulatedConfig } from '../support/simulated-config.ts';

const sdkAppId = 1_400_000_001;

async function savedPast() {
  const demo = await startDemo(() => {});
  const config = demo.adapt(await simulatedConfig(demo.simulator));
  const lines: string[] = [];
  const state = await demo.past(config).read(sdkAppId);
  for await (const line of state?.lines ?? []) lines.push(line);
  return { demo, lines };
}

interface SavedRoom {
  readonly lifecycle: { readonly phase: string };
  readonly latest: Readonly<Record<string, unknown>>;
}

describe('The past of the demo', () => {
  let demo: Demo | undefined;
  let lines: readonly string[] = [];
  beforeAll(async () => {
    ({ demo, lines } = await savedPast());
  });
  afterAll(() => demo?.simulator.stop());
  const header = () => JSON.parse(lines[0] ?? '') as { readonly savedAtMs: number; readonly memory: SavedMemory };
  const worldAt = (now: () => number) => demo?.simulator.pastOf(sdkAppId, now);

  it('Every remembered audience is the true one of its time', () => {
    const { savedAtMs, memory } = header();
    const { newestAtMs, rooms } = memory.audiences ?? { newestAtMs: 0, rooms: [] };
    const samples = rooms.flatMap(([roomId, audiences]) =>
      audiences.flatMap((audience, index) =>
        audience === null ? [] : [{ roomId, audience, atMs: newestAtMs - (23 - index) * 150_000 }],
      ),
    );
    let nowMs = 0;
    const world = worldAt(() => nowMs);
    const wrong = samples
      .toSorted((a, b) => a.atMs - b.atMs)
      .filter(({ roomId, audience, atMs }) => {
        nowMs = atMs;
        const truth = world?.find(roomId)?.onlineAt(atMs) ?? NaN;
        return !(audience <= truth && audience >= Math.floor(truth * 0.999));
      });

    expect(wrong).toEqual([]);
    expect(samples.length).toBeGreaterThan(2000);
    expect(Math.min(...samples.map(({ atMs }) => atMs))).toBe(savedAtMs - pastMs);
  });

  it('The rooms that have ended are those of the world, found as the exporter finds them', () => {
    const world = worldAt(() => Date.now());
    const delays = header()
      .memory.endedRooms.toReversed()
      .map(({ roomId, endedAtMs }) => endedAtMs - (world?.find(roomId, endedAtMs)?.endMs ?? NaN));

    expect(delays.length).toBeGreaterThan(0);
    expect(delays.filter((delayMs) => !(delayMs >= 0 && delayMs <= 30_000))).toEqual([]);
  });

  it('Every room that is on the air has been polled by the tasks that notice another life', () => {
    const rooms = lines
      .slice(1)
      .map((line) => JSON.parse(line) as SavedRoom)
      .filter(({ lifecycle }) => lifecycle.phase === 'alive');

    expect(rooms.length).toBeGreaterThan(150);
    expect(rooms.filter(({ latest }) => !('online_members' in latest && 'room_info' in latest))).toEqual([]);
  });

  it('The first page and the first scrape have the last half hour, and nothing is written', async () => {
    const config = demo?.adapt(await simulatedConfig(demo.simulator));
    if (demo === undefined || config === undefined) throw new Error('the demo has not started');
    const logger = createLogger({ level: 'error', format: 'logfmt', destination: { write: () => {} } });
    const exporter = await startExporter({ config, version: '0.0.0', logger, stateStore: demo.past(config) });
    const get = async (path: string) => (await fetch(`http://${exporter.address}${path}`)).text();
    const { rooms } = roomsSchema.parse(JSON.parse(await get('/api/v1/rooms?limit=10')));
    const samples = readSamples(await get('/metrics'));
    await exporter.stop();

    const lengths = rooms.map(({ audiences }) => audiences.filter((audience) => audience !== null).length);
    expect(lengths.filter((length) => length < 12)).toEqual([]);
    const names = [...samples.keys()].map((series) => series.replace(/\{.*/, ''));
    // Without a baseline, no alert could fire on a drop that comes soon.
    for (const name of ['audience_baseline', 'viewer_seconds_total', 'ended_timestamp_seconds']) {
      expect(names).toContain(`tencent_live_room_${name}`);
    }
    expect(names.filter((name) => name.startsWith('tencent_live_exporter_state_write'))).toEqual([]);
  });
});
