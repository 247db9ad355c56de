import { parseArgs } from 'node:util';
import { type DaemonSample, Soak, type SoakResult } from './soak.ts';
import { trendOf } from './trend.ts';

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '0.5' },
    rooms: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
  },
});
const print = (line: string) => process.stdout.write(`${line}\n`);

/** Code is compiled, caches fill and rooms are discovered until then. */
const warmUpMinutes = 5;

/** A trend is significant above this: by chance, one measurement in a thousand would be. */
const significantZ = 3.1;

/** A growth below this share of the median is no trend. */
const negligibleShare = 0.03;

/**
 * The exporter gives up a call after a time, and nobody can see whether a response that arrives at that moment was read. Such values are
 * older than the newest response until the next one. They are few unless the machine is too busy.
 */
const tolerableShare = 1e-4;

interface Measured {
  readonly name: string;
  readonly unit: 'MB' | '';
  readonly of: (sample: DaemonSample) => number;
}

const timers = ['Timeout', 'Immediate'];
const lookups = ['QUERYWRAP', 'GETADDRINFOREQWRAP'];
const activeOf = (sample: DaemonSample, isCounted: (name: string) => boolean) =>
  Object.entries(sample.active).reduce((total, [name, count]) => total + (isCounted(name) ? count : 0), 0);

const measured: readonly Measured[] = [
  { name: 'RSS', unit: 'MB', of: ({ rssBytes }) => rssBytes / 1e6 },
  { name: 'heap after a garbage collection', unit: 'MB', of: ({ heapBytes }) => heapBytes / 1e6 },
  { name: 'buffers', unit: 'MB', of: ({ bufferBytes }) => bufferBytes / 1e6 },
  { name: 'descriptors', unit: '', of: ({ descriptors }) => descriptors },
  { name: 'timers', unit: '', of: (sample) => activeOf(sample, (name) => timers.includes(name)) },
  { name: 'pending lookups', unit: '', of: (sample) => activeOf(sample, (name) => lookups.includes(name)) },
  {
    name: 'other handles and requests',
    unit: '',
    of: (sample) => activeOf(sample, (name) => !timers.includes(name) && !lookups.includes(name)),
  },
];

const minutes = Number(values.hours) * 60;
const [rooms, seed] = [Number(values.rooms), Number(values.seed)];
if (!(minutes > 0 && rooms >= 10 && Number.isInteger(seed))) {
  process.stderr.write('usage: npm run soak -- [--hours 0.5] [--rooms 2000] [--seed 1]\n');
  process.exitCode = 2;
} else {
  const failures = report(await Soak.run({ minutes, rooms, seed, print }));
  for (const failure of failures) print(`FAILED: ${failure}`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

/** Prints the result. Returns what failed. */
function report(result: SoakResult): readonly string[] {
  const { scrapes, valuesChecked, untrue, outdated, failedShare, quota, reloads, exits, queries, tunnels } = result;
  const stops = exits.filter(({ signal }) => signal === 'SIGTERM');
  const slowestStopMs = Math.max(...stops.map(({ tookMs }) => tookMs));
  const badStops = stops.filter(({ exitCode, tookMs }) => exitCode !== 0 || tookMs > 5000);
  print(`Soak of ${minutes.toFixed(0)} minutes, ${rooms} rooms`);
  print(
    `  values compared with the responses  ${valuesChecked} in ${scrapes} scrapes, untrue: ${untrue}, outdated: ${outdated}`,
  );
  print(`  calls                               ${quota.calls}, ${(failedShare * 100).toFixed(1)} % failed`);
  print(`  calls in any second                 at most ${quota.fullest.toFixed(3)} × the allowed rate`);
  print(`  name server, proxy                  ${queries} queries, ${tunnels} tunnels`);
  print(
    `  stops                               ${stops.length} with SIGTERM, the slowest took ${(slowestStopMs / 1000).toFixed(2)} s; ` +
      `${exits.length - stops.length} with SIGKILL; ${reloads} reloads`,
  );
  const trends = measured.map((measure) => ({ measure, ...growthOf(measure, result.samples) }));
  for (const { measure, text } of trends) print(`  ${measure.name.padEnd(34)}  ${text}`);
  return [
    ...(valuesChecked === 0 ? ['no value was compared'] : []),
    ...(untrue > 0 ? [`${untrue} values are not true`] : []),
    ...(outdated > tolerableShare * valuesChecked ? [`${outdated} values are older than the newest response`] : []),
    ...quota.exceeded,
    ...badStops.map(({ exitCode, tookMs }) => `exit code ${exitCode} after ${tookMs.toFixed(0)} ms`),
    ...trends.filter(({ isTrend }) => isTrend).map(({ measure, text }) => `${measure.name}: ${text}`),
  ];
}

function growthOf({ unit, of }: Measured, samples: readonly DaemonSample[]) {
  const counted = samples.filter(({ atMinutes }) => atMinutes >= Math.min(warmUpMinutes, minutes / 2));
  const { median, growth, z } = trendOf(counted.map((sample) => ({ atMinutes: sample.atMinutes, value: of(sample) })));
  const show = (value: number) => `${value.toFixed(1)}${unit === '' ? '' : ` ${unit}`}`;
  return {
    isTrend: z > significantZ && growth > Math.max(1, negligibleShare * median),
    text: `median ${show(median)}, growth ${show(growth)} (z ${z.toFixed(1)})`,
  };
}
