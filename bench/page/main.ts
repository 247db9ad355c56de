import { RoomMemory } from '../../src/status/room-memory.ts';
import { renderStatusPage } from '../../src/web/status/status-page.ts';
import type { StatusData } from '../../src/web/status/status-data.ts';
import { roomsJson } from '../../src/web/api/rooms-json.ts';
import { statusJson } from '../../src/web/api/status-json.ts';
import { AudienceSamples } from '../../src/status/audience-samples.ts';
import { statusWorld } from '../../test/support/status-worlds.ts';

/** The page is to take at most 50 ms and 100 KB, and the hour's audiences at most 64 bytes a room. */
const apps = 10;
const repetitions = process.env['BENCH_QUICK'] === '1' ? 5 : 30;

const everyRoom = { search: '', sort: 'online_members', limit: 20 } as const;

const views: Readonly<Record<string, (data: StatusData) => string>> = {
  page: (data) => renderStatusPage(data, everyRoom),
  'page, search': (data) => renderStatusPage(data, { search: 'show', sort: 'gain', limit: 50 }),
  '/api/v1/status': (data) => JSON.stringify(statusJson(data)),
  '/api/v1/rooms': (data) => JSON.stringify(roomsJson(data, { ...everyRoom, limit: 100 })),
};

console.log(`| rooms in ${apps} apps | view | median ms | worst ms | KB |`);
console.log('| ---: | --- | ---: | ---: | ---: |');
for (const rooms of [200, 2000, 20_000]) {
  const world = statusWorld({ apps, roomsPerApp: rooms / apps });
  await world.pass(3_600_000);
  for (const [name, render] of Object.entries(views)) {
    const times = Array.from({ length: repetitions }, () => {
      const data = world.data();
      const startedMs = performance.now();
      render(data);
      return performance.now() - startedMs;
    }).toSorted((a, b) => a - b);
    const median = times[Math.floor(times.length / 2)] ?? 0;
    const bytes = Buffer.byteLength(render(world.data()));
    const cells = [rooms, name, median.toFixed(1), (times.at(-1) ?? 0).toFixed(1), (bytes / 1000).toFixed(1)];
    console.log(`| ${cells.join(' | ')} |`);
  }
}

/** Bytes of the heap and of the buffers, after a full collection. */
function usedBytes(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const world = statusWorld({ apps, roomsPerApp: 2000 });
const { rooms } = world.data().rooms;
const measured = 20;
const before = usedBytes();
const kept = Array.from({ length: measured }, () => {
  const samples = new AudienceSamples();
  const sample = samples.startSample(world.clock.steady());
  for (const room of rooms()) sample.add(room);
  sample.end();
  return samples;
});
const bytesPerRoom = (usedBytes() - before) / measured / 2000;
console.log(
  `\naudiences of the last hour: ${bytesPerRoom.toFixed(1)} bytes for each of the 2,000 largest rooms (${kept.length} measured)`,
);

for (const roomsPerApp of [2000, 10_000]) {
  const { clock, data } = statusWorld({ apps, roomsPerApp });
  const memory = new RoomMemory(clock);
  memory.start({ statuses: () => data().apps, rooms: data().rooms.rooms });
  const times: number[] = [];
  for (let round = 0; round < 12; round += 1) {
    const startedMs = performance.now();
    await clock.advance(50_000);
    times.push(performance.now() - startedMs);
  }
  times.sort((a, b) => a - b);
  const [median = 0, worst = 0] = [times[6], times.at(-1)];
  console.log(
    `remembering ${apps * roomsPerApp} rooms every 50 s: median ${median.toFixed(1)} ms, worst ${worst.toFixed(1)} ms`,
  );
}
