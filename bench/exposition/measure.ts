import type { ForkedServer } from './forked-server.ts';
import { Scraper } from './scraper.ts';

/** The result for one server and one encoding. */
export interface Measurement {
  /** Median duration of a scrape, in milliseconds. */
  readonly ms: number;
  /** The longest block of the event loop in each scrape; undefined for servers of other projects. */
  readonly blocks: Blocks | undefined;
}

/** Over all scrapes, in milliseconds. The maximum includes disturbances by other processes. */
export interface Blocks {
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

/** A server to scrape. */
export interface Subject {
  readonly name: string;
  readonly port: number;
  readonly forked?: ForkedServer;
}

export interface Plan {
  readonly encoding: 'gzip' | 'identity';
  readonly scrapes: number;
  /** Pause after each scrape, in which the event loop and changes of rooms proceed. Default: none. */
  readonly pauseMs?: number;
}

/** Scrapes the subjects in turn, so that other load on the machine affects all of them. Results are by name. */
export async function measure(
  subjects: readonly Subject[],
  { encoding, scrapes, pauseMs = 0 }: Plan,
): Promise<ReadonlyMap<string, Measurement>> {
  const runs = subjects.map((subject) => ({
    subject,
    scraper: new Scraper({ port: subject.port }),
    ms: [] as number[],
    blocksMs: [] as number[],
  }));
  for (const { scraper } of runs) for (let warmUp = 0; warmUp < 3; warmUp += 1) await scraper.scrape(encoding);
  for (let scrape = 0; scrape < scrapes; scrape += 1) {
    for (const { subject, scraper, ms, blocksMs } of runs) {
      await subject.forked?.request('reset');
      ms.push((await scraper.scrape(encoding)).ms);
      // The timer of the measurement must run once after the block.
      await pause(2);
      const report = await subject.forked?.request('report');
      if (report !== undefined) blocksMs.push(report.blockMs);
      if (pauseMs > 0) await pause(pauseMs);
    }
  }
  for (const { scraper } of runs) scraper.close();
  return new Map(
    runs.map(({ subject, ms, blocksMs }) => [subject.name, { ms: median(ms), blocks: summarize(blocksMs) }]),
  );
}

/** The median time until all of several concurrent scrapes have ended. */
export async function measureConcurrent(port: number, scrapers: number, repetitions: number): Promise<number> {
  const all = Array.from({ length: scrapers }, () => new Scraper({ port }));
  await Promise.all(all.map((scraper) => scraper.scrape('identity')));
  const ms: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    const startedMs = performance.now();
    await Promise.all(all.map((scraper) => scraper.scrape('identity')));
    ms.push(performance.now() - startedMs);
  }
  for (const scraper of all) scraper.close();
  return median(ms);
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

function summarize(blocksMs: readonly number[]): Blocks | undefined {
  if (blocksMs.length === 0) return undefined;
  return { median: median(blocksMs), p95: quantile(blocksMs, 0.95), max: Math.max(...blocksMs) };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
