import { measureCalls } from './calls.ts';

/** The simulator's own bench: 2,000 calls a second against a small and a large world. */
for (const rooms of [2_000, 100_000]) {
  const { callsPerSecond, cores, rssBytes, failures } = await measureCalls({
    rooms,
    callsPerSecond: 2_000,
    seconds: 20,
  });
  process.stdout.write(
    `${String(rooms)} rooms: ${callsPerSecond.toFixed(0)} calls/s, ${cores.toFixed(2)} cores, ` +
      `${(rssBytes / 1e6).toFixed(0)} MB resident, ${String(failures)} failures\n`,
  );
}
