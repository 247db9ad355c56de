import { measureEndurance } from './endurance.ts';
import { measurePriority } from './priority.ts';
import { measureRateLimit } from './rate-limit.ts';
import { measureScale } from './scale.ts';

const print = (line: string) => process.stdout.write(`${line}\n`);
const table = (...rows: readonly (readonly string[])[]) => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) print(`| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  print('');
};

print('Rate limit: 2,000 rooms, four room tasks, the whole quota, 30 ms latency');
table(
  ['scenario', 'seconds', '× lower bound', '× quota at the server'],
  ...(await measureRateLimit()).map(({ scenario, seconds, timesBound, timesQuota }) => [
    scenario,
    seconds.toFixed(2),
    timesBound?.toFixed(3) ?? '',
    timesQuota.toFixed(3),
  ]),
);

print('Priority: 50,000 rooms, 200 calls/s, audience-weighted mean age');
table(
  ['Zipf exponent', 'measured', 'optimum', '× optimum', 'round robin'],
  ...measurePriority().map(({ exponent, reached, best, roundRobin }) => [
    exponent.toFixed(1),
    `${reached.toFixed(1)} s`,
    `${best.toFixed(1)} s`,
    (reached / best).toFixed(3),
    `${roundRobin.toFixed(0)} s`,
  ]),
);

const scale = await measureScale(100_000);
print('Scale: 100,000 rooms, the whole quota of four commands and of the list');
table(
  ['rooms', 'heap', 'calls/s', 'event-loop delay p50', 'p99', 'max'],
  [
    String(scale.rooms),
    `${(scale.heapBytes / 1e6).toFixed(0)} MB`,
    scale.callsPerSecond.toFixed(0),
    `${scale.delayP50Ms.toFixed(1)} ms`,
    `${scale.delayP99Ms.toFixed(1)} ms`,
    `${scale.delayMaxMs.toFixed(1)} ms`,
  ],
);

print('Endurance: a simulated day, 500 rooms called every 10 s, a tenth of them replaced each hour');
table(
  ['after', 'heap'],
  ...(await measureEndurance()).map(({ hours, heapBytes }) => [`${hours} h`, `${(heapBytes / 1e6).toFixed(1)} MB`]),
);
