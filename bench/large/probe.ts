import { PerformanceObserver } from 'node:perf_hooks';

/**
 * Node loads this into the exporter before the exporter's own code. It sends to the benchmark how late a timer is that should run
 * every 10 ms, and how long garbage collections take.
 */
export interface Lateness {
  /** Unix milliseconds at the end of the samples. */
  readonly atMs: number;
  /** Milliseconds beyond the time at which the timer was due, the latest sample last. */
  readonly lateMs: readonly number[];
  /** The longest garbage collection, in milliseconds. */
  readonly longestCollectionMs: number;
}

const everyMs = 10;
const samplesPerMessage = 20;

let lateMs: number[] = [];
let longestCollectionMs = 0;
let dueMs = performance.now() + everyMs;
const sample = () => {
  const nowMs = performance.now();
  lateMs.push(Math.max(0, nowMs - dueMs));
  if (lateMs.length >= samplesPerMessage || nowMs - dueMs > everyMs) {
    process.send?.({ atMs: Date.now(), lateMs, longestCollectionMs } satisfies Lateness);
    lateMs = [];
    longestCollectionMs = 0;
  }
  dueMs = performance.now() + everyMs;
  setTimeout(sample, everyMs).unref();
};
setTimeout(sample, everyMs).unref();
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longestCollectionMs = Math.max(longestCollectionMs, duration);
}).observe({ entryTypes: ['gc'] });

// The exporter ends when it has nothing left to do, and this must not count.
process.channel?.unref();
