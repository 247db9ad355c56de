import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { startSimulator } from '../../src/simulator/simulator.ts';
import { parseReplay, readReplay } from '../../src/simulator/world/replay.ts';

const csv = 'unix_minute_ts,viewers\n1467562920,100\n1467562980,200\n1467563100,0\n';
const from = { roomId: 'replay-x', path: 'x.csv' };

describe('A recorded audience', () => {
  it('The audience of a room follows a recording, and the room ends with it', async () => {
    let nowMs = Date.UTC(2025, 5, 1);
    const replays = [parseReplay(csv, from)];
    const simulator = await startSimulator({ rooms: 2, seed: 1, now: () => nowMs, replays });
    const seen: unknown[] = [];
    for (const seconds of [0, 30, 60, 120, 179, 180]) {
      nowMs = Date.UTC(2025, 5, 1) + seconds * 1000;
      const room = simulator.truth(1400000001).find(({ roomId }) => roomId === 'replay-x');
      seen.push([seconds, room?.state, room?.audience]);
    }
    await simulator.stop();
    expect(seen).toEqual([
      [0, 'live', 100],
      [30, 'live', 150],
      [60, 'live', 200],
      [120, 'live', 100],
      [179, 'live', 2],
      [180, 'ended', 0],
    ]);
  });

  it('A recording is read from a plain or gzipped file, and the room is named after the file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'replay-'));
    const paths = [join(folder, 'show.csv'), join(folder, 'show.csv.gz')] as const;
    await writeFile(paths[0], csv);
    await writeFile(paths[1], gzipSync(csv));
    const [plain, zipped] = await Promise.all(paths.map(readReplay));
    await rm(folder, { recursive: true });
    expect(plain).toEqual({
      roomId: 'replay-show',
      samples: [
        { atMs: 0, viewers: 100 },
        { atMs: 60_000, viewers: 200 },
        { atMs: 180_000, viewers: 0 },
      ],
    });
    expect(zipped).toEqual(plain);
  });

  it.each([
    ['1,2\nx,3\n', 'x.csv:2: found "x,3", expected unix_ts,viewers'],
    ['1,2\n1,3\n', 'x.csv:2: found time 1, expected a later time than in the line before'],
    ['unix_ts,viewers\n', 'x.csv: found no sample, expected lines of unix_ts,viewers'],
  ])('The recording %j is rejected with the number of the line', (text, message) => {
    expect(() => parseReplay(text, from)).toThrow(message);
  });
});
