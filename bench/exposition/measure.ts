import { Scraper } from './scraper.ts';
import type { Served } from './served.ts';

export interface Measured {
  /** Median of a scrape, in milliseconds. */
  readonly ms: number;
  /** The longest block of the server's event loop within one scrape; undefined for foreign ones. */
  readonly blockMs: Block | undefined;
  readonly bytes: number;
}

/** Over all scrapes, in milliseconds. The rest of the machine has its share in the maximum. */
export interface Block {
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

/** Someone to scrape. */
export interface Subject {
  readonly name: string;
  readonly port: number;
  readonly served?: Served;
}

export interface Plan {
  readonly encoding: 'gzip' | 'identity';
  readonly scrapes: number;
  /** Pause after each scrape: changes come in meanwhile. */
  readonly pauseMs?: number;
}

/** Scrapes the subjects in turns, so that what else the machine does meets them alike. */
export async function measure(
  subjects: readonly Subject[],
  { encoding, scrapes, pauseMs = 0 }: Plan,
): Promise<ReadonlyMap<string, Measured>> {
  const runs = subjects.map((subject) => ({
    subject,
    scraper: new Scraper({ port: subject.port }),
    ms: [] as number[],
    blocksMs: [] as number[],
    bytes: 0,
  }));
  for (const { scraper } of runs) for (let warmUp = 0; warmUp < 3; warmUp += 1) await scraper.scrape(encoding);
  for (let scrape = 0; scrape < scrapes; scrape += 1) {
    for (const run of runs) {
      await run.subject.served?.ask('forget');
      const { ms, bytes } = await run.scraper.scrape(encoding);
      // The timer that measures must have its turn after the block.
      await pause(2);
      const report = await run.subject.served?.ask('tell');
      run.ms.push(ms);
      if (report !== undefined) run.blocksMs.push(report.blockMs);
      run.bytes = bytes;
      if (pauseMs > 0) await pause(pauseMs);
    }
  }
  for (const { scraper } of runs) scraper.close();
  return new Map(
    runs.map(({ subject, ms, blocksMs, bytes }) => [
      subject.name,
      {
        ms: median(ms),
        bytes,
        blockMs: blocksMs.length === 0 ? undefined : blockOf(blocksMs),
      },
    ]),
  );
}

/** Median time until so many scrapers that begin at once have all been answered. */
export async function measureParallel(port: number, scrapers: number, rounds: number): Promise<number> {
  const all = Array.from({ length: scrapers }, () => new Scraper({ port }));
  await Promise.all(all.map((scraper) => scraper.scrape('identity')));
  const ms: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const beganMs = performance.now();
    await Promise.all(all.map((scraper) => scraper.scrape('identity')));
    ms.push(performance.now() - beganMs);
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

function blockOf(values: readonly number[]): Block {
  return { median: median(values), p95: quantile(values, 0.95), max: Math.max(...values) };
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
