import { createHash, randomInt } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { WatchedInput } from './watched-input.ts';
import type { FuzzOutcome, FuzzTask } from './worker.ts';

/** An input that takes longer than this hangs. */
const hangsAfterMs = 20_000;

/** Longer than the inputs of any target. */
const longestInput = 16 * 1024 * 1024;

/** A worker that needs more memory than this ends with an error. */
const maxHeapMegabytes = 512;

const failuresFolder = 'test/fuzz/failures';
const targetsFolder = new URL('targets/', import.meta.url);
const names = readdirSync(targetsFolder)
  .filter((name) => name.endsWith('.js'))
  .map((name) => basename(name, '.js'));

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    target: { type: 'string', multiple: true, default: names },
    seed: { type: 'string', default: String(randomInt(0x7fff_ffff)) },
    input: { type: 'string' },
  },
});
const print = (line: string) => process.stdout.write(`${line}\n`);
const unknown = values.target.filter((name) => !names.includes(name));
const [seconds, seed] = [Number(values.seconds), Number(values.seed)];
const hasOneTarget = values.target.length === 1;
if (unknown.length > 0 || !(seconds > 0) || !Number.isInteger(seed) || (values.input !== undefined && !hasOneTarget)) {
  process.stderr.write(`usage: npm run fuzz -- [--seconds 60] [--target ${names.join('|')}]… [--seed 1]\n`);
  process.stderr.write('       npm run fuzz -- --target NAME --input FILE\n');
  process.exitCode = 2;
} else {
  print(`seed ${seed}`);
  for (const name of values.target) report(name, await fuzz(name));
}

/** Runs a target in a thread of its own, which is ended if an input hangs. */
async function fuzz(name: string): Promise<FuzzOutcome> {
  const watched = new WatchedInput(longestInput);
  const task: FuzzTask = {
    module: new URL(`${name}.js`, targetsFolder).href,
    seed,
    seconds: seconds / values.target.length,
    shared: watched.shared,
    ...(values.input === undefined ? {} : { input: readFileSync(values.input) }),
  };
  const worker = new Worker(new URL('worker.js', import.meta.url), {
    workerData: task,
    resourceLimits: { maxOldGenerationSizeMb: maxHeapMegabytes },
  });
  let count = -1;
  const failed = (property: string): FuzzOutcome => ({
    inputs: watched.count,
    classes: {},
    slowest: { ms: 0, bytes: 0 },
    failure: { property, input: watched.input },
  });
  return new Promise((resolve) => {
    const watch = setInterval(() => {
      if (watched.count === count) {
        resolve(failed(`hangs: no result after ${hangsAfterMs / 1000} s`));
        void worker.terminate();
      }
      count = watched.count;
    }, hangsAfterMs);
    worker.once('message', resolve);
    worker.once('error', (error) => resolve(failed(`ends the thread: ${error.stack}`)));
    worker.once('exit', () => clearInterval(watch));
  });
}

function report(name: string, { inputs, classes, slowest, failure }: FuzzOutcome): void {
  const counts = Object.entries(classes).toSorted(([, a], [, b]) => b - a);
  print(`${name}: ${inputs} inputs (${counts.map(([found, count]) => `${found} ${count}`).join(', ')})`);
  print(`  slowest: ${slowest.ms.toFixed(1)} ms for ${slowest.bytes} bytes`);
  if (failure === undefined) return;
  process.exitCode = 1;
  mkdirSync(failuresFolder, { recursive: true });
  const hash = createHash('sha256').update(failure.input).digest('hex').slice(0, 8);
  const path = join(failuresFolder, `${name}-${hash}`);
  writeFileSync(path, failure.input);
  print(`  FAILED: ${failure.property}`);
  print(`  again: npm run fuzz -- --target ${name} --input ${path}`);
}
