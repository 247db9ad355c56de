import { describe, expect, it } from '@jest/globals';

import { startSimulator } from '../../src/simulator/simulator.ts';
import { World } from '../../src/simulator/world/world.ts';
import { call, walk } from './client.ts';

const epochMs = Date.UTC(2025, 5, 1, 12);

describe('the room list during a walk', () => {
  it('lets rooms change places between pages, so that some come twice and some are left out', () => {
    let nowMs = epochMs;
    const parameters = { seed: 7, epochMs, rooms: 400, zipfExponent: 1.2, largestAudience: 20_000 };
    const world = new World({ parameters, now: () => nowMs, listCap: 1000 });
    const seen: string[] = [];
    for (let offset = 0; offset < 400; offset += 20) {
      seen.push(...world.list(offset, 20).shows.map((show) => show.roomId));
      nowMs += 30_000;
    }
    expect(new Set(seen).size).toBeLessThan(seen.length);
  });

  it('keeps its order for five seconds', () => {
    let nowMs = epochMs;
    const parameters = { seed: 7, epochMs, rooms: 400, zipfExponent: 1.2, largestAudience: 20_000 };
    const world = new World({ parameters, now: () => nowMs, listCap: 1000 });
    const first = world.list(0, 400).shows;
    nowMs += 4_999;
    expect(world.list(0, 400).shows).toEqual(first);
  });
});

describe('a room that has just ended', () => {
  it('is still in the list for some seconds, but gone when asked for', async () => {
    let nowMs = epochMs;
    const simulator = await startSimulator({ rooms: 100, seed: 1, now: () => nowMs });
    const ends = simulator.world.onAir(nowMs).map((show) => ({ id: show.roomId, endMs: show.endMs }));
    const [first] = ends.toSorted((a, b) => a.endMs - b.endMs);
    if (first === undefined) throw new Error('no room');
    nowMs = first.endMs - 1_000;
    await walk(simulator);
    nowMs = first.endMs + 1_000;
    expect((await walk(simulator)).map((row) => row.RoomId)).toContain(first.id);
    expect((await call(simulator, 'get_room_info', { RoomId: first.id }))['ErrorCode']).toBe(100004);
    nowMs = first.endMs + 5_000;
    expect((await walk(simulator)).map((row) => row.RoomId)).not.toContain(first.id);
    await simulator.stop();
  });
});
