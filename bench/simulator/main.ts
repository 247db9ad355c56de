import { measureCalls } from './calls.ts';

/** Measures 2,000 calls per second against a small and a large world. */
for (const rooms of [2_000, 100_000]) {
  const result = await measureCalls({ rooms, callsPerSecond: 2_000, seconds: 20 });
  process.stdout.write(
    `${rooms} rooms: ${result.callsPerSecond.toFixed(0)} calls/s, ${result.cores.toFixed(2)} cores, ` +
      `${(result.rssBytes / 1e6).toFixed(0)} MB resident, p50 ${result.p50Ms.toFixed(1)} ms, ` +
      `p99 ${result.p99Ms.toFixed(1)} ms, ${result.failures} failures\n`,
  );
}
