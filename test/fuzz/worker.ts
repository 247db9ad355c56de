import { parentPort, workerData } from 'node:worker_threads';
import fc from 'fast-check';
import { inputsOf } from './mutations.ts';
import type { FuzzSession, FuzzTarget } from './target.ts';
import { WatchedInput } from './watched-input.ts';

export interface FuzzTask {
  /** URL of the module of the target. */
  readonly module: string;
  readonly seed: number;
  readonly seconds: number;
  /** Runs only this input. */
  readonly input?: Uint8Array;
  readonly shared: SharedArrayBuffer;
}

export interface FuzzOutcome {
  readonly inputs: number;
  readonly classes: Readonly<Record<string, number>>;
  readonly slowest: { readonly ms: number; readonly bytes: number };
  readonly failure?: { readonly property: string; readonly input: Uint8Array };
}

const scaleBytes = 65_536;

/** The machine may do other work at the moment, so an input is too slow only if it is so each time. */
const attempts = 3;

const task = workerData as FuzzTask;
const { target } = (await import(task.module)) as { readonly target: FuzzTarget };
const watched = new WatchedInput(task.shared);
const started = await target.start();
const outcome = await fuzz(started);
await started.stop();
// Another thread of this process has no origin.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.postMessage(outcome);

async function fuzz(session: FuzzSession): Promise<FuzzOutcome> {
  const classes: Record<string, number> = {};
  let slowest = { ms: 0, bytes: 0 };
  let inputs = 0;
  let hasFailed = false;
  const handle = async (input: Buffer) => {
    const limitMs = target.limitMs * Math.max(1, input.length / scaleBytes);
    let leastMs = Infinity;
    let found = '';
    for (let attempt = 1; attempt === 1 || (leastMs > limitMs && attempt <= attempts); attempt += 1) {
      watched.set(input);
      const startedMs = performance.now();
      found = await session.run(input);
      leastMs = Math.min(leastMs, performance.now() - startedMs);
    }
    // Then fast-check looks for a smaller input that fails, which is not counted.
    if (hasFailed) return;
    inputs += 1;
    classes[found] = (classes[found] ?? 0) + 1;
    if (leastMs > slowest.ms) slowest = { ms: leastMs, bytes: input.length };
    if (leastMs > limitMs) throw new Error(`took ${leastMs.toFixed(0)} ms, expected at most ${limitMs.toFixed(0)} ms`);
  };
  const details = await fc.check(
    fc.asyncProperty(inputsOf(target), async (input) => {
      try {
        await handle(input);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }),
    {
      seed: task.seed,
      numRuns: task.input === undefined ? Number.MAX_SAFE_INTEGER : 1,
      interruptAfterTimeLimit: task.seconds * 1000,
      ...(task.input === undefined ? {} : { examples: [[Buffer.from(task.input)]] }),
    },
  );
  const counts = { inputs, classes, slowest };
  if (!hasFailed) return counts;
  const [input = Buffer.alloc(0)] = details.counterexample ?? [];
  const error = details.errorInstance;
  return { ...counts, failure: { property: error instanceof Error ? String(error.stack) : String(error), input } };
}
