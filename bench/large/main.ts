import { parseArgs } from 'node:util';
import { megabytes } from '../exposition/report.ts';
import { shares } from './first-calls.ts';
import { type Installation, measureInstallation, type Measured } from './installation.ts';

/**
 * `npm run bench -- large`: the built daemon polls large installations of the simulator over HTTPS, each process on its own, from a
 * cold start through the first round, the steady state, a reload, a mass end and a sweep: 20,000 rooms at the default quota (about
 * 8 minutes), and 100,000 named rooms at the whole quota (about 17 minutes). `--rooms=2000` measures one installation of that size,
 * `--seconds` sets the length of the steady state, `--state` sets `state.path` and restarts the daemon at the end, and
 * `--flags=--a,--b` adds flags of Node.
 */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    rooms: { type: 'string' },
    share: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    state: { type: 'boolean', default: false },
    flags: { type: 'string', default: '' },
  },
});
const common = {
  seconds: Number(values.seconds),
  isSaved: values.state,
  flags: values.flags.split(',').filter((flag) => flag !== ''),
};
const defaultShare = 0.5;
const large = 100_000;
const installation = (rooms: number): Installation => {
  const areNamed = rooms >= large;
  return { ...common, rooms, areNamed, share: Number(values.share ?? (areNamed ? 1 : defaultShare)) };
};
const sizes = values.rooms === undefined ? [20_000, large] : [Number(values.rooms)];

for (const rooms of sizes) report(installation(rooms), await measureInstallation(installation(rooms)));

function report({ rooms, share }: Installation, measured: Measured): void {
  const { series, firstCalls, delays, discoveredSeconds } = measured;
  const print = (line = '') => process.stdout.write(`${line}\n`);
  const table = (rows: readonly (readonly string[])[]) => rows.forEach((row) => print(`| ${row.join(' | ')} |`));
  print(`${rooms} rooms, ${series} series, ${share} of the quota`);
  table([
    [
      'seconds to the first call of',
      ...shares.map((part) => `${part * 100} %`),
      'the same by audience',
      'oldest of the 200 largest',
    ],
    ...Object.entries(firstCalls).map(([command, { seconds, weightedSeconds, largestAgeSeconds, missing }]) => [
      missing === 0 ? command : `${command}, ${missing} missing`,
      ...seconds.map(formatSeconds),
      weightedSeconds.map(formatSeconds).join(', '),
      formatSeconds(largestAgeSeconds),
    ]),
  ]);
  print();
  table([
    ['event-loop delay', 'p99', 'max', 'pauses above 50 ms', 'longest garbage collection'],
    ...delays.map(({ phase, p99Ms, maxMs, pausesAbove50Ms, longestCollectionMs }) => [
      phase,
      ...[p99Ms, maxMs].map(formatMs),
      String(pausesAbove50Ms),
      formatMs(longestCollectionMs),
    ]),
  ]);
  print();
  const { rssBytes, steadyPeakBytes, peakBytes, roundCores, steadyCores } = measured;
  table([
    [
      'RSS',
      'peak until then',
      'peak of the run',
      'cores in the first round',
      'cores in the steady state',
      'named later to first call',
    ],
    [
      ...[rssBytes, steadyPeakBytes, peakBytes].map(megabytes),
      roundCores.toFixed(2),
      steadyCores.toFixed(2),
      discoveredSeconds.map(formatSeconds).join(', '),
    ],
  ]);
  print();
}

function formatSeconds(seconds: number | null | undefined): string {
  return typeof seconds !== 'number' ? 'never' : seconds.toFixed(1);
}

function formatMs(ms: number): string {
  return `${ms.toFixed(1)} ms`;
}
