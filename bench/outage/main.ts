import { parseArgs } from 'node:util';
import { kinds, measureOutage, type OutageMeasurement } from './measure.ts';

const { values } = parseArgs({
  // The name of the benchmark.
  allowPositionals: true,
  options: {
    kinds: { type: 'string', default: Object.keys(kinds).join(',') },
    minutes: { type: 'string', default: '2' },
  },
});
const print = (line: string) => process.stdout.write(`${line}\n`);
const wanted = values.kinds.split(',').filter((kind) => Object.hasOwn(kinds, kind)) as (keyof typeof kinds)[];
const minutes = Number(values.minutes);
if (wanted.length === 0 || !(minutes > 0)) {
  console.error(`usage: npm run bench -- outage [--kinds=${Object.keys(kinds).join(',')}] [--minutes=2]`);
  process.exitCode = 2;
} else {
  // All kinds at the same time: the exporters have much less to do than the machine could.
  const measured = await Promise.all(wanted.map((kind) => measureOutage(kind, minutes)));
  for (const [index, kind] of wanted.entries()) report(kind, measured[index] as OutageMeasurement);
}

function report(kind: string, measurement: OutageMeasurement): void {
  const { seconds, callsBefore, callsDuring, freshAfter, resetsSum, resetsMax, up, downAfter, upAfter } = measurement;
  const { valuesCompared, wrongValues } = measurement;
  const total = Object.values(callsDuring).reduce((sum, calls) => sum + calls, 0);
  const byName = (counts: Readonly<Record<string, number | undefined>>, unit: string) =>
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count === undefined ? 'never' : `${Math.round(count * 10) / 10}${unit}`}`)
      .join(', ');
  print(`Outage of ${seconds} s, ${kind}, 200 rooms`);
  print(`  calls in the same time before   ${callsBefore.toFixed(0)}`);
  print(
    `  calls during the outage         ${total} (${((total / callsBefore) * 100).toFixed(1)} %): ${byName(callsDuring, '')}`,
  );
  print(`  all values fresh again after    ${byName(freshAfter, ' s')}`);
  print(`  resets of view_count            ${resetsSum}, at most ${resetsMax} of one room`);
  print(
    `  up during the outage            at least ${up}; ${byName({ 'tencent_live_up 0 after': downAfter, '1 again after': upAfter }, ' s')}`,
  );
  print(`  values compared with the truth  ${valuesCompared}, wrong: ${wrongValues.length}`);
  for (const wrong of wrongValues.slice(0, 5)) print(`    ${wrong}`);
  print('');
}
