import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { readSamples } from '../../samples.ts';

interface ReplicaOptions {
  readonly name: string;
  /** Gets the config file and the log. */
  readonly folder: string;
  /** The config that all replicas share; `cluster` and `web.listen_address` are added. */
  readonly config: object;
  /** `cluster` of its config; undefined for an exporter that shares nothing. */
  readonly cluster: object | undefined;
}

/** A scrape that takes longer counts as none. */
const scrapeTimeoutMs = 1000;

const longestStopSeconds = 5.5;

/** Debian's libfaketime, for programs with threads. */
const fakeTimeLibrary = `/usr/lib/${{ x64: 'x86_64', arm64: 'aarch64' }[process.arch as string] ?? process.arch}-linux-gnu/faketime/libfaketimeMT.so.1`;

/** The built exporter, as a process of its own. */
export class Replica {
  readonly name: string;
  readonly #configPath: string;
  readonly #logPath: string;
  #child: ChildProcess | undefined;
  #port = 0;
  #isPaused = false;

  constructor({ name, folder, config, cluster }: ReplicaOptions) {
    this.name = name;
    this.#configPath = join(folder, `${name}.yml`);
    this.#logPath = join(folder, `${name}.log`);
    const ownConfig = {
      ...config,
      web: { listen_address: '127.0.0.1:0' },
      ...(cluster === undefined ? {} : { cluster }),
    };
    writeFileSync(this.#configPath, stringify(ownConfig));
  }

  /** Whether the process exists, paused or not. */
  get isAlive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Of the loopback interface; another one after each start. */
  get port(): number {
    return this.#port;
  }

  /** Resolves when the web server listens. Its wall clock, but not its monotonic one, differs by the offset from the machine's. */
  async start({ clockOffsetSeconds = 0 }: { readonly clockOffsetSeconds?: number } = {}): Promise<void> {
    const sign = clockOffsetSeconds < 0 ? '-' : '+';
    const fakeTime = {
      LD_PRELOAD: fakeTimeLibrary,
      FAKETIME: `${sign}${Math.abs(clockOffsetSeconds)}s`,
      DONT_FAKE_MONOTONIC: '1',
    };
    const child = spawn(process.execPath, ['dist/main.js', `--config.file=${this.#configPath}`, '--log.format=json'], {
      env: { PATH: process.env['PATH'], ...(clockOffsetSeconds === 0 ? {} : fakeTime) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child = child;
    this.#isPaused = false;
    const log = createWriteStream(this.#logPath, { flags: 'a' });
    child.stderr.pipe(log);
    let head = '';
    const listening = new Promise<number>((resolve, reject) => {
      child.stderr.on('data', (chunk: Buffer) => {
        if (head.length > 100_000) return;
        head += chunk.toString();
        const port = /"address":"127\.0\.0\.1:(\d+)"/.exec(head)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
      child.once('exit', () => reject(new Error(`${this.name} has ended before it listened:\n${head}`)));
    });
    this.#port = await listening;
  }

  /** The process ends at once, as in a crash. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** Stops as in a planned shutdown; resolves when the process has ended. Rejects if that takes more than the promised 5 s. */
  async stop(): Promise<void> {
    const sinceMs = performance.now();
    await this.#end('SIGTERM');
    const seconds = (performance.now() - sinceMs) / 1000;
    if (seconds > longestStopSeconds) throw new Error(`${this.name} took ${seconds.toFixed(1)} s to stop`);
  }

  pause(): void {
    this.#child?.kill('SIGSTOP');
    this.#isPaused = true;
  }

  resume(): void {
    this.#child?.kill('SIGCONT');
    this.#isPaused = false;
  }

  /** Its metrics; undefined if it does not respond. */
  async scrape(): Promise<ReadonlyMap<string, number> | undefined> {
    if (!this.isAlive || this.#isPaused) return undefined;
    try {
      const response = await fetch(`http://127.0.0.1:${this.#port}/metrics`, {
        signal: AbortSignal.timeout(scrapeTimeoutMs),
      });
      return response.ok ? readSamples(await response.text()) : undefined;
    } catch {
      return undefined;
    }
  }

  async #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (!this.isAlive || this.#child === undefined) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill(signal);
    await exited;
  }
}
