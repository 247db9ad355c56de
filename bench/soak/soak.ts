import { setTimeout as sleep } from 'node:timers/promises';
import { readSamples } from '../../test/support/samples.ts';
import { type Daemon, startDaemon } from './daemon.ts';
import { churn, cycleSeconds, disturbances, injectCallErrors } from './disturbances.ts';
import type { QuotaWatch } from './quota-watch.ts';
import { type Surroundings, surround } from './surroundings.ts';

export type DaemonSample = Awaited<ReturnType<Daemon['sample']>> & { readonly atMinutes: number };

interface Exit {
  readonly signal: 'SIGTERM' | 'SIGKILL';
  readonly exitCode: number | null;
  readonly tookMs: number;
}

export interface SoakResult {
  /** Of the exporter that runs all the time. */
  readonly samples: readonly DaemonSample[];
  readonly scrapes: number;
  readonly valuesChecked: number;
  readonly untrue: number;
  /** True values for which a newer response was sent. */
  readonly outdated: number;
  /** The share of the calls of the exporter that runs all the time which failed. */
  readonly failedShare: number;
  readonly quota: Pick<QuotaWatch, 'calls' | 'fullest' | 'exceeded'>;
  readonly reloads: number;
  readonly exits: readonly Exit[];
  readonly queries: number;
  readonly tunnels: number;
}

const scrapeSeconds = 5;
const sampleSeconds = 15;
const churnSeconds = 10;
const reloadSeconds = 45;
const restartSeconds = 60;

/** The state that an exporter finds after it was killed is at most this old. */
const lostMs = 30_000;

/**
 * Runs the built exporter against the simulator: one in ten calls fails, names, proxy and API have outages, rooms come and go. One exporter
 * runs all the time and reads its configuration again and again; what it holds is sampled. Another one is stopped or killed each minute. Each
 * scrape of both is compared with the responses of the API.
 */
export class Soak {
  readonly #around: Surroundings;
  readonly #print: (line: string) => void;
  readonly #steady: Daemon;
  /** Undefined while it is restarted. */
  #restarted: Daemon | undefined;
  #restart: Promise<unknown> = Promise.resolve();
  readonly #samples: DaemonSample[] = [];
  readonly #exits: Exit[] = [];
  readonly #counts = { scrapes: 0, valuesChecked: 0, untrue: 0, outdated: 0, reloads: 0 };

  private constructor(options: {
    readonly around: Surroundings;
    readonly steady: Daemon;
    readonly restarted: Daemon;
    readonly print: (line: string) => void;
  }) {
    this.#around = options.around;
    this.#steady = options.steady;
    this.#restarted = options.restarted;
    this.#print = options.print;
  }

  /** `rooms`: of the exporter that runs all the time. */
  static async run(options: {
    readonly minutes: number;
    readonly rooms: number;
    readonly seed: number;
    readonly print: (line: string) => void;
  }): Promise<SoakResult> {
    const around = await surround(options);
    try {
      const [steady, restarted] = [await startDaemon(around.steady), await startDaemon(around.restarted)];
      return await new Soak({ around, steady, restarted, print: options.print }).#run(options.minutes);
    } finally {
      await around.stop();
    }
  }

  async #run(minutes: number): Promise<SoakResult> {
    const startedMs = performance.now();
    injectCallErrors(this.#around);
    for (let second = 1; second <= minutes * 60; second += 1) {
      await sleep(startedMs + second * 1000 - performance.now());
      await this.#second(second);
    }
    await this.#restart;
    const failedShare = await failedShareOf(this.#steady);
    await Promise.all([this.#end(this.#steady, 'SIGTERM'), this.#restarted && this.#end(this.#restarted, 'SIGTERM')]);
    const { quota, nameServer, proxy } = this.#around;
    return {
      samples: this.#samples,
      ...this.#counts,
      failedShare,
      quota,
      exits: this.#exits,
      queries: nameServer.queries,
      tunnels: proxy.requests,
    };
  }

  async #second(second: number): Promise<void> {
    for (const { atSecond, run } of disturbances) if (second % cycleSeconds === atSecond) run(this.#around);
    if (second % churnSeconds === 0) churn(this.#around, second / churnSeconds);
    if (second % reloadSeconds === 0) this.#reload();
    if (second % restartSeconds === 0) this.#restart = this.#restartOther(second % (2 * restartSeconds) === 0);
    if (second % scrapeSeconds === 0) {
      await this.#scrape(this.#steady);
      if (this.#restarted !== undefined) await this.#scrape(this.#restarted);
    }
    if (second % sampleSeconds === 0) {
      this.#samples.push({ atMinutes: second / 60, ...(await this.#steady.sample()) });
    }
    if (second % 60 === 0) this.#printMinute(second / 60);
  }

  async #scrape({ port }: Daemon): Promise<void> {
    const startedMs = Date.now();
    const [text] = await Promise.all(
      ['/metrics', '/', '/-/healthy'].map(async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).text()),
    );
    const { values, untrue, outdated } = this.#around.given.check({ text: text ?? '', startedMs });
    this.#counts.scrapes += 1;
    this.#counts.valuesChecked += values;
    this.#counts.untrue += untrue.length;
    this.#counts.outdated += outdated.length;
    for (const line of untrue.slice(0, 3)) this.#print(`untrue: ${line}`);
    for (const line of outdated.slice(0, 1)) this.#print(`outdated: ${line}`);
  }

  /** Another timeout makes the exporter open new connections. */
  #reload(): void {
    this.#counts.reloads += 1;
    const timeout = this.#counts.reloads % 2 === 0 ? '5s' : '4s';
    this.#steady.reload({ ...this.#around.steady.config, http: { timeout } });
  }

  async #restartOther(isKilled: boolean): Promise<void> {
    const daemon = this.#restarted;
    if (daemon === undefined) return;
    this.#restarted = undefined;
    const sinceMs = Date.now() - lostMs;
    await this.#end(daemon, isKilled ? 'SIGKILL' : 'SIGTERM');
    for (const { sdk_app_id: id } of this.#around.restarted.config.apps) this.#around.given.lose(id, sinceMs);
    this.#restarted = await startDaemon(this.#around.restarted);
  }

  async #end(daemon: Daemon, signal: Exit['signal']): Promise<void> {
    this.#exits.push({ signal, ...(await daemon.end(signal)) });
  }

  #printMinute(minute: number): void {
    const last = this.#samples.at(-1);
    if (last === undefined) return;
    const { rssBytes, heapBytes, descriptors, active } = last;
    const { valuesChecked, scrapes, untrue, outdated } = this.#counts;
    this.#print(
      `minute ${minute}: ${scrapes} scrapes, ${valuesChecked} values, ${untrue} untrue, ${outdated} outdated, ${this.#around.quota.exceeded.length} seconds over quota, ` +
        `RSS ${(rssBytes / 1e6).toFixed(0)} MB, heap ${(heapBytes / 1e6).toFixed(1)} MB, ${descriptors} descriptors, ${JSON.stringify(active)}`,
    );
  }
}

async function failedShareOf({ port }: Daemon): Promise<number> {
  const samples = readSamples(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
  const sumOf = (name: string) =>
    [...samples].reduce((sum, [series, value]) => sum + (series.startsWith(`${name}{`) ? value : 0), 0);
  return sumOf('tencent_live_exporter_api_request_failures_total') / sumOf('tencent_live_exporter_api_requests_total');
}
