import { describe, expect, it } from '@jest/globals';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { World } from '../../src/simulator/world/world.ts';
import { call, listRooms } from './client.ts';

const epochMs = Date.UTC(2025, 5, 1, 12);

describe('The room list during a listing', () => {
  it('Rooms change places between the pages of a listing, so that some are listed twice and some are missed', () => {
    let nowMs = epochMs;
    const parameters = { seed: 7, epochMs, rooms: 400, zipfExponent: 1.2, largestAudience: 20_000 };
    const world = new World({ parameters, now: () => nowMs, listCap: 1000 });
    const seen: string[] = [];
    for (let offset = 0; offset < 400; offset += 20) {
      seen.push(...world.list(offset, 20).broadcasts.map((broadcast) => broadcast.roomId));
      nowMs += 30_000;
    }
    expect(new Set(seen).size).toBeLessThan(seen.length);
  });

  it('The room list keeps its order for five seconds', () => {
    let nowMs = epochMs;
    const parameters = { seed: 7, epochMs, rooms: 400, zipfExponent: 1.2, largestAudience: 20_000 };
    const world = new World({ parameters, now: () => nowMs, listCap: 1000 });
    const first = world.list(0, 400).broadcasts;
    nowMs += 4_999;
    expect(world.list(0, 400).broadcasts).toEqual(first);
  });
});

describe('A room that has just ended', () => {
  it('A room that has just ended stays in the room list for some seconds, but get_room_info reports it as gone', async () => {
    let nowMs = epochMs;
    const simulator = await startSimulator({ rooms: 100, seed: 1, now: () => nowMs });
    const ends = simulator.world.onAir(nowMs).map(({ roomId: id, endMs }) => ({ id, endMs }));
    const [first] = ends.toSorted((a, b) => a.endMs - b.endMs);
    if (first === undefined) throw new Error('no room');
    nowMs = first.endMs - 1_000;
    await listRooms(simulator);
    nowMs = first.endMs + 1_000;
    expect((await listRooms(simulator)).map((row) => row.RoomId)).toContain(first.id);
    expect((await call(simulator, { command: 'get_room_info', body: { RoomId: first.id } }))['ErrorCode']).toBe(100004);
    nowMs = first.endMs + 5_000;
    expect((await listRooms(simulator)).map((row) => row.RoomId)).not.toContain(first.id);
    await simulator.stop();
  });
});
